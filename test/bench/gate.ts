/**
 * `npm run bench -- gate`: what the gate costs, against doing nothing and against only
 * forwarding, in raw workerd.
 *
 * Owns the options and the order of measurements. `wrangler dev` answers about 500 requests a
 * second whatever the Worker does, so it is not used here. Rounds are short and interleaved, and
 * ratios are taken within a round: other load on the machine then meets all targets alike.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { STAND_INS, wranglerVersion, writeBundle } from './bundle.ts';
import { createCpuMeter, describeMachine } from './cpu.ts';
import { formatJson } from './gate-json.ts';
import { runLoad } from './load.ts';
import { profileTargets } from './profile.ts';
import { formatTable, reportTarget, type Sample, type TargetReport } from './report.ts';
import {
  BASELINES,
  checkTarget,
  createTargets,
  TARGET_NAMES,
  type Ports,
  type Target,
  type TargetName,
} from './targets.ts';
import { startWorkerd, workerdVersion, type Workerd } from './workerd.ts';

const CONNECTIONS = 16;
const WARM_UP_SECONDS = 1.5;
/** Many short rounds: a shared machine changes its speed within seconds. */
const DEFAULT_ROUNDS = 21;
const DEFAULT_SECONDS = 0.6;
/** A pass lasts 524,288 requests, a challenge 300 s. */
const MAX_SECONDS = 20;
const SOCKETS = ['noop', 'forward', 'gate'] as const;

const HELP = `Usage: npm run bench -- gate [options]

Measures the built Worker in raw workerd on this machine: requests per second and CPU time per
request of the workerd process. Needs Linux (CPU time comes from /proc) and no network.

  --rounds N     interleaved rounds (default ${DEFAULT_ROUNDS}, 1 to 1000)
  --seconds S    length of each measurement (default ${DEFAULT_SECONDS}, 0.2 to ${MAX_SECONDS})
  --only A,B     these targets alone, of: ${TARGET_NAMES.join(', ')}
  --json         one JSON object on standard output in place of the table
  --profile      no timing: where the gate's JavaScript spends its time, by target
  --help         this text
`;

interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly targets: readonly TargetName[];
  readonly isJson: boolean;
  readonly isProfile: boolean;
}

function readNumber(name: string, text: string, [min, max]: readonly [number, number]): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= min && value <= max) return value;
  throw new RangeError(`--${name} takes a number from ${min} to ${max}`);
}

function readTargets(text: string): readonly TargetName[] {
  const wanted = new Set(text.split(','));
  const unknown = [...wanted].filter((name) => !TARGET_NAMES.some((known) => known === name));
  if (unknown.length > 0) {
    throw new RangeError(`--only takes ${TARGET_NAMES.join(', ')}; not ${unknown.join(', ')}`);
  }
  return TARGET_NAMES.filter((name) => wanted.has(name));
}

/** Options, or `undefined` where help was asked for. Throws for what is not an option. */
export function parseGateOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: String(DEFAULT_ROUNDS) },
      seconds: { type: 'string', default: String(DEFAULT_SECONDS) },
      only: { type: 'string', default: TARGET_NAMES.join(',') },
      json: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    rounds: Math.floor(readNumber('rounds', values.rounds, [1, 1000])),
    seconds: readNumber('seconds', values.seconds, [0.2, MAX_SECONDS]),
    targets: readTargets(values.only),
    isJson: values.json,
    isProfile: values.profile,
  };
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function measure(
  [name, target]: readonly [TargetName, Target],
  seconds: number,
  readCpuMicros: () => number,
): Promise<Sample> {
  const plan = { port: target.port, requests: target.requests, connections: CONNECTIONS };
  const result = await runLoad(plan, seconds, readCpuMicros);
  if (result.failures.size > 0) {
    const counts = [...result.failures].map(([status, count]) => `${count} x ${status}`);
    throw new Error(`${name}: unexpected answers under load: ${counts.join(', ')}`);
  }
  const cpuMicros = result.after - result.before;
  return {
    rps: result.responses / (result.elapsedMs / 1000),
    cpuMicros: cpuMicros / result.responses,
    busy: cpuMicros / 1000 / result.elapsedMs,
  };
}

type Samples = ReadonlyMap<TargetName, Sample[]>;

async function measureRounds(workerd: Workerd, ports: Ports, options: Options): Promise<Samples> {
  const readCpuMicros = createCpuMeter(workerd.pid);
  const samples: Samples = new Map(options.targets.map((name) => [name, []]));
  for (let round = 0; round <= options.rounds; round += 1) {
    const isWarmUp = round === 0;
    const seconds = isWarmUp ? WARM_UP_SECONDS : options.seconds;
    progress(isWarmUp ? 'warm-up' : `round ${round} of ${options.rounds}`);
    const targets = await createTargets(ports);
    for (const name of options.targets) {
      if (isWarmUp) await checkTarget(name, targets[name]);
      const sample = await measure([name, targets[name]], seconds, readCpuMicros);
      if (!isWarmUp) samples.get(name)?.push(sample);
    }
  }
  return samples;
}

function createReports(samples: Samples): readonly TargetReport[] {
  return [...samples].map(([name, own]) => {
    const to = BASELINES[name];
    const others = to === undefined ? undefined : samples.get(to);
    const baseline =
      to === undefined || others === undefined ? undefined : { name: to, samples: others };
    return reportTarget({ name, samples: own, baseline });
  });
}

function readGatePorts({ ports }: Workerd): Ports {
  const [noop, forward, gate] = SOCKETS.map((name) => ports.get(name));
  if (noop === undefined || forward === undefined || gate === undefined) {
    throw new Error('workerd did not report all of its ports');
  }
  return { noop, forward, gate };
}

async function measureGate(workerd: Workerd, options: Options): Promise<string> {
  const ports = readGatePorts(workerd);
  if (options.isProfile) return profileTargets(workerd, await createTargets(ports), options);
  const reports = createReports(await measureRounds(workerd, ports, options));
  const { rounds, seconds, isJson } = options;
  const versions = { workerd: workerdVersion(), wrangler: wranglerVersion() };
  const run = {
    machine: { ...describeMachine(), ...versions },
    standIns: STAND_INS,
    rounds,
    seconds,
    connections: CONNECTIONS,
  };
  if (isJson) return formatJson(run, reports);
  const facts = Object.entries(run.machine).map(([name, value]) => `${name} ${value}`);
  const replaced = Object.entries(STAND_INS).map(([name, value]) => `  ${name}: ${value}\n`);
  return `${facts.join(', ')}
${rounds} interleaved rounds of ${seconds} s, ${CONNECTIONS} connections; median (least..most)

${formatTable(reports)}
Stand-ins:
${replaced.join('')}`;
}

/** Runs `task` in a temporary directory with workerd, and ends both whatever happens. */
async function withWorkerd<Result>(
  hasInspector: boolean,
  task: (workerd: Workerd) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), 'edgetoll-bench-'));
  let workerd: Workerd | undefined;
  const clean = async (): Promise<void> => {
    await workerd?.stop();
    await rm(directory, { recursive: true, force: true });
  };
  const interrupt = (): void => {
    void clean().finally(() => process.exit(130));
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    progress('bundling the Worker as wrangler deploy does');
    await writeBundle(directory);
    workerd = await startWorkerd({ directory, sockets: SOCKETS, hasInspector });
    return await task(workerd);
  } catch (error) {
    if (workerd !== undefined) progress(`workerd wrote last:\n${workerd.output()}`);
    throw error;
  } finally {
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
    await clean();
  }
}

/** Prints its report to standard output, progress to standard error. */
export async function runGateBenchmark(args: readonly string[]): Promise<void> {
  const options = parseGateOptions(args);
  if (options === undefined) {
    process.stdout.write(HELP);
    return;
  }
  const text = await withWorkerd(options.isProfile, (workerd) => measureGate(workerd, options));
  process.stdout.write(text);
}
