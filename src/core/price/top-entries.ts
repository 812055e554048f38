/**
 * What is kept of a map that grows with the clients: the weightiest entries.
 *
 * Owns the cut alone.
 */

/** `map` less its lightest entries, so that at most `count` remain; in place. */
export function keepHeaviest<Key, Value>(
  map: Map<Key, Value>,
  count: number,
  weigh: (value: Value) => number,
): void {
  if (map.size <= count) return;
  const sorted = [...map].toSorted(([, a], [, b]) => weigh(b) - weigh(a));
  for (const [key] of sorted.slice(count)) map.delete(key);
}
