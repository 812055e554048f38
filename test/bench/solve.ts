/**
 * `npm run bench -- solve`: how long the work of the default entry fee takes in Chromium, and how
 * evenly, beside the same work as one puzzle.
 *
 * Owns the options and the order of runs: interleaved one by one, so that other load on the
 * machine meets both alike. Every run has a challenge of its own, the same ones for a seed.
 */
import { createHash } from 'node:crypto';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { thresholdFor } from '../../src/core/puzzle/work.ts';
import { launchChromium } from '../support/chromium.ts';
import { COMMON_OPTIONS, progress, readCount, runCommand } from './command-line.ts';
import { describeMachine } from './cpu.ts';
import { withLifetime } from './lifetime.ts';
import { solveInBrowser, startSolveServer } from './solve/browser.ts';
import type { SolvedRun } from './solve/page.ts';
import { formatResults } from './solve/results.ts';

const DEFAULT_RUNS = 200;
const MAX_RUNS = 5000;
const WARM_UP_RUNS = 2;
const PROGRESS_RUNS = 10;

/** The default entry fee (src/core/settings.ts), and the same work in one piece. */
const SERIES = [
  { name: 'k32', solutions: 32, threshold: thresholdFor(2 ** 14) },
  { name: 'k1', solutions: 1, threshold: thresholdFor(2 ** 19) },
] as const;

const HELP = `Usage: npm run bench -- solve [options]

Measures the time that the page's pool takes for the default entry fee, 32 sub-puzzles of 16,384
expected attempts, in headless Chromium, with the engines and the number of workers that the page
would choose; beside it one puzzle of the same 524,288 attempts. Every run has a fresh context with
a fresh challenge; nothing but the worker script is in the cache, and the time begins before the workers are started. The page
around it, the gate and the network are not in it: see "visit".

  --runs N       runs of each (default ${DEFAULT_RUNS}, 2 to ${MAX_RUNS})
  --seed N       of the challenges (default 1, 0 to 4294967295)
  --json         one JSON object on standard output in place of the table
  --help         this text
`;

interface Options {
  readonly runs: number;
  readonly seed: number;
  readonly isJson: boolean;
}

/** Options, or `undefined` where help was asked for. Throws for what is not an option. */
export function parseSolveOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: String(DEFAULT_RUNS) },
      seed: { type: 'string', default: '1' },
      ...COMMON_OPTIONS,
    },
  });
  if (values.help) return undefined;
  return {
    runs: readCount('runs', values.runs, [2, MAX_RUNS]),
    seed: readCount('seed', values.seed, [0, 2 ** 32 - 1]),
    isJson: values.json,
  };
}

/** The digest of a challenge that nobody has seen, the same for the same three. */
function digestFor(seed: number, name: string, run: number): readonly number[] {
  return [...createHash('sha256').update(`edgetoll bench solve ${seed} ${name} ${run}`).digest()];
}

function measureSolve({ runs, seed, isJson }: Options): Promise<string> {
  return withLifetime(async (lifetime) => {
    const server = await lifetime.hold(startSolveServer());
    const chromium = await lifetime.hold(launchChromium({ endsOnSignals: false }));
    const loadBefore = loadavg();
    const series = SERIES.map((each) => Object.assign({ runs: [] as SolvedRun[] }, each));
    for (let run = 1 - WARM_UP_RUNS; run <= runs; run += 1) {
      if (run === 1 || (run > 0 && run % PROGRESS_RUNS === 0)) progress(`run ${run} of ${runs}`);
      for (const { name, solutions, threshold, runs: done } of series) {
        const task = { digest: digestFor(seed, name, run), threshold, solutions };
        const solved = await solveInBrowser(chromium.browser, server, task);
        if (run >= 1) done.push(solved);
      }
    }
    const machine = { ...describeMachine(), chromium: chromium.browser.version() };
    return formatResults({
      run: { machine, runs, seed, loadAverage: { before: loadBefore, after: loadavg() } },
      series,
      isJson,
    });
  });
}

export function runSolveBenchmark(args: readonly string[]): Promise<void> {
  return runCommand({ help: HELP, parse: parseSolveOptions, measure: measureSolve }, args);
}
