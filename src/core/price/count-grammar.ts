/**
 * The grammar of what isolates and the price book exchange and store: counts, ids, lists, records.
 *
 * Owns the checks of values and how they are put together; must not know which value means what.
 */

/** Whether an unknown value is of this shape. */
export type Guard<Value> = (value: unknown) => value is Value;

type Guards<Shape> = { readonly [Name in keyof Shape]: Guard<Shape[Name]> };

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

export function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

export function isText(maxCharacters: number): Guard<string> {
  return (value): value is string => typeof value === 'string' && value.length <= maxCharacters;
}

/** 128 bits as base64url: a pass or an isolate. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}

export function isAbsentOr<Value>(guard: Guard<Value>): Guard<Value | undefined> {
  return (value): value is Value | undefined => value === undefined || guard(value);
}

/** `null` stands for what is absent where JSON has to carry it. */
export function isNullOr<Value>(guard: Guard<Value>): Guard<Value | null> {
  return (value): value is Value | null => value === null || guard(value);
}

/** The members of an unknown value; none where it is no object. */
export function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** An object, or a tuple as an array, of which every member that is named here is as it should be. */
export function isRecord<Shape extends object>(guards: Guards<Shape>): Guard<Shape> {
  return (value): value is Shape => {
    const members = membersOf(value);
    for (const name in guards) if (!guards[name](members[name])) return false;
    return true;
  };
}

export function isListOf<Item>(maxItems: number, guard: Guard<Item>): Guard<readonly Item[]> {
  return (value): value is readonly Item[] =>
    Array.isArray(value) && value.length <= maxItems && value.every(guard);
}

/** `value`, or `undefined` where it is not of the shape. */
export function readAs<Value>(guard: Guard<Value>, value: unknown): Value | undefined {
  return guard(value) ? value : undefined;
}
