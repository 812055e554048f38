/**
 * The grammar of what isolates and the price book exchange and store: counts, ids, lists.
 *
 * Owns the checks of single values; must not know which value means what.
 */

const ID = /^[A-Za-z0-9_-]{22}$/;
/** Credits and prices end at 2^46 attempts: more bits than this mean nothing. */
const MAX_BITS = 64;

/** Finite, not negative, exact as an integer of a double. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

/** A price above the base, 0..64. */
export function isBits(value: unknown): value is number {
  return isCount(value) && value <= MAX_BITS;
}

export function isText(value: unknown, maxCharacters: number): value is string {
  return typeof value === 'string' && value.length <= maxCharacters;
}

/** 128 bits as base64url: a pass or an isolate. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}

/** The members of an unknown value; none where it is no object. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Every item decoded; `undefined` where `value` is no list, is too long, or one item is refused. */
export function decodeList<Item>(
  value: unknown,
  maxItems: number,
  decode: (item: unknown) => Item | undefined,
): readonly Item[] | undefined {
  if (!Array.isArray(value) || value.length > maxItems) return undefined;
  const items: Item[] = [];
  for (const entry of value) {
    const item = decode(entry);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}
