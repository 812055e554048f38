/**
 * `npm run bench -- policy`: what a decision costs, what a policy adds to a request, what loading a
 * published one costs, and how all that grows.
 *
 * Owns the options and the order of the parts.
 */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { COMMON_OPTIONS, progress, readCount, readNames, runCommand } from './command-line.ts';
import { describeMachine } from './cpu.ts';
import { withLifetime, type Lifetime } from './lifetime.ts';
import { AGENTS, measureDecisions } from './policy/decisions.ts';
import { measureGateCost } from './policy/gate-cost.ts';
import { measureGrowth } from './policy/growth.ts';
import { JUDGE, startJudge, writeJudge, type JudgeWorker } from './policy/judge-worker.ts';
import { measureLoading } from './policy/loading.ts';
import {
  BALANCED,
  importDefaultPolicy,
  MONITOR,
  NO_POLICY,
  publish,
  type ImportedPolicy,
} from './policy/policies.ts';
import { createRequestMix, MIX_SIZE } from './policy/request-mix.ts';
import { formatJson, formatText, type PolicyResults } from './policy/results.ts';
import { keepProfile, recordProfile } from './profile.ts';
import { workerdVersion } from './workerd.ts';

export const PART_NAMES = ['decide', 'gate', 'load', 'growth'] as const;
export type PartName = (typeof PART_NAMES)[number];

const DEFAULT_ROUNDS = 15;
const PROFILED_DECISIONS = 60_000;
const PROFILED_LOADS = 100;

const HELP = `Usage: npm run bench -- policy [options]

Measures policies in raw workerd on this machine, by CPU time of the workerd process: none, the
preset balanced, and the default policy of Anubis as the importer translates it, over ${MIX_SIZE}
requests that are the same in every run. Needs Linux and no network.

  --rounds N       interleaved rounds (default ${DEFAULT_ROUNDS}, 1 to 1000)
  --only A,B       these parts alone, of: ${PART_NAMES.join(', ')}
  --anubis FOLDER  the folder data of Anubis (default: that of the corpora, EDGETOLL_CORPORA)
  --json           one JSON object on standard output in place of the tables
  --profile        no timing: where decisions and loads under the policy of Anubis spend their time
  --help           this text
`;

export interface PolicyOptions {
  readonly rounds: number;
  readonly parts: readonly PartName[];
  readonly anubis: string | undefined;
  readonly isJson: boolean;
  readonly isProfile: boolean;
}

/** Options, or `undefined` where help was asked for. Throws for what is not an option. */
export function parsePolicyOptions(args: readonly string[]): PolicyOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: String(DEFAULT_ROUNDS) },
      only: { type: 'string', default: PART_NAMES.join(',') },
      anubis: { type: 'string' },
      profile: { type: 'boolean', default: false },
      ...COMMON_OPTIONS,
    },
  });
  if (values.help) return undefined;
  return {
    rounds: readCount('rounds', values.rounds, [1, 1000]),
    parts: readNames(values.only, PART_NAMES),
    anubis: values.anubis,
    isJson: values.json,
    isProfile: values.profile,
  };
}

const NAMES = ['none', 'balanced', 'anubis'] as const;

interface Bench {
  readonly lifetime: Lifetime;
  /** Of the Worker that judges. */
  readonly directory: string;
  readonly options: PolicyOptions;
  readonly imported: ImportedPolicy;
}

async function startFedJudge(bench: Bench, hasInspector = false): Promise<JudgeWorker> {
  const worker = await bench.lifetime.hold(startJudge(bench.directory, hasInspector));
  await worker.ask('/mix', JSON.stringify(createRequestMix()));
  const documents = [NO_POLICY, BALANCED, bench.imported.document];
  for (const [index, document] of documents.entries()) {
    await worker.ask(`/policy?policy=${NAMES[index]}`, publish(document).packed);
  }
  return worker;
}

async function profile(bench: Bench): Promise<string> {
  const worker = await startFedJudge(bench, true);
  const { inspectorPort } = worker;
  if (inspectorPort === undefined) throw new Error('workerd runs without its inspector');
  const { packed } = publish(bench.imported.document);
  const tasks: readonly (readonly [string, string, string?])[] = [
    ...AGENTS.map((agents): readonly [string, string] => {
      const path = `/judge?policy=anubis&count=${PROFILED_DECISIONS}&agents=${agents}`;
      return [`policy-${agents}-agents`, path];
    }),
    ['policy-load', `/load?times=${PROFILED_LOADS}`, packed],
  ];
  let text = '';
  for (const [name, path, body] of tasks) {
    await worker.ask(path, body);
    const recorded = await recordProfile([inspectorPort, JUDGE], () => worker.ask(path, body));
    text += await keepProfile(name, recorded);
  }
  return text;
}

function measureLoads({ lifetime, directory, options, imported }: Bench) {
  const { packed, plain } = publish(imported.document);
  const values = [
    { name: 'anubis, packed', text: packed },
    { name: 'anubis, plain', text: plain },
    { name: 'balanced', text: publish(BALANCED).packed },
  ];
  const visitor = createRequestMix().find(({ headers }) => 'Sec-Fetch-Mode' in headers);
  if (visitor === undefined) throw new Error('the mix has no browser');
  const variables = publish(MONITOR).packed;
  const { rounds } = options;
  return measureLoading(lifetime, { directory, rounds, values, variables, visitor });
}

async function measureParts(bench: Bench): Promise<Omit<PolicyResults, 'run'>> {
  const { lifetime, options, imported } = bench;
  const { rounds, parts } = options;
  const results: { -readonly [Name in keyof PolicyResults]?: PolicyResults[Name] } = {};
  if (parts.includes('decide')) {
    const worker = await startFedJudge(bench);
    results.decisions = await measureDecisions(worker, { rounds, policies: NAMES, agents: AGENTS });
    await worker.close();
  }
  if (parts.includes('gate')) {
    const documents = [NO_POLICY, BALANCED, imported.document];
    const policies = documents.map((document, index) => {
      return { name: NAMES[index] ?? '', text: publish(document).packed };
    });
    results.gate = await measureGateCost(lifetime, policies, rounds);
  }
  if (parts.includes('load')) results.loads = await measureLoads(bench);
  if (parts.includes('growth')) {
    const worker = await startFedJudge(bench);
    results.growth = await measureGrowth(worker, rounds);
    await worker.close();
  }
  return results;
}

function formatLoad(): string {
  return loadavg()
    .map((value) => value.toFixed(2))
    .join(' ');
}

function measurePolicies(options: PolicyOptions): Promise<string> {
  return withLifetime(async (lifetime) => {
    const imported = importDefaultPolicy(options.anubis);
    progress('bundling the Worker that judges');
    const bench = { lifetime, directory: await writeJudge(lifetime), options, imported };
    if (options.isProfile) return profile(bench);
    const before = formatLoad();
    const results = await measureParts(bench);
    const run = {
      machine: { ...describeMachine(), workerd: workerdVersion() },
      'load average': `${before} before, ${formatLoad()} after`,
      rounds: options.rounds,
      requests: MIX_SIZE,
      anubis: { rules: imported.rules, networks: imported.networks },
    };
    return (options.isJson ? formatJson : formatText)({ run, ...results });
  });
}

export function runPolicyBenchmark(args: readonly string[]): Promise<void> {
  return runCommand({ help: HELP, parse: parsePolicyOptions, measure: measurePolicies }, args);
}
