/**
 * One pass in the price book: its credit, and the totals that isolates reported of it.
 *
 * Owns the sums and the stored form. A total per isolate only grows, so a report that comes twice or
 * late changes nothing.
 */
import { decodeList, isCount, isId, isText } from './count-grammar.ts';
import { MAX_NETWORK_CHARACTERS, type PassCount } from './price-report.ts';

/** Isolates that one pass has totals of; older ones are added up. */
export const MAX_HOLDERS = 16;

/** What one isolate reported, since it began to count. */
export interface Holder {
  readonly isolate: string;
  readonly since: number;
  spent: number;
  demand: number;
}

export interface PassEntry {
  credit: number;
  readonly expires: number;
  readonly isPatience: boolean;
  network: string;
  /** Sum of the holders that are no longer told apart. */
  folded: number;
  /** The one that reported last stands last. */
  holders: Holder[];
}

/** How a pass is stored: id, credit, expires, network, patience, folded, then its holders. */
export type StoredPass = readonly [
  string,
  number,
  number,
  string,
  boolean,
  number,
  readonly (readonly [string, number, number, number])[],
];

/** Attempts that all isolates together have reported. */
export function consumedOf({ folded, holders }: PassEntry): number {
  return holders.reduce((sum, { spent }) => sum + spent, folded);
}

/** Takes the totals of one holder in. @returns by how much its demand grew */
export function raiseHolder(entry: PassEntry, isolate: string, count: PassCount): number {
  const { since, spent } = count;
  const demand = Math.min(count.demand, spent);
  const known = entry.holders.find((one) => one.isolate === isolate && one.since === since);
  const holder = known ?? { isolate, since, spent: 0, demand: 0 };
  const increase = Math.max(0, demand - holder.demand);
  holder.spent = Math.max(holder.spent, spent);
  holder.demand += increase;
  entry.holders = [...entry.holders.filter((one) => one !== holder), holder];
  if (entry.holders.length > MAX_HOLDERS) entry.folded += entry.holders.shift()?.spent ?? 0;
  return increase;
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
  const [passId, credit, expires, network, isPatience, folded, list]: readonly unknown[] = value;
  const holders = decodeList(list, MAX_HOLDERS, decodeHolder);
  if (!(isId(passId) && isCount(credit) && isCount(expires) && isCount(folded))) return undefined;
  if (!isText(network, MAX_NETWORK_CHARACTERS) || typeof isPatience !== 'boolean') return undefined;
  if (holders === undefined) return undefined;
  return [passId, { credit, expires, network, isPatience, folded, holders: [...holders] }];
}

/** A row for storage. */
export function storePassEntry([passId, entry]: readonly [string, PassEntry]): StoredPass {
  const { credit, expires, network, isPatience, folded } = entry;
  const holders = entry.holders.map(
    ({ isolate, since, spent, demand }) => [isolate, since, spent, demand] as const,
  );
  return [passId, credit, expires, network, isPatience, folded, holders];
}
