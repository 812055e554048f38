/**
 * `npm run bench -- visit`: a cold visit from end to end, from the navigation to the protected
 * page's load, through the real gate.
 *
 * Owns the options and the order of runs.
 */
import { execFile } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { startGate } from '../support/gate-server.ts';
import { COMMON_OPTIONS, progress, readCount, runCommand } from './command-line.ts';
import { describeMachine } from './cpu.ts';
import { withLifetime } from './lifetime.ts';
import { visitOnce, type VisitRun } from './visit/browser.ts';
import { formatResults } from './visit/results.ts';

const DEFAULT_RUNS = 20;
const MAX_RUNS = 1000;
const BUILD = fileURLToPath(new URL('../../src/build/build.ts', import.meta.url).href);
const PATH = '/crossings';
/** Every visit writes its record, as the first of a minute does. */
const LIMITS = { RECORD_PACE_NETWORK: 100_000, RECORD_PACE_LOCATION: 100_000 };

const HELP = `Usage: npm run bench -- visit [options]

Measures cold visits to ${PATH} of the demo site through the gate, at the default entry fee, in
headless Chromium: from the start of the navigation to the load event of the page that was asked
for. Each run has a browser process and profile of its own, started half a second before the clock.
The gate runs in wrangler's local runtime (workerd and miniflare: real assets, KV and rate limits)
on the same processors, on loopback: in the figure are the challenge page, its files, the work, the
redemption, the origin's page and its files; not in it are name lookup, TLS and the distance to a
server. One visit beforehand warms the gate's isolate.

  --runs N       visits (default ${DEFAULT_RUNS}, 2 to ${MAX_RUNS})
  --json         one JSON object on standard output in place of the table
  --help         this text
`;

interface Options {
  readonly runs: number;
  readonly isJson: boolean;
}

/** Options, or `undefined` where help was asked for. Throws for what is not an option. */
export function parseVisitOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: { runs: { type: 'string', default: String(DEFAULT_RUNS) }, ...COMMON_OPTIONS },
  });
  if (values.help) return undefined;
  return { runs: readCount('runs', values.runs, [2, MAX_RUNS]), isJson: values.json };
}

function measureVisits({ runs, isJson }: Options): Promise<string> {
  return withLifetime(async (lifetime) => {
    progress('building the assets, starting the gate');
    const building = promisify(execFile)(process.execPath, [BUILD]);
    await lifetime.add(async () => building.child.kill());
    await building;
    const gate = await lifetime.hold(startGate({ limits: LIMITS }));
    const url = new URL(PATH, gate.url).href;
    progress('warm-up');
    await visitOnce(lifetime, url);
    const loadBefore = loadavg();
    const done: VisitRun[] = [];
    for (let run = 1; run <= runs; run += 1) {
      progress(`visit ${run} of ${runs}`);
      done.push(await visitOnce(lifetime, url));
    }
    const machine = { ...describeMachine(), chromium: done[0]?.chromium };
    const loadAverage = { before: loadBefore, after: loadavg() };
    return formatResults({ run: { machine, visits: runs, loadAverage }, runs: done, isJson });
  });
}

export function runVisitBenchmark(args: readonly string[]): Promise<void> {
  return runCommand({ help: HELP, parse: parseVisitOptions, measure: measureVisits }, args);
}
