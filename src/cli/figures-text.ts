/** The tables of figures with their sources, as text for people. */
import type { Source } from '../core/price/economics.ts';
import type { Figures } from '../core/price/price-overrides.ts';
import { formatCount, formatDollars } from './amounts.ts';
import { TABLE_WIDTH } from './text-table.ts';
import { wrapText } from './text-width.ts';

interface Entry {
  readonly name: string;
  readonly label: string;
  readonly sources: readonly Source[];
}

function indent(text: string, width: number): string {
  const blanks = ' '.repeat(width);
  return wrapText(text, TABLE_WIDTH - width)
    .map((line) => `${blanks}${line}\n`)
    .join('');
}

function section<Kind extends Entry>(
  title: string,
  entries: readonly Kind[],
  describe: (entry: Kind) => string,
): string {
  const blocks = entries.map((entry) =>
    [
      `${entry.name}: ${entry.label}\n`,
      indent(describe(entry), 2),
      ...entry.sources.map(({ title: what, url, date }) =>
        [indent(`${date}  ${what}`, 4), url === undefined ? '' : `             ${url}\n`].join(''),
      ),
    ].join(''),
  );
  return `${title}\n\n${blocks.join('')}`;
}

const mega = (attemptsPerSecond: number): string =>
  `${formatCount(attemptsPerSecond / 1e6)} million attempts a second`;

/** Every entry with its figures, sources and dates. */
export function figuresText({ attackers, visitors, addresses, platform }: Figures): string {
  return [
    section(
      'attackers: what they compute with',
      attackers,
      ({ attemptsPerSecond, dollarsPerHour }) =>
        `${mega(attemptsPerSecond)}, $${formatDollars(dollarsPerHour)} an hour`,
    ),
    section(
      'addresses: where they come from',
      addresses,
      ({ dollarsPerNetworkMonth, dollarsPerGigabyte, isHosting }) =>
        `$${formatDollars(dollarsPerNetworkMonth)} a network and month, $${formatDollars(dollarsPerGigabyte)} a GB, ${isHosting ? 'known as hosting networks' : 'not known as hosting networks'}`,
    ),
    section(
      'visitors: what they compute with',
      visitors,
      ({ attemptsPerSecond, share }) =>
        `${mega(attemptsPerSecond)}, ${formatCount(share * 100)} % of visitors`,
    ),
    section('platform: what Cloudflare charges', platform, ({ dollarsPerMillion, freePerDay }) => {
      const free = freePerDay === undefined ? '' : `; free plan: ${formatCount(freePerDay)} a day`;
      return `$${formatDollars(dollarsPerMillion)} a million${free}`;
    }),
  ].join('\n');
}
