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
import {
  COMMON_OPTIONS,
  progress,
  readCount,
  readNames,
  readNumber,
  runCommand,
} from './command-line.ts';
import { createCpuMeter, describeMachine } from './cpu.ts';
import { formatJson } from './gate-json.ts';
import { withLifetime } from './lifetime.ts';
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

/** Options, or `undefined` where help was asked for. Throws for what is not an option. */
export function parseGateOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: String(DEFAULT_ROUNDS) },
      seconds: { type: 'string', default: String(DEFAULT_SECONDS) },
      only: { type: 'string', default: TARGET_NAMES.join(',') },
      profile: { type: 'boolean', default: false },
      ...COMMON_OPTIONS,
    },
  });
  if (values.help) return undefined;
  return {
    rounds: readCount('rounds', values.rounds, [1, 1000]),
    seconds: readNumber('seconds', values.seconds, [0.2, MAX_SECONDS]),
    targets: readNames(values.only, TARGET_NAMES),
    isJson: values.json,
    isProfile: values.profile,
  };
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
function withWorkerd(
  hasInspector: boolean,
  task: (workerd: Workerd) => Promise<string>,
): Promise<string> {
  return withLifetime(async (lifetime) => {
    const directory = await mkdtemp(join(tmpdir(), 'edgetoll-bench-'));
    await lifetime.add(() => rm(directory, { recursive: true, force: true }));
    progress('bundling the Worker as wrangler deploy does');
    await writeBundle(directory);
    const workerd = await startWorkerd({ directory, sockets: SOCKETS, hasInspector });
    await lifetime.add(() => workerd.stop());
    try {
      return await task(workerd);
    } catch (error) {
      progress(`workerd wrote last:\n${workerd.output()}`);
      throw error;
    }
  });
}

export function runGateBenchmark(args: readonly string[]): Promise<void> {
  const measureAll = (options: Options): Promise<string> =>
    withWorkerd(options.isProfile, (workerd) => measureGate(workerd, options));
  return runCommand({ help: HELP, parse: parseGateOptions, measure: measureAll }, args);
}
