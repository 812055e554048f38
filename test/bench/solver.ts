/**
 * `npm run bench -- solver`: our engines in Chromium against the solvers that npm carries, a loop
 * over WebCrypto and native code.
 *
 * Owns the options and the order of measurements. Rounds are short and interleaved, every target
 * has a fresh page, and every solution of every target is checked.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { launchChromium, type LaunchedChromium } from '../support/chromium.ts';
import {
  COMMON_OPTIONS,
  progress,
  readCount,
  readNames,
  readNumber,
  runCommand,
} from './command-line.ts';
import { describeMachine } from './cpu.ts';
import { withLifetime } from './lifetime.ts';
import type { PageServer } from './page-server.ts';
import { measureInBrowser } from './solver/browser.ts';
import { installDependencies, readVersions } from './solver/dependencies.ts';
import type { Measured } from './solver/measured.ts';
import { compileNative, type NativeProgram } from './solver/native.ts';
import { formatJson, formatText, type Series } from './solver/results.ts';
import { startBenchServer } from './solver/server.ts';
import {
  isInBrowser,
  isNative,
  TARGET_NAMES,
  type NativeName,
  type TargetName,
} from './solver/targets.ts';
import { verifyProofs } from './solver/verify.ts';

const DEFAULT_ROUNDS = 5;
const DEFAULT_SECONDS = 1.5;
const CHECK_SECONDS = 0.1;
const WORKERS = [1, 2] as const;

const HELP = `Usage: npm run bench -- solver [options]

Measures hashes per second in headless Chromium, each target with 1 and 2 workers, and a native
reference where there is a C compiler. Rates are per second of CPU time (Linux) or else of elapsed
time. Installs the peers in test/bench/solver when they are missing.

  --rounds N     interleaved rounds (default ${DEFAULT_ROUNDS}, 1 to 1000)
  --seconds S    length of each measurement (default ${DEFAULT_SECONDS}, 0.1 to 60)
  --only A,B     these targets alone, of: ${TARGET_NAMES.join(', ')}
  --json         one JSON object on standard output in place of the table
  --help         this text
`;

interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly targets: readonly TargetName[];
  readonly isJson: boolean;
}

/** Options, or `undefined` where help was asked for. Throws for what is not an option. */
export function parseSolverOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: String(DEFAULT_ROUNDS) },
      seconds: { type: 'string', default: String(DEFAULT_SECONDS) },
      only: { type: 'string', default: TARGET_NAMES.join(',') },
      ...COMMON_OPTIONS,
    },
  });
  if (values.help) return undefined;
  return {
    rounds: readCount('rounds', values.rounds, [1, 1000]),
    seconds: readNumber('seconds', values.seconds, [0.1, 60]),
    targets: readNames(values.only, TARGET_NAMES),
    isJson: values.json,
  };
}

/** What measurements need. */
interface Bench {
  readonly chromium: LaunchedChromium;
  readonly server: PageServer;
  readonly natives: ReadonlyMap<NativeName, NativeProgram>;
  readonly leftOut: Map<TargetName, string>;
}

interface Run {
  readonly name: TargetName;
  readonly workers: number;
  readonly measured: Measured[];
}

async function measure(bench: Bench, { name, workers }: Run, seconds: number): Promise<Measured> {
  const { chromium, server, natives } = bench;
  if (isInBrowser(name)) {
    return measureInBrowser(chromium.browser, server.url, { name, workers, seconds });
  }
  const program = natives.get(name);
  if (program === undefined) throw new Error(`${name} is not there`);
  return program.measure(seconds);
}

/** Runs everything once and checks it; what fails is left out, unless it is ours. */
async function check(bench: Bench, runs: readonly Run[]): Promise<readonly Run[]> {
  for (const run of runs) {
    if (bench.leftOut.has(run.name)) continue;
    progress(`checking ${run.name} with ${run.workers} worker(s)`);
    try {
      await verifyProofs(run.name, (await measure(bench, run, CHECK_SECONDS)).proofs);
    } catch (error) {
      const reason = String(error).split('\n')[0] ?? '';
      bench.leftOut.set(run.name, reason);
      progress(`left out: ${run.name}, ${reason}`);
    }
  }
  return runs.filter(({ name }) => !bench.leftOut.has(name));
}

async function measureRounds(
  bench: Bench,
  { rounds, seconds, targets }: Options,
): Promise<readonly Series[]> {
  // All with one worker first: what is compared with each other is then close together in time.
  const all = WORKERS.flatMap((workers) =>
    targets
      .filter((name) => workers === 1 || isInBrowser(name))
      .map((name): Run => ({ name, workers, measured: [] })),
  );
  const runs = await check(bench, all);
  for (let round = 1; round <= rounds; round += 1) {
    progress(`round ${round} of ${rounds}`);
    for (const run of runs) {
      const measured = await measure(bench, run, seconds);
      await verifyProofs(run.name, measured.proofs);
      run.measured.push(measured);
    }
  }
  return runs;
}

async function compileNatives(
  names: readonly TargetName[],
  directory: string,
): Promise<Pick<Bench, 'natives' | 'leftOut'>> {
  const natives = new Map<NativeName, NativeProgram>();
  const leftOut = new Map<TargetName, string>();
  for (const name of names.filter(isNative)) {
    const made = await compileNative(name, directory);
    if (typeof made === 'string') leftOut.set(name, made);
    else natives.set(name, made);
  }
  return { natives, leftOut };
}

async function report(bench: Bench, options: Options): Promise<string> {
  const series = await measureRounds(bench, options);
  const hasCpu = series.some(({ measured }) =>
    measured.some(({ cpuSeconds }) => cpuSeconds !== undefined),
  );
  const compilers = [...bench.natives].map(([name, { compiler }]) => [name, compiler] as const);
  const run = {
    machine: { ...describeMachine(), chromium: bench.chromium.browser.version() },
    peers: readVersions(),
    native: Object.fromEntries(compilers),
    rounds: options.rounds,
    seconds: options.seconds,
    rate: hasCpu
      ? 'attempts per CPU second of all threads of the page, times workers; median (least..most)'
      : 'attempts per elapsed second, CPU time is not readable here; median (least..most)',
  };
  const results = { run, series, leftOut: bench.leftOut };
  return options.isJson ? formatJson(results) : formatText(results);
}

async function measureSolvers(options: Options): Promise<string> {
  installDependencies(progress);
  return withLifetime(async (lifetime) => {
    const directory = await mkdtemp(join(tmpdir(), 'edgetoll-bench-'));
    await lifetime.add(() => rm(directory, { recursive: true, force: true }));
    const compiled = await compileNatives(options.targets, directory);
    const server = await lifetime.hold(startBenchServer());
    const chromium = await lifetime.hold(launchChromium({ endsOnSignals: false }));
    return report({ chromium, server, ...compiled }, options);
  });
}

export function runSolverBenchmark(args: readonly string[]): Promise<void> {
  return runCommand({ help: HELP, parse: parseSolverOptions, measure: measureSolvers }, args);
}
