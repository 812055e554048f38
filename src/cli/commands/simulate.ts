/** `simulate`: what visitors wait and attackers pay under settings and a policy, before they hold. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ADDRESS_SUPPLIES } from '../../core/price/addresses.ts';
import { ATTACKER_HARDWARE, VISITOR_DEVICES } from '../../core/price/hardware.ts';
import { MAX_HOURS } from '../../core/simulation/decode-scenario.ts';
import type { ReplayedLog } from '../../core/simulation/replayed-log.ts';
import type { Scenario } from '../../core/simulation/scenario.ts';
import { Simulation, type SimulationResult } from '../../core/simulation/simulate.ts';
import {
  readArguments,
  refuseUsage,
  type Command,
  type ExitCode,
  type Invocation,
} from '../command.ts';
import { DEFAULT_SCENARIO } from '../default-scenario.ts';
import { renderReport } from '../html/report-page.ts';
import { findOverwritten } from '../output-files.ts';
import { openLog } from '../simulate-log.ts';
import { openScenario } from '../scenario-file.ts';
import { simulationReport } from '../simulate-report.ts';
import { openSetup, parseChanges, type SettingChanges } from '../simulate-setup.ts';
import { printSimulation } from '../simulation-text.ts';
import type { SimulationRun } from '../simulation-verdict.ts';
import { explainUnreadable } from '../text-file.ts';
import { printable, type Terminal } from '../terminal.ts';
import {
  CONFIG_HELP,
  CONFIG_OPTIONS,
  readWorkerConfig,
  type WorkerConfig,
} from '../worker-config.ts';

const HELP = `Usage: npx edgetoll simulate [SCENARIO.yaml] [options]

Lets visitors and attackers meet the gate, hour after hour, with the price book in the loop: how long
visitors wait, what attackers spend, what the origin has to bear. The same seed gives the same result.

  -p, --policy FILE      (default: PRESET and RULES of the configuration)
      --log LOG          visitors and attackers of a log in place of the scenario's visitors
      --hours N          (default: the scenario's; with --log the log's, at most ${MAX_HOURS})
      --seed S           a whole number (default: 1)
      --compare CHANGE   the same again with other settings, such as REQUEST_PRICE=8738,NETWORK_TARGET=300,
                         or with another policy's file; PRICE_BOOK=off leaves the price book out
      --html FILE        writes a report with plots
      --json             one JSON object
      --print-scenario   prints the built-in scenario: a start for one of your own
${CONFIG_HELP}  -h, --help             this text
`;

const OPTIONS = {
  ...CONFIG_OPTIONS,
  policy: { type: 'string', short: 'p' },
  log: { type: 'string' },
  hours: { type: 'string' },
  seed: { type: 'string' },
  compare: { type: 'string' },
  html: { type: 'string' },
  json: { type: 'boolean' },
  'print-scenario': { type: 'boolean' },
} as const;

const TABLES = {
  hardware: ATTACKER_HARDWARE,
  addresses: ADDRESS_SUPPLIES,
  devices: VISITOR_DEVICES,
};
const NO_CHANGES: SettingChanges = new Map();
/** Steps between two looks at the clock of the progress line. */
const STEPS = 50;

interface Values {
  readonly policy?: string | undefined;
  readonly log?: string | undefined;
  readonly hours?: string | undefined;
  readonly seed?: string | undefined;
  readonly compare?: string | undefined;
  readonly html?: string | undefined;
  readonly json?: boolean | undefined;
}

interface Plan {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly log: ReplayedLog | undefined;
}

type Alternative = Omit<SimulationRun, 'result'>;

function hoursOf(text: string): number | undefined {
  const hours = /^\d{1,3}(?:\.\d{1,4})?$/.test(text) ? Number(text) : 0;
  return hours > 0 && hours <= MAX_HOURS ? hours : undefined;
}

function seedOf(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function reportProgress(terminal: Terminal, label: string, part: number): void {
  if (!process.stderr.isTTY) return;
  terminal.err(part < 1 ? `\r${printable(label)}: ${Math.floor(part * 100)} %` : '\r\u001B[K');
}

function runSimulation(
  terminal: Terminal,
  { scenario, seed, log }: Plan,
  { label, setup }: Alternative,
): SimulationResult {
  const simulation = new Simulation({ scenario, seed, log, terms: setup.terms });
  while (simulation.advance(STEPS)) reportProgress(terminal, label, simulation.progress);
  reportProgress(terminal, label, 1);
  return simulation.result();
}

/** The setups that are asked for: the present one, and the one that it is compared with. */
async function openAlternatives(
  invocation: Invocation,
  values: Values,
  config: WorkerConfig,
): Promise<readonly Alternative[] | 1 | 2> {
  const { policy, compare } = values;
  const first = await openSetup(invocation, config, { policy, changes: NO_CHANGES });
  if (!first.ok) return first.code;
  const now = { label: 'now', changes: '', setup: first.setup };
  if (compare === undefined) return [now];
  const changes = compare.includes('=') ? parseChanges(compare) : NO_CHANGES;
  if (changes === undefined) {
    return refuseUsage(
      invocation,
      simulateCommand,
      '--compare takes settings such as REQUEST_PRICE=8738,NETWORK_TARGET=300, or a policy file.',
    );
  }
  const other = changes.size === 0 ? compare : policy;
  const second = await openSetup(invocation, config, { policy: other, changes });
  return second.ok ? [now, { label: 'then', changes: compare, setup: second.setup }] : second.code;
}

/** Scenario, seed and log, as the options say; problems are printed here. */
async function openPlan(
  invocation: Invocation,
  values: Values,
  file: string | undefined,
): Promise<Plan | 1 | 2> {
  const refuse = (message: string): 2 => refuseUsage(invocation, simulateCommand, message);
  const seed = seedOf(values.seed ?? '1');
  if (seed === undefined) return refuse('--seed takes a whole number of at most 15 digits.');
  const hours = values.hours === undefined ? undefined : hoursOf(values.hours);
  if (values.hours !== undefined && hours === undefined)
    return refuse(`--hours takes a number above 0, at most ${MAX_HOURS}.`);
  const opening = await openScenario(invocation, file, TABLES);
  if (!opening.ok) return opening.code;
  const { scenario } = opening;
  if (values.log === undefined) {
    return { seed, log: undefined, scenario: { ...scenario, hours: hours ?? scenario.hours } };
  }
  const opened = await openLog(invocation, values.log);
  if (!opened.ok) return opened.code;
  const { log } = opened;
  // The built-in attackers belong to the built-in site.
  const attackers = file === undefined ? [] : scenario.attackers;
  const whole = Math.min(MAX_HOURS, log.hours + scenario.stepSeconds / 3600);
  const title = `${values.log}, replayed`;
  return { seed, log, scenario: { ...scenario, title, attackers, hours: hours ?? whole } };
}

async function writeReport(
  { cwd, terminal }: Invocation,
  file: string,
  runs: readonly SimulationRun[],
): Promise<ExitCode> {
  try {
    await writeFile(resolve(cwd, file), renderReport(simulationReport(runs)));
    return 0;
  } catch (error) {
    const message = explainUnreadable(error);
    if (message === undefined) throw error;
    terminal.err(`${printable(file)}: it cannot be written\n`);
    return 2;
  }
}

function simulationJson(runs: readonly SimulationRun[]): string {
  const plain = runs.map(({ label, changes, setup, result }) => ({
    label,
    changes,
    policy: setup.policyName,
    settings: { terms: setup.price.terms, limits: setup.limits, ceilings: setup.terms.ceilings },
    result,
  }));
  return JSON.stringify({ version: 1, runs: plain }, undefined, 2);
}

async function run(invocation: Invocation): Promise<ExitCode> {
  const read = readArguments(invocation, simulateCommand, { options: OPTIONS, words: [0, 1] });
  if (read.kind === 'stop') return read.code;
  const { values, positionals } = read;
  const { cwd, terminal } = invocation;
  if (values['print-scenario'] === true) {
    terminal.out(DEFAULT_SCENARIO);
    return 0;
  }
  const { policy, compare, log, html } = values;
  const files = { outputs: [html], inputs: [...positionals, policy, compare, log] };
  const overwritten = await findOverwritten(files, cwd);
  if (overwritten !== undefined)
    return refuseUsage(invocation, simulateCommand, printable(overwritten));
  const plan = await openPlan(invocation, values, positionals[0]);
  if (typeof plan === 'number') return plan;
  const configured = await readWorkerConfig(values, cwd);
  if (!configured.ok) return refuseUsage(invocation, simulateCommand, configured.message);
  const alternatives = await openAlternatives(invocation, values, configured.config);
  if (typeof alternatives === 'number') return alternatives;
  const runs = alternatives.map((alternative): SimulationRun => {
    const { label, changes, setup } = alternative;
    return { label, changes, setup, result: runSimulation(terminal, plan, alternative) };
  });
  if (values.json === true) terminal.out(`${simulationJson(runs)}\n`);
  else printSimulation(terminal, runs);
  return html === undefined ? 0 : writeReport(invocation, html, runs);
}

export const simulateCommand: Command = {
  name: 'simulate',
  summary: 'what a price or a policy does, before it holds',
  help: HELP,
  run,
};
