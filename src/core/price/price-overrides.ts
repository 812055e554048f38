/**
 * The operator's own figures in place of those that ship.
 *
 * Owns the form of such a document and its ranges; must not know files. Unknown names and members
 * are refused: a misspelt figure must not be ignored in silence.
 */
import { memberPath, readTable, type PolicyProblem, type Table } from '../policy/policy-problem.ts';
import { ADDRESS_SUPPLIES } from './addresses.ts';
import type { AddressSupply, AttackerHardware, Source, VisitorDevice } from './economics.ts';
import { ATTACKER_HARDWARE, VISITOR_DEVICES } from './hardware.ts';
import { PLATFORM_PRICES, type PlatformPrice } from './platform-prices.ts';

/** Every figure that the arithmetic takes. */
export interface Figures {
  readonly attackers: readonly AttackerHardware[];
  readonly visitors: readonly VisitorDevice[];
  readonly addresses: readonly AddressSupply[];
  readonly platform: readonly PlatformPrice[];
}

/** What ships. */
export const FIGURES: Figures = {
  attackers: ATTACKER_HARDWARE,
  visitors: VISITOR_DEVICES,
  addresses: ADDRESS_SUPPLIES,
  platform: PLATFORM_PRICES,
};

export type FiguresReading =
  | { readonly ok: true; readonly figures: Figures }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

/** Least and most of a number, or a truth value. */
type Range = readonly [number, number] | 'boolean';

const MOST_DOLLARS = 1_000_000;
const RATE: Range = [1, 1e18];
const DOLLARS: Range = [0, MOST_DOLLARS];

const MEMBERS: Readonly<Record<keyof Figures, Readonly<Record<string, Range>>>> = {
  attackers: { attemptsPerSecond: RATE, dollarsPerHour: DOLLARS },
  visitors: { attemptsPerSecond: RATE, share: [0, 1] },
  addresses: {
    dollarsPerNetworkMonth: DOLLARS,
    dollarsPerGigabyte: DOLLARS,
    isHosting: 'boolean',
  },
  platform: { dollarsPerMillion: DOLLARS },
};

const SOURCE_TEXT = { longest: 200 };

class FiguresReader {
  readonly problems: PolicyProblem[] = [];

  refuse(path: string, message: string): void {
    this.problems.push({ path, message });
  }

  table(value: unknown, path: string): Table {
    const table = readTable(value);
    if (table === undefined) this.refuse(path, 'must be a table of names');
    return table ?? new Map<string, unknown>();
  }

  isWithin(value: unknown, range: Range): boolean {
    if (range === 'boolean') return typeof value === 'boolean';
    return typeof value === 'number' && value >= range[0] && value <= range[1];
  }

  /** The members of one entry that may be taken. */
  members(
    value: unknown,
    path: string,
    ranges: Readonly<Record<string, Range>>,
  ): Readonly<Record<string, unknown>> {
    const taken: Record<string, unknown> = {};
    for (const [name, member] of this.table(value, path)) {
      const place = memberPath(path, name);
      const range = Object.hasOwn(ranges, name) ? ranges[name] : undefined;
      if (name === 'source') this.readSource(member, place);
      else if (range === undefined) {
        const known = [...Object.keys(ranges), 'source'].join(', ');
        this.refuse(place, `is no member of such an entry: use ${known}`);
      } else if (!this.isWithin(member, range)) {
        const wanted =
          range === 'boolean' ? 'true or false' : `a number from ${range[0]} to ${range[1]}`;
        this.refuse(place, `must be ${wanted}`);
      } else taken[name] = member;
    }
    return taken;
  }

  readSource(value: unknown, path: string): void {
    const isText = typeof value === 'string' && value.trim() !== '';
    if (isText && value.length <= SOURCE_TEXT.longest) return;
    this.refuse(path, `must be a text of at most ${SOURCE_TEXT.longest} characters`);
  }
}

/** `entries` with the members of `value` in place of theirs; all others stay as they are. */
function override<Entry extends { readonly name: string; readonly sources: readonly Source[] }>(
  entries: readonly Entry[],
  [value, path, date]: readonly [unknown, keyof Figures, string],
  reader: FiguresReader,
): readonly Entry[] {
  if (value === undefined) return entries;
  const table = reader.table(value, path);
  const names = entries.map(({ name }) => name);
  for (const name of table.keys()) {
    if (!names.includes(name)) {
      reader.refuse(memberPath(path, name), `is no entry: use ${names.join(', ')}`);
    }
  }
  return entries.map((entry) => {
    const own = table.get(entry.name);
    if (!table.has(entry.name)) return entry;
    const place = memberPath(path, entry.name);
    const members = reader.members(own, place, MEMBERS[path]);
    const stated = readTable(own)?.get('source');
    const title = typeof stated === 'string' ? stated : "the operator's own figure";
    return { ...entry, ...members, sources: [{ title, date }, ...entry.sources] };
  });
}

const SHARE_TOLERANCE = 0.001;

/**
 * The figures with an operator's document over them, or everything that is wrong with it.
 * @param value a table with any of `attackers`, `visitors`, `addresses`, `platform`, each a table of
 *   entries by name
 * @param date year and month that the operator's figures are dated with
 */
export function overrideFigures(value: unknown, date: string): FiguresReading {
  const reader = new FiguresReader();
  const table = reader.table(value, '');
  for (const name of table.keys()) {
    if (!Object.hasOwn(FIGURES, name)) {
      reader.refuse(
        memberPath('', name).replace(/^\./, ''),
        `is unknown: use ${Object.keys(FIGURES).join(', ')}`,
      );
    }
  }
  const figures: Figures = {
    attackers: override(FIGURES.attackers, [table.get('attackers'), 'attackers', date], reader),
    visitors: override(FIGURES.visitors, [table.get('visitors'), 'visitors', date], reader),
    addresses: override(FIGURES.addresses, [table.get('addresses'), 'addresses', date], reader),
    platform: override(FIGURES.platform, [table.get('platform'), 'platform', date], reader),
  };
  const shares = figures.visitors.reduce((sum, { share }) => sum + share, 0);
  if (reader.problems.length === 0 && Math.abs(shares - 1) > SHARE_TOLERANCE) {
    reader.refuse('visitors', 'must have shares that add up to 1: state those of all entries');
  }
  if (reader.problems.length > 0) return { ok: false, problems: reader.problems };
  return { ok: true, figures };
}
