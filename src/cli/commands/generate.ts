/** `generate`: an access log as a site has it, with the truth about who is in it. */
import { createLineFormat, LOG_FORMATS, type LogFormat } from '../../core/traffic/log-line.ts';
import {
  createTraffic,
  daysOf,
  TruthLedger,
  type AutomationSet,
} from '../../core/traffic/generate-traffic.ts';
import { SITE_NAMES, type SiteName } from '../../core/traffic/site.ts';
import {
  readArguments,
  refuseUsage,
  type Command,
  type ExitCode,
  type Invocation,
} from '../command.ts';
import { openLineFile, openStandardOutput, type LineOutput } from '../log-output.ts';
import { findOverwritten } from '../output-files.ts';
import { printable } from '../terminal.ts';
import { explainUnreadable } from '../text-file.ts';

const MAX_LINES = 1_000_000_000;
const MAX_SEED = 4_294_967_295;
/** A Monday, so that a log of a few days has working days. */
const DEFAULT_START = '2026-11-09';
const REPORTED_LINES = 20_000;

const HELP = `Usage: npx edgetoll generate --lines N [options]

Writes an access log of a site that is not there: people and their browsers, search engines at their
real addresses, other bots, bots that lie, and automation that says it is a browser. The same options
give the same log. Addresses are drawn from networks that exist; nobody was asked and nothing is sent
there.

      --lines N        requests to write, 1 to ${MAX_LINES}
      --seed S         0 to ${MAX_SEED}; each seed changes the site, the visitors and every constant of
                       their behaviour (default 1)
      --format NAME    ${LOG_FORMATS.join(', ')} (default combined)
      --site NAME      ${SITE_NAMES.join(', ')} (default wiki)
      --start DATE     first day, in UTC (default ${DEFAULT_START}); more lines are more days, up to 31
      --out FILE       write there; compressed where the name ends in .gz (default: standard output)
      --truth FILE     write who is who: one JSON object a line for each address and user agent
      --held-out       automation of other kinds: those that no classifier was developed on
      --disguised      automation that runs real browsers: the hardest to tell from people
      --json           a summary as one JSON object; only with --out
  -h, --help           this text
`;

const OPTIONS = {
  lines: { type: 'string' },
  seed: { type: 'string', default: '1' },
  format: { type: 'string', default: 'combined' },
  site: { type: 'string', default: 'wiki' },
  start: { type: 'string', default: DEFAULT_START },
  out: { type: 'string' },
  truth: { type: 'string' },
  'held-out': { type: 'boolean' },
  disguised: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

interface Plan {
  readonly lines: number;
  readonly seed: number;
  readonly format: LogFormat;
  readonly site: SiteName;
  readonly startMs: number;
  readonly automation: AutomationSet;
  readonly out: string | undefined;
  readonly truth: string | undefined;
  readonly isJson: boolean;
}

interface Words {
  readonly lines?: string;
  readonly seed: string;
  readonly format: string;
  readonly site: string;
  readonly start: string;
  readonly out?: string;
  readonly truth?: string;
  readonly 'held-out'?: boolean;
  readonly disguised?: boolean;
  readonly json?: boolean;
}

/** A whole number in a range, or `undefined`. */
function readWhole(text: string, [least, most]: readonly [number, number]): number | undefined {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

function readDay(text: string): number | undefined {
  const value = /^20\d\d-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // Date.parse takes 31 February for March.
  const isDay = !Number.isNaN(value) && new Date(value).toISOString().startsWith(text);
  return isDay ? value : undefined;
}

/** What to write, or what is wrong with the call. */
function readPlan(words: Words): Plan | string {
  if (words.lines === undefined) return 'Say how many lines to write: --lines 100000';
  const lines = readWhole(words.lines, [1, MAX_LINES]);
  if (lines === undefined) return `--lines takes a whole number from 1 to ${MAX_LINES}`;
  const seed = readWhole(words.seed, [0, MAX_SEED]);
  if (seed === undefined) return `--seed takes a whole number from 0 to ${MAX_SEED}`;
  const format = LOG_FORMATS.find((name) => name === words.format);
  if (format === undefined) return `--format takes ${LOG_FORMATS.join(', ')}`;
  const site = SITE_NAMES.find((name) => name === words.site);
  if (site === undefined) return `--site takes ${SITE_NAMES.join(', ')}`;
  const startMs = readDay(words.start);
  if (startMs === undefined) return '--start takes a day such as 2026-11-09';
  const { out, truth } = words;
  if (out !== undefined && out === truth) return '--out and --truth name the same file';
  if (words.json === true && out === undefined)
    return '--json needs --out: the log itself goes to the standard output';
  if (words['held-out'] === true && words.disguised === true)
    return '--held-out and --disguised are two kinds of log: choose one';
  const automation =
    words['held-out'] === true
      ? 'held-out'
      : words.disguised === true
        ? 'disguised'
        : 'development';
  const isJson = words.json === true;
  return { lines, seed, format, site, startMs, automation, out, truth, isJson };
}

type Progress = (written: number) => void;

/** On a terminal alone, and not where the log itself goes there. */
function createProgress({ terminal }: Invocation, { lines, out }: Plan): Progress {
  const isShown = process.stderr.isTTY && (out !== undefined || !process.stdout.isTTY);
  if (!isShown) return () => undefined;
  let lastPercent = -1;
  return (written) => {
    const percent = Math.floor((100 * written) / lines);
    if (percent === lastPercent) return;
    lastPercent = percent;
    terminal.err(
      `\r${String(percent).padStart(3)} % of ${lines} lines${percent === 100 ? '\n' : ''}`,
    );
  };
}

interface Outputs {
  readonly log: LineOutput;
  readonly truth: LineOutput | undefined;
}

async function openOutputs({ out, truth }: Plan, cwd: string): Promise<Outputs> {
  return {
    log: out === undefined ? openStandardOutput() : await openLineFile(out, cwd),
    truth: truth === undefined ? undefined : await openLineFile(truth, cwd),
  };
}

interface Written {
  readonly lines: number;
  readonly clients: number | undefined;
  readonly days: number;
}

async function writeLog(plan: Plan, outputs: Outputs, report: Progress): Promise<Written> {
  const traffic = createTraffic({ ...plan, knowsAsn: plan.format === 'logpush' });
  const format = createLineFormat(plan.format, traffic.host);
  const ledger = outputs.truth === undefined ? undefined : new TruthLedger();
  let lines = 0;
  let clients = 0;
  for (let request = traffic.next(); request !== undefined; request = traffic.next()) {
    const wait = outputs.log.write(format(request));
    if (wait !== undefined) await wait;
    lines += 1;
    if (lines % REPORTED_LINES === 0) report(lines);
    const truth = ledger?.take(request.visitor);
    if (truth === undefined) continue;
    clients += 1;
    await outputs.truth?.write(JSON.stringify(truth));
  }
  await Promise.all([outputs.log.close(), outputs.truth?.close()]);
  report(lines);
  return { lines, clients: ledger === undefined ? undefined : clients, days: daysOf(plan.lines) };
}

async function run(invocation: Invocation): Promise<ExitCode> {
  const read = readArguments(invocation, generateCommand, { options: OPTIONS, words: [0, 0] });
  if (read.kind === 'stop') return read.code;
  const plan = readPlan(read.values);
  if (typeof plan === 'string') return refuseUsage(invocation, generateCommand, plan);
  const { terminal, cwd } = invocation;
  const overwritten = await findOverwritten({ outputs: [plan.out, plan.truth], inputs: [] }, cwd);
  if (overwritten !== undefined)
    return refuseUsage(invocation, generateCommand, printable(overwritten));
  try {
    const outputs = await openOutputs(plan, cwd);
    const written = await writeLog(plan, outputs, createProgress(invocation, plan));
    if (plan.isJson)
      terminal.out(`${JSON.stringify({ ...written, seed: plan.seed, site: plan.site })}\n`);
    return 0;
  } catch (error) {
    const reason = explainUnreadable(error);
    if (reason === undefined) throw error;
    const names = [plan.out, plan.truth].filter((name) => name !== undefined).join(', ');
    return refuseUsage(
      invocation,
      generateCommand,
      printable(`${names} cannot be written: ${reason}`),
    );
  }
}

export const generateCommand: Command = {
  name: 'generate',
  summary: 'a realistic access log, with the truth about who is in it',
  help: HELP,
  run,
};
