/** `report`: the daily review that the Worker keeps in KV. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readArguments, refuseUsage } from '../command.ts';
import type { Command, ExitCode, Invocation } from '../command.ts';
import { decodeReview } from '../../core/price/decode-review.ts';
import type { Review } from '../../core/price/review.ts';
import { renderReport } from '../html/report-page.ts';
import { TARGET_HELP, TARGET_OPTIONS } from '../kv-target.ts';
import { withTarget } from '../opened-target.ts';
import { readPriceSetup } from '../price-setup.ts';
import type { PolicyKeys } from '../published-policies.ts';
import { formatReport } from '../report-text.ts';
import { attackRows, cheapestRows, createReviewReport } from '../review-report.ts';
import { printable } from '../terminal.ts';
import { explainUnreadable } from '../text-file.ts';
import { CONFIG_HELP, CONFIG_OPTIONS } from '../worker-config.ts';

const HELP = `Usage: npx edgetoll report [DATE]

Prints the review of a day (UTC): what was charged, what an attack would cost, what changed, and what to
reconsider, with the command to run next. The Worker writes one every night, 17 minutes after midnight
UTC, and keeps it for 90 days. Without DATE (such as 2026-11-21) the newest.

      --list             the days that are kept
      --json             the review as it is stored, one JSON object
      --html FILE        also a page with plots, in one file
${TARGET_HELP}${CONFIG_HELP}  -h, --help             this text

Exit code: 0 done, 1 there is no such review or wrangler failed, 2 a wrong call.
`;

const NONE = `There is no review yet. The Worker writes one every night, 17 minutes after midnight UTC, if it has
the bindings POLICY and PRICE_BOOK (see wrangler.toml). In a local run ("npm start") have one made now,
of the last 24 hours, and read it:

  curl "http://localhost:8787/cdn-cgi/handler/scheduled?cron=review"
  npx edgetoll report --local --env dev
`;

const DATE = /^\d{4}-\d\d-\d\d$/;
const PREFIX = 'report/';
const LATEST = 'report/latest';

type Keys = Pick<PolicyKeys, 'list' | 'get'>;

type Found =
  | { readonly kind: 'review'; readonly review: Review }
  | { readonly kind: 'none' }
  /** A review of another version, or no review at all. */
  | { readonly kind: 'unreadable' };

async function daysIn(keys: Keys): Promise<readonly string[]> {
  const names = (await keys.list(PREFIX)).map(({ name }) => name.slice(PREFIX.length));
  return names.filter((name) => DATE.test(name)).toSorted();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The review of `day`; the newest where no day is named. */
export async function findReview(keys: Keys, day: string | undefined): Promise<Found> {
  const key = day === undefined ? LATEST : `${PREFIX}${day}`;
  // A key that does not exist fails like a namespace that does not.
  const stored = await keys.list(key);
  if (!stored.some(({ name }) => name === key)) return { kind: 'none' };
  const review = decodeReview(parse(await keys.get(key)));
  return review === undefined ? { kind: 'unreadable' } : { kind: 'review', review };
}

interface Shown {
  readonly review: Review;
  readonly attacks: ReturnType<typeof attackRows>;
  readonly isJson: boolean;
  readonly html: string | undefined;
}

/** Whether the page is written, or none is wanted. */
async function writePage(
  { terminal, cwd }: Invocation,
  { review, attacks, html }: Shown,
): Promise<boolean> {
  if (html === undefined) return true;
  try {
    await writeFile(resolve(cwd, html), renderReport(createReviewReport(review, attacks)));
    terminal.err(printable(`Wrote ${html}.\n`));
    return true;
  } catch (error) {
    if (explainUnreadable(error) === undefined) throw error;
    terminal.err(printable(`${html}: it cannot be written\n`));
    return false;
  }
}

async function show(invocation: Invocation, shown: Shown): Promise<ExitCode> {
  if (!(await writePage(invocation, shown))) return 2;
  const { review, attacks, isJson } = shown;
  const text = isJson
    ? `${JSON.stringify(review)}\n`
    : formatReport(createReviewReport(review, cheapestRows(attacks)));
  invocation.terminal.out(isJson ? text : printable(text));
  return 0;
}

async function list({ terminal }: Invocation, keys: Keys, isJson: boolean): Promise<ExitCode> {
  const days = await daysIn(keys);
  if (isJson) terminal.out(`${JSON.stringify(days)}\n`);
  else terminal.out(days.length === 0 ? NONE : days.map((day) => `${day}\n`).join(''));
  return 0;
}

const OPTIONS = {
  ...CONFIG_OPTIONS,
  ...TARGET_OPTIONS,
  list: { type: 'boolean' },
  json: { type: 'boolean' },
  html: { type: 'string' },
} as const;

async function run(invocation: Invocation): Promise<ExitCode> {
  const read = readArguments(invocation, reportCommand, { options: OPTIONS, words: [0, 1] });
  if (read.kind === 'stop') return read.code;
  const { values, positionals } = read;
  const [day] = positionals;
  if (day !== undefined && !DATE.test(day))
    return refuseUsage(invocation, reportCommand, 'Write DATE as 2026-11-21.');
  if (values.list === true && (day !== undefined || values.html !== undefined))
    return refuseUsage(invocation, reportCommand, '--list goes without DATE and --html.');
  const { terminal } = invocation;
  return withTarget(invocation, { command: reportCommand, values }, async ({ keys, config }) => {
    const setup = readPriceSetup(config, invocation.cwd);
    if (!setup.ok) return refuseUsage(invocation, reportCommand, setup.message);
    const isJson = values.json === true;
    if (values.list === true) return list(invocation, keys, isJson);
    const found = await findReview(keys, day);
    if (found.kind === 'review') {
      const { review } = found;
      const attacks = attackRows(review, setup.setup);
      return show(invocation, { review, attacks, isJson, html: values.html });
    }
    if (found.kind === 'unreadable')
      terminal.err('This review was written by another version of Edgetoll: update this one.\n');
    else if (day === undefined) terminal.err(NONE);
    else terminal.err(`There is no review of ${day}. See: npx edgetoll report --list\n`);
    return 1;
  });
}

export const reportCommand: Command = {
  name: 'report',
  summary: 'the review of a day: charged, attack costs, changes, what to do',
  help: HELP,
  run,
};
