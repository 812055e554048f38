/** `assess`: who comes, by the site's access logs; what it costs; a policy and a price to begin with. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Assessor, DEFAULT_MAX_CLIENTS } from '../../core/assessment/assessor.ts';
import { summariseAssessment } from '../../core/assessment/assessment-summary.ts';
import { DEFAULT_DOLLARS_PER_GIGABYTE } from '../../core/assessment/operator-cost.ts';
import type { TruthScorer } from '../../core/assessment/truth-score.ts';
import { readSnapshot } from '../../core/bots/bot-lists.ts';
import { createBotIdentifier } from '../../core/bots/identify-bot.ts';
import { platformDollars } from '../../core/price/platform-prices.ts';
import { createRandomSource } from '../../core/random-source.ts';
import { openCurrent, proposeFor } from '../assess-policies.ts';
import { assessReport } from '../assess-report.ts';
import { accountText, assessText } from '../assess-text.ts';
import { walkLogs } from '../assessed-logs.ts';
import { composeAssessment, type Assessment } from '../assessment.ts';
import {
  readArguments,
  refuseUsage,
  type Command,
  type ExitCode,
  type Invocation,
} from '../command.ts';
import { readRawApart } from '../config-apart.ts';
import { renderReport } from '../html/report-page.ts';
import { formatTime } from '../html/value-format.ts';
import { TARGET_HELP, TARGET_OPTIONS, type TargetChoice } from '../kv-target.ts';
import { LogProgress } from '../log-progress.ts';
import { findLogs } from '../log-source.ts';
import { findOverwritten } from '../output-files.ts';
import { DEFAULT_POLICY } from '../policy-file.ts';
import { readNumber, readPriceSetup, YIELD_RANGE, type PriceSetup } from '../price-setup.ts';
import { proposeVariables } from '../proposed-variables.ts';
import { publishAssessment } from '../published-assessment.ts';
import { printable } from '../terminal.ts';
import { explainUnreadable } from '../text-file.ts';
import { readTruth } from '../truth-file.ts';
import {
  CONFIG_HELP,
  CONFIG_OPTIONS,
  readWorkerConfig,
  type WorkerConfig,
} from '../worker-config.ts';

const HELP = `Usage: npx edgetoll assess LOG...

Reads access logs (Common and Combined, JSON of nginx and Apache, Cloudflare Logpush; gzip or not; - is
the standard input) and says who comes, what they take, when and from where, what it costs, and what the
current and a proposed policy would have charged each group. Ends with that policy and with variables to
paste. Lines that cannot be read are counted and the first of them shown.

      --policy FILE      what holds now (default: ${DEFAULT_POLICY}, or else the preset of the variables)
      --policy-out FILE  writes the proposed policy, for "npx edgetoll policy check FILE"
      --html FILE        writes a report with plots: one file that needs nothing else
      --json             one JSON object, everything in it
      --yield DOLLARS    what a thousand requests are worth to an attacker (default: YIELD_PER_THOUSAND)
      --per-gigabyte N   dollars that a gigabyte costs you (default ${DEFAULT_DOLLARS_PER_GIGABYTE}: Amazon EC2, 2026-11)
      --max-clients N    clients that are watched at a time (default ${DEFAULT_MAX_CLIENTS.toLocaleString('en-US').replaceAll(',', '')})
      --seed N           of the samples (default 1): the same log and seed give the same assessment
      --truth FILE       of a generated log: prints precision and recall of each class
      --publish          stores a short summary, which "npx edgetoll report" compares with
${TARGET_HELP}${CONFIG_HELP}  -h, --help             this text

Exit code: 0 assessed, 1 nothing in the log could be read, 2 a wrong call.
`;

const OPTIONS = {
  ...CONFIG_OPTIONS,
  ...TARGET_OPTIONS,
  policy: { type: 'string' },
  'policy-out': { type: 'string' },
  html: { type: 'string' },
  json: { type: 'boolean' },
  yield: { type: 'string' },
  'per-gigabyte': { type: 'string' },
  'max-clients': { type: 'string' },
  seed: { type: 'string' },
  truth: { type: 'string' },
  publish: { type: 'boolean' },
} as const;

const MAX_LOGS = 10_000;

interface Values extends TargetChoice {
  readonly policy?: string | undefined;
  readonly 'policy-out'?: string | undefined;
  readonly html?: string | undefined;
  readonly json?: boolean | undefined;
  readonly truth?: string | undefined;
  readonly publish?: boolean | undefined;
}

interface Numbers {
  readonly yieldPerThousand: number | undefined;
  readonly dollarsPerGigabyte: number;
  readonly maxClients: number;
  readonly seed: number;
}

type NumberTexts = Readonly<
  Partial<Record<'yield' | 'per-gigabyte' | 'max-clients' | 'seed', string | undefined>>
>;

/** @returns a sentence where an option is no number of its range */
function readNumbers(values: NumberTexts): Numbers | string {
  const texts = [
    ['yield', values.yield, YIELD_RANGE],
    ['per-gigabyte', values['per-gigabyte'] ?? `${DEFAULT_DOLLARS_PER_GIGABYTE}`, [0, 1000]],
    ['max-clients', values['max-clients'] ?? `${DEFAULT_MAX_CLIENTS}`, [100, 2_000_000]],
    ['seed', values.seed ?? '1', [0, 2 ** 32]],
  ] as const;
  const numbers = new Map<string, number>();
  for (const [name, text, range] of texts) {
    if (text === undefined) continue;
    const number = readNumber(text, range);
    if (number === undefined) return `--${name} takes a number from ${range[0]} to ${range[1]}.`;
    numbers.set(name, number);
  }
  return {
    yieldPerThousand: numbers.get('yield'),
    dollarsPerGigabyte: numbers.get('per-gigabyte') ?? 0,
    maxClients: Math.floor(numbers.get('max-clients') ?? DEFAULT_MAX_CLIENTS),
    seed: numbers.get('seed') ?? 1,
  };
}

interface Opened {
  readonly config: WorkerConfig;
  readonly setup: PriceSetup;
  readonly current: Extract<Awaited<ReturnType<typeof openCurrent>>, { ok: true }>['current'];
  readonly scorer: TruthScorer | undefined;
}

/** Everything beside the logs, before the first line is read: a mistake there must not cost minutes. */
async function openAll(
  invocation: Invocation,
  values: Values,
  numbers: Numbers,
): Promise<Opened | Exclude<ExitCode, 0>> {
  const { cwd } = invocation;
  const refuse = (message: string): 2 => refuseUsage(invocation, assessCommand, printable(message));
  const configured = await readWorkerConfig(values, cwd, readRawApart);
  if (!configured.ok) return refuse(configured.message);
  const { config } = configured;
  const reading = readPriceSetup(config, cwd);
  if (!reading.ok) return refuse(reading.message);
  const yieldPerThousand = numbers.yieldPerThousand ?? reading.setup.yieldPerThousand;
  const setup = { ...reading.setup, yieldPerThousand: yieldPerThousand || undefined };
  const opening = await openCurrent(invocation, values.policy, config);
  if (!opening.ok) return opening.code;
  const truth = values.truth === undefined ? undefined : await readTruth(values.truth, cwd);
  if (truth?.ok === false) return refuse(truth.message);
  return { config, setup, current: opening.current, scorer: truth?.scorer };
}

/** Writes what was asked for; the sentence where a file cannot be written. */
async function writeFiles(
  { cwd }: Invocation,
  values: Values,
  assessment: Assessment,
): Promise<string | undefined> {
  const footer = `edgetoll assess, ${formatTime(Math.floor(Date.now() / 1000))} UTC`;
  const files = [
    [values['policy-out'], () => assessment.proposed.text],
    [values.html, () => renderReport(assessReport(assessment, footer))],
  ] as const;
  for (const [file, make] of files) {
    if (file === undefined) continue;
    try {
      await writeFile(resolve(cwd, file), make());
    } catch (error) {
      const reason = explainUnreadable(error);
      if (reason === undefined) throw error;
      return `${file}: it cannot be written: ${reason}`;
    }
  }
  return undefined;
}

async function assess(
  invocation: Invocation,
  names: readonly string[],
  { opened, numbers }: { readonly opened: Opened; readonly numbers: Numbers },
): Promise<Assessment | Exclude<ExitCode, 0>> {
  const { cwd, terminal } = invocation;
  const { config, setup, current, scorer } = opened;
  const found = await findLogs(names, cwd);
  if (!found.ok) return refuseUsage(invocation, assessCommand, printable(found.message));
  const { sources } = found;
  const isKnown = sources.every(({ bytes }) => bytes !== undefined);
  const total = sources.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  const progress = new LogProgress(terminal, isKnown ? total : undefined);
  const assessor = new Assessor({
    identifier: createBotIdentifier(readSnapshot()),
    random: createRandomSource(numbers.seed),
    maxClients: numbers.maxClients,
    onVerdict: ({ address, agent, requests }, kind) => {
      scorer?.compare({ address: address.text, agent: agent.text, requests }, kind);
    },
  });
  const log = await walkLogs(sources, { cwd, assessor, progress });
  const traffic = assessor.finish();
  const about = `Proposed by "npx edgetoll assess" from ${traffic.requests.toLocaleString('en-US')} requests, ${formatTime(traffic.from)} to ${formatTime(traffic.to)} UTC.`;
  return composeAssessment({
    log,
    traffic,
    prices: {
      dollarsPerGigabyte: numbers.dollarsPerGigabyte,
      dollarsPerMillionRequests: platformDollars({ requests: 1e6 }),
    },
    current,
    proposed: proposeFor(traffic, config, about),
    variables: proposeVariables(traffic, setup),
    yieldPerThousand: setup.yieldPerThousand,
    truth: scorer?.score(),
  });
}

/** Nothing to assess: said, with what was found instead. */
function tellEmpty({ terminal }: Invocation, assessment: Assessment): 1 {
  const { lines, blank } = assessment.log;
  const what = lines === blank ? 'The log is empty.' : 'No line of the log could be read.';
  terminal.err(printable(`${what}\n${accountText(assessment)}`));
  return 1;
}

async function run(invocation: Invocation): Promise<ExitCode> {
  const read = readArguments(invocation, assessCommand, { options: OPTIONS, words: [1, MAX_LOGS] });
  if (read.kind === 'stop') return read.code;
  const { values, positionals } = read;
  const { terminal } = invocation;
  const numbers = readNumbers(values);
  if (typeof numbers === 'string') return refuseUsage(invocation, assessCommand, numbers);
  const { html, truth } = values;
  const files = { outputs: [values['policy-out'], html], inputs: [...positionals, truth] };
  const overwritten = await findOverwritten(files, invocation.cwd);
  if (overwritten !== undefined)
    return refuseUsage(invocation, assessCommand, printable(overwritten));
  const opened = await openAll(invocation, values, numbers);
  if (typeof opened === 'number') return opened;
  const assessment = await assess(invocation, positionals, { opened, numbers });
  if (typeof assessment === 'number') return assessment;
  if (assessment.log.entries === 0) return tellEmpty(invocation, assessment);
  const failure = await writeFiles(invocation, values, assessment);
  if (failure !== undefined) return refuseUsage(invocation, assessCommand, printable(failure));
  const isJson = values.json === true;
  terminal.out(isJson ? `${JSON.stringify(assessment)}\n` : printable(assessText(assessment)));
  if (values.publish !== true) return 0;
  const summary = summariseAssessment(assessment.traffic, {
    yieldPerThousand: assessment.yieldPerThousand ?? undefined,
    rules: assessment.proposed.reasons.map(({ rule }) => rule),
    variables: Object.fromEntries(
      assessment.proposed.variables.map(({ name, value }) => [name, value]),
    ),
  });
  return publishAssessment({ invocation, values, config: opened.config }, summary);
}

export const assessCommand: Command = {
  name: 'assess',
  summary: 'who comes, by the access logs; what it costs; a policy to begin with',
  help: HELP,
  run,
};
