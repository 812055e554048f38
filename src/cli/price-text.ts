/**
 * The answer of `price` as text for people, at most 100 columns wide.
 *
 * Owns layout and wording; every figure comes from the summary.
 */
import type { Figures } from '../core/price/price-overrides.ts';
import { formatCount, formatDollars, formatSeconds } from './amounts.ts';
import { labelsOf, type Labels } from './attack-labels.ts';
import type { AttackRow, PriceSummary } from './price-summary.ts';
import { proposalText } from './proposal-text.ts';
import { formatTextTable } from './text-table.ts';
import { paragraph } from './text-paragraph.ts';

function head(summary: PriceSummary): string {
  const { configuration, entryFee, credit, terms, charging, assumed, hasPriceBook } = summary;
  const { ceilings, overspend } = charging;
  const from = configuration ?? 'no configuration: the defaults hold';
  const book = hasPriceBook
    ? `What a pass buys is served at most ${formatCount(overspend)} times, where ${assumed.isolates} isolates see it before the price book answers`
    : `Without a price book (PRICE_BOOK is not bound) each isolate serves what a pass buys: here ${formatCount(overspend)} times`;
  return [
    `Price at today's settings (${from})\n\n`,
    paragraph(
      `A request costs ${formatCount(terms.requestPrice)} attempts, the entry fee is ${formatCount(entryFee)} and buys ${formatCount(credit)} requests. Ceilings, in requests a minute: ${formatCount(ceilings.network)} of a network, ${formatCount(ceilings.hosting)} of a hosting network. ${book}.`,
    ),
  ].join('');
}

function cheapestRow(rows: readonly AttackRow[]): AttackRow | undefined {
  return rows.toSorted((a, b) => a.now.totalDollars - b.now.totalDollars)[0];
}

/** For each hardware its cheapest addresses, for each supply its cheapest hardware. */
function essential(attacks: readonly AttackRow[]): readonly AttackRow[] {
  const groups = (['addresses', 'hardware'] as const).flatMap((part) =>
    [...Map.groupBy(attacks, (row) => row[part]).values()].map(cheapestRow),
  );
  return [...new Set(groups)].filter((row) => row !== undefined);
}

function attackTable(summary: PriceSummary, labels: Labels, isAll: boolean): string {
  const { attacks, assumed, capBits, hasPriceBook } = summary;
  const rows = isAll ? attacks : essential(attacks);
  const table = formatTextTable({
    columns: [
      { label: 'computes with' },
      { label: 'comes from' },
      { label: 'compute', align: 'end' },
      { label: 'addresses', align: 'end' },
      { label: 'together', align: 'end' },
      { label: 'at cap', align: 'end' },
      { label: 'nets', align: 'end' },
    ],
    rows: rows.map((row) => [
      labels(row).hardware,
      labels(row).addresses,
      formatDollars(row.now.computeDollars),
      formatDollars(row.now.addressDollars),
      formatDollars(row.now.totalDollars),
      formatDollars(row.atCap.totalDollars),
      formatCount(row.now.networks),
    ]),
  });
  const waits = rows.some(({ now }) => now.unpaidShare > 0)
    ? ' Some wait for a part of their requests instead of computing.'
    : '';
  const cap = hasPriceBook
    ? `at cap: a network whose price the book has raised ${formatCount(2 ** capBits)} times.`
    : `at cap: what a price book could raise a network's price to, ${formatCount(2 ** capBits)} times; here the price stands still.`;
  return [
    'What a thousand requests cost an attacker, in dollars\n\n',
    table,
    '\n',
    paragraph(
      `At ${formatCount(assumed.requestsPerMinute)} requests a minute of ${formatCount(assumed.bytesPerRequest)} bytes; ${cap} nets: networks in use.${waits} What an attacker wastes is not counted. Each supply of addresses with its cheapest hardware and the reverse${isAll ? '' : '; --all prints every pair'}; --list-figures says where the figures come from.`,
    ),
  ].join('');
}

function visitorTable({ visitors, budget }: PriceSummary): string {
  const table = formatTextTable({
    columns: [
      { label: 'device' },
      { label: 'visitors', align: 'end' },
      { label: 'MH/s', align: 'end' },
      { label: 'mean', align: 'end' },
      { label: 'p95', align: 'end' },
      { label: 'at cap, mean', align: 'end' },
      { label: 'at cap, p95', align: 'end' },
    ],
    rows: visitors.map(({ label, share, attemptsPerSecond, now, atCap }) => [
      label,
      `${formatCount(share * 100)} %`,
      formatCount(attemptsPerSecond / 1e6),
      ...[now.meanSeconds, now.p95Seconds, atCap.meanSeconds, atCap.p95Seconds].map(formatSeconds),
    ]),
  });
  return [
    'How long a visitor computes for the entry fee\n\n',
    table,
    '\n',
    paragraph(
      `The budget is ${formatSeconds(budget.medianSeconds)} on the median phone and ${formatSeconds(budget.p95Seconds)} (p95) on the low-end phone. Who has no JavaScript or would wait longer can wait and press a button instead.`,
    ),
  ].join('');
}

function ruleTable({ rules }: PriceSummary, labels: Labels): string {
  if (rules.length === 0) return '';
  const table = formatTextTable({
    columns: [
      { label: 'rule' },
      { label: 'entry fee', align: 'end' },
      { label: 'a request', align: 'end' },
      { label: 'median phone', align: 'end' },
      { label: 'cheapest attack', align: 'end' },
      { label: 'which is' },
    ],
    rows: rules.map(({ rule, isDryRun, entryFee, requestPrice, medianSeconds, cheapest }) => [
      isDryRun ? `${rule} (dry run)` : rule,
      formatCount(entryFee),
      formatCount(requestPrice),
      formatSeconds(medianSeconds),
      formatDollars(cheapest.cost.totalDollars),
      `${labels(cheapest).hardware}; ${labels(cheapest).addresses}`,
    ]),
  });
  return `Rules that charge\n\n${table}\n`;
}

/** The whole text. */
export function priceText(
  summary: PriceSummary,
  { figures, isAll }: { readonly figures: Figures; readonly isAll: boolean },
): string {
  const labels = labelsOf(figures);
  const parts = [
    head(summary),
    attackTable(summary, labels, isAll),
    visitorTable(summary),
    ruleTable(summary, labels),
    proposalText(summary, labels),
  ];
  return parts.filter((part) => part !== '').join('\n');
}
