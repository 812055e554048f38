/**
 * One pass in the price book: its credit, and the totals that isolates reported of it.
 *
 * Owns the sums and the stored form. Isolates report totals, so a report that comes twice or late changes
 * nothing.
 */
import { decodeList, isCount, isId, isText } from './count-grammar.ts';
import { MAX_NETWORK_CHARACTERS, type PassCount } from './price-report.ts';

/** Isolates that one pass has totals of; older ones are added up. */
export const MAX_HOLDERS = 16;

/** What one isolate reported, since it began to count. */
export interface Holder {
  readonly isolate: string;
  readonly since: number;
  readonly spent: number;
  readonly demand: number;
}

/** The report that a count came with. */
export interface ReportedBy {
  readonly isolate: string;
  /** It is the latest of its isolate. */
  readonly isNewer: boolean;
}

export interface PassEntry {
  credit: number;
  readonly expires: number;
  readonly isPatience: boolean;
  network: string;
  /** What has been counted as demand: grows, and never beyond the credit. */
  counted: number;
  /** Sum of the holders that are no longer told apart. */
  folded: number;
  /** The one that reported last stands last. */
  holders: Holder[];
}

/** How a pass is stored: id, credit, expires, network, patience, counted, folded, then its holders. */
export type StoredPass = readonly [
  string,
  number,
  number,
  string,
  boolean,
  number,
  number,
  readonly (readonly [string, number, number, number])[],
];

/** Attempts that all isolates together have reported. */
export function consumedOf({ folded, holders }: PassEntry): number {
  return holders.reduce((sum, { spent }) => sum + spent, folded);
}

/**
 * Takes the totals of one isolate in. Those of its latest report are the truth, also where refunds made
 * them smaller; a report that comes twice or late makes nothing smaller.
 * @returns what was asked for at base prices, of one attempt that was debited since: 0..1
 */
export function setHolder(entry: PassEntry, count: PassCount, by: ReportedBy): number {
  const { since, spent, demand } = count;
  const { isolate, isNewer } = by;
  const known = entry.holders.find((one) => one.isolate === isolate && one.since === since);
  const before = known ?? { spent: 0, demand: 0 };
  const rise = spent - before.spent;
  if (rise <= 0 && !isNewer && known !== undefined) return 0;
  const others = entry.holders.filter((one) => one !== known);
  entry.holders = [...others, { isolate, since, spent, demand }];
  if (entry.holders.length > MAX_HOLDERS) entry.folded += entry.holders.shift()?.spent ?? 0;
  return rise > 0 ? Math.min(1, Math.max(0, (demand - before.demand) / rise)) : 0;
}

function decodeHolder(value: unknown): Holder | undefined {
  if (!Array.isArray(value)) return undefined;
  const [isolate, since, spent, demand]: readonly unknown[] = value;
  if (!(isId(isolate) && isCount(since) && isCount(spent) && isCount(demand))) return undefined;
  return { isolate, since, spent, demand };
}

/** `undefined` for anything but a whole row. */
export function decodePassEntry(value: unknown): readonly [string, PassEntry] | undefined {
  if (!Array.isArray(value)) return undefined;
  const [passId, credit, expires, network, isPatience, counted, folded, list]: readonly unknown[] =
    value;
  const holders = decodeList(list, MAX_HOLDERS, decodeHolder);
  if (!(isId(passId) && isCount(credit) && isCount(expires) && isCount(folded))) return undefined;
  if (!isText(network, MAX_NETWORK_CHARACTERS) || typeof isPatience !== 'boolean') return undefined;
  if (holders === undefined || !isCount(counted)) return undefined;
  return [passId, { credit, expires, network, isPatience, counted, folded, holders: [...holders] }];
}

/** A row for storage. */
export function storePassEntry([passId, entry]: readonly [string, PassEntry]): StoredPass {
  const { credit, expires, network, isPatience, counted, folded } = entry;
  const holders = entry.holders.map(
    ({ isolate, since, spent, demand }) => [isolate, since, spent, demand] as const,
  );
  return [passId, credit, expires, network, isPatience, counted, folded, holders];
}
