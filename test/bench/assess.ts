/**
 * `npm run bench -- assess`: how fast a log is assessed, and in how much memory.
 *
 * Owns the options, the processes that are timed, and the report. The command runs as an operator
 * calls it: its own process, a file on disk, start-up included.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { openLineFile } from '../../src/cli/log-output.ts';
import { createTraffic } from '../../src/core/traffic/generate-traffic.ts';
import { createLineFormat, LOG_FORMATS, type LogFormat } from '../../src/core/traffic/log-line.ts';
import { COMMON_OPTIONS, progress, readCount, readNames, runCommand } from './command-line.ts';
import { createCpuMeter, describeMachine } from './cpu.ts';
import { summarize, type Summary } from './report.ts';

const DEFAULT_LINES = 1_000_000;
const DEFAULT_ROUNDS = 5;
const START_MS = Date.UTC(2026, 10, 9);
const SEED = 1;
const POLL_MS = 20;
const PROGRAM = join(import.meta.dirname, '../../src/cli/edgetoll.ts');

const HELP = `Usage: npm run bench -- assess [options]

Generates a log and assesses it, several times, each in a process of its own that is bound to one core:
lines per second of elapsed time, with Node's start, and of CPU time; peak of resident memory. Needs
Linux (/proc, taskset) and room for the log (about 270 bytes a line).

  --lines N        lines of the log (default ${DEFAULT_LINES}, 1000 to 100000000)
  --rounds N       how often each log is assessed (default ${DEFAULT_ROUNDS}, 1 to 100)
  --only A,B       these formats alone, of: ${LOG_FORMATS.join(', ')} (default combined)
  --gzip           compressed logs
  --json           one JSON object on standard output in place of the table
  --help           this text
`;

export interface AssessOptions {
  readonly lines: number;
  readonly rounds: number;
  readonly formats: readonly LogFormat[];
  readonly isGzip: boolean;
  readonly isJson: boolean;
}

/** Options, or `undefined` where help was asked for. Throws for what is not an option. */
export function parseAssessOptions(args: readonly string[]): AssessOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      lines: { type: 'string', default: String(DEFAULT_LINES) },
      rounds: { type: 'string', default: String(DEFAULT_ROUNDS) },
      only: { type: 'string', default: 'combined' },
      gzip: { type: 'boolean', default: false },
      ...COMMON_OPTIONS,
    },
  });
  if (values.help) return undefined;
  return {
    lines: readCount('lines', values.lines, [1000, 100_000_000]),
    rounds: readCount('rounds', values.rounds, [1, 100]),
    formats: readNames(values.only, LOG_FORMATS),
    isGzip: values.gzip,
    isJson: values.json,
  };
}

async function writeLog(name: string, format: LogFormat, lines: number): Promise<void> {
  const knowsAsn = format === 'logpush';
  const options = {
    lines,
    seed: SEED,
    startMs: START_MS,
    knowsAsn,
    automation: 'development',
  } as const;
  const traffic = createTraffic({ ...options, site: 'wiki' });
  const write = createLineFormat(format, traffic.host);
  const file = await openLineFile(name, '.');
  for (let next = traffic.next(); next !== undefined; next = traffic.next()) {
    await file.write(write(next));
  }
  await file.close();
}

/** VmHWM of /proc/PID/status (proc_pid_status(5)), in MiB. */
export function parsePeakMib(status: string): number {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kib === undefined ? Number.NaN : Number(kib) / 1024;
}

export interface AssessRun {
  readonly linesPerSecond: number;
  readonly linesPerCpuSecond: number;
  readonly peakMib: number;
}

async function assessOnce(log: string, lines: number): Promise<AssessRun> {
  const beginMs = performance.now();
  const words = [PROGRAM, 'assess', '--json', log];
  const core = String(cpus().length - 1);
  const child = spawn('taskset', ['-c', core, process.execPath, ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const closed = once(child, 'close');
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  let [peakMib, cpuMicros] = [0, 0];
  const readCpuMicros = createCpuMeter(child.pid ?? 0);
  const timer = setInterval(() => {
    try {
      const mib = parsePeakMib(readFileSync(`/proc/${child.pid}/status`, 'latin1'));
      if (mib > peakMib) peakMib = mib;
      cpuMicros = readCpuMicros();
    } catch {
      // It has ended between two looks.
    }
  }, POLL_MS);
  try {
    const [code]: unknown[] = await closed;
    const seconds = (performance.now() - beginMs) / 1000;
    if (code !== 0) throw new Error(`assess ended with ${String(code)}: ${errors}`);
    const linesPerCpuSecond = lines / (cpuMicros / 1e6);
    return { linesPerSecond: lines / seconds, linesPerCpuSecond, peakMib };
  } finally {
    clearInterval(timer);
  }
}

interface FormatResult {
  readonly format: LogFormat;
  readonly bytes: number;
  readonly runs: readonly AssessRun[];
}

async function measureFormat(
  folder: string,
  format: LogFormat,
  { lines, rounds, isGzip }: AssessOptions,
): Promise<FormatResult> {
  const log = join(folder, `${format}.log${isGzip ? '.gz' : ''}`);
  progress(`writing ${lines} lines, ${format}`);
  await writeLog(log, format, lines);
  const runs: AssessRun[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    progress(round === 0 ? 'warm-up' : `round ${round} of ${rounds}`);
    const run = await assessOnce(log, lines);
    if (round > 0) runs.push(run);
  }
  const { size } = statSync(log);
  await rm(log);
  return { format, bytes: size, runs };
}

const summaryOf = (runs: readonly AssessRun[], key: keyof AssessRun): Summary =>
  summarize(runs.map((run) => run[key]));

const shown = ({ median, min, max }: Summary): string =>
  `${median.toFixed(0)} (${min.toFixed(0)}..${max.toFixed(0)})`;

/** One line a format: medians, and the range of all rounds in parentheses. */
export function formatAssessTable(results: readonly Omit<FormatResult, 'bytes'>[]): string {
  const titles = ['format', 'lines/s', 'lines/s of CPU', 'peak MiB'];
  const rows = results.map(({ format, runs }) => [
    format,
    shown(summaryOf(runs, 'linesPerSecond')),
    shown(summaryOf(runs, 'linesPerCpuSecond')),
    shown(summaryOf(runs, 'peakMib')),
  ]);
  const widths = titles.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const lines = [titles, ...rows].map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

function formatLoad(): string {
  return loadavg()
    .map((value) => value.toFixed(2))
    .join(' ');
}

async function measureAssess(options: AssessOptions): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'edgetoll-assess-'));
  const before = formatLoad();
  try {
    const results: FormatResult[] = [];
    for (const format of options.formats) {
      results.push(await measureFormat(folder, format, options));
    }
    const { cpu, cores, system, node } = describeMachine();
    const load = `${before} before, ${formatLoad()} after`;
    const { lines, rounds, isGzip } = options;
    if (options.isJson) {
      const machine = { cpu, cores, system, node };
      return `${JSON.stringify({ machine, load, lines, rounds, seed: SEED, isGzip, results })}\n`;
    }
    const kind = isGzip ? 'compressed, ' : '';
    const sizes = results.map(({ format, bytes }) => `${format} ${(bytes / 1e6).toFixed(0)} MB`);
    return (
      `${cpu}, ${cores} cores (one used), ${system}, Node ${node}\nload average: ${load}\n` +
      `${lines} lines (${kind}${sizes.join(', ')}), seed ${SEED}, ${rounds} rounds\n\n` +
      formatAssessTable(results)
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function runAssessBenchmark(args: readonly string[]): Promise<void> {
  return runCommand({ help: HELP, parse: parseAssessOptions, measure: measureAssess }, args);
}
