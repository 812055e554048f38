/** `policy export crawlers`: which known bots a policy allows, charges and denies. */
import type { Decision } from '../../core/policy/decision.ts';
import { reportCrawlers, type CrawlerReport } from '../../core/policy/crawler-report.ts';
import {
  readArguments,
  refuseUsage,
  type Command,
  type ExitCode,
  type Invocation,
} from '../command.ts';
import { listCrawlers } from '../known-bots.ts';
import { openPolicy } from '../opened-policy.ts';
import { DEFAULT_POLICY } from '../policy-file.ts';
import { printable } from '../terminal.ts';
import { CONFIG_HELP, CONFIG_OPTIONS } from '../worker-config.ts';

const FORMATS = ['table', 'json', 'csv', 'robots'] as const;
type Format = (typeof FORMATS)[number];

const HELP = `Usage: npx edgetoll policy export crawlers [FILE]

Which known bots a policy (default: ${DEFAULT_POLICY}) allows, charges and denies: from one of their published
addresses, and from any other address, where anybody may use their name.

      --url URL        the page that they ask for (default: /)
      --format FORMAT  table (default), json, csv, or robots: groups of a robots.txt that ask those
                       who are denied or charged to stay away
${CONFIG_HELP}  -h, --help           this text
`;

function kindOf(decision: Decision | undefined): string {
  if (decision === undefined) return 'no published address';
  if (decision.kind === 'deny') return `deny ${decision.status}`;
  return decision.kind;
}

const COLUMNS = ['name', 'purpose', 'from its addresses', 'from elsewhere'];

function rowOf({ crawler, fromPublished, fromElsewhere }: CrawlerReport): readonly string[] {
  return [crawler.name, crawler.purpose, kindOf(fromPublished), kindOf(fromElsewhere)];
}

function formatTable(reports: readonly CrawlerReport[]): string {
  const rows = [COLUMNS, ...reports.map(rowOf)];
  const widths = COLUMNS.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** RFC 4180; a cell that a spreadsheet would take for a formula is quoted as text. */
function csvCell(text: string): string {
  const safe = /^[=+@-]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function formatCsv(reports: readonly CrawlerReport[]): string {
  return [COLUMNS, ...reports.map(rowOf)].map((row) => row.map(csvCell).join(',')).join('\n');
}

function formatRobots(reports: readonly CrawlerReport[]): string {
  return reports
    .map(({ crawler, fromPublished, fromElsewhere }) => {
      const isWelcome = (fromPublished ?? fromElsewhere).kind === 'allow';
      return `User-agent: ${crawler.name}\n${isWelcome ? 'Allow' : 'Disallow'}: /\n`;
    })
    .join('\n');
}

function formatJson(reports: readonly CrawlerReport[]): string {
  const plain = reports.map(({ crawler, fromPublished, fromElsewhere }) => ({
    name: crawler.name,
    purpose: crawler.purpose,
    fromPublished: fromPublished ?? null,
    fromElsewhere,
  }));
  return JSON.stringify(plain, undefined, 2);
}

const FORMATTERS: Readonly<Record<Format, (reports: readonly CrawlerReport[]) => string>> = {
  table: formatTable,
  json: formatJson,
  csv: formatCsv,
  robots: formatRobots,
};

async function run(invocation: Invocation): Promise<ExitCode> {
  const options = {
    ...CONFIG_OPTIONS,
    url: { type: 'string' },
    format: { type: 'string' },
  } as const;
  const read = readArguments(invocation, exportCommand, { options, words: [1, 2] });
  if (read.kind === 'stop') return read.code;
  const { values, positionals } = read;
  const [what, file = DEFAULT_POLICY] = positionals;
  const format = FORMATS.find((each) => each === (values.format ?? 'table'));
  const url = URL.parse(values.url ?? '/', 'https://example.com');
  if (what !== 'crawlers') {
    return refuseUsage(invocation, exportCommand, 'Say what to export: export crawlers.');
  }
  if (format === undefined) {
    return refuseUsage(invocation, exportCommand, `--format takes ${FORMATS.join(', ')}.`);
  }
  if (url === null) return refuseUsage(invocation, exportCommand, '--url takes a URL.');
  const opening = await openPolicy(invocation, file, values);
  if (!opening.ok) return opening.code;
  const { terminal } = invocation;
  const page = { host: url.host, path: url.pathname };
  const reports = reportCrawlers(opening.opened.prepared.policy, listCrawlers(), page);
  terminal.out(`${printable(FORMATTERS[format](reports))}\n`);
  return 0;
}

export const exportCommand: Command = {
  name: 'export',
  group: 'policy',
  summary: 'which known bots are allowed, charged, denied',
  help: HELP,
  run,
};
