/**
 * Values, types and failures of expressions.
 *
 * Owns their shapes and how types fit each other; must not know syntax or functions.
 *
 * `int` is a bigint kept inside 64 bits, `double` a number, so the two are told apart at run time
 * and a sum that leaves 64 bits is a failure, never a rounded figure. Maps are `Map`s: a key such
 * as `__proto__` is a key like any other (SECURITY-BAR E09).
 */

/** A map that answers one key at a time: headers, a query. It has no size and no order. */
export class CelLookup {
  readonly lookup: (key: string) => string | undefined;

  /** @param lookup answers in time linear in the key */
  constructor(lookup: (key: string) => string | undefined) {
    this.lookup = lookup;
  }
}

export type CelKey = boolean | bigint | string;

export type CelValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | readonly CelValue[]
  | ReadonlyMap<CelKey, CelValue>
  | CelLookup;

/**
 * Why an evaluation has no value. `budget`: steps or size of a built value ran out; `unknown`: the
 * caller has no value for a variable; `argument`: a function cannot take this value.
 */
export type FailureReason =
  | 'budget'
  | 'no-such-key'
  | 'index'
  | 'type'
  | 'overflow'
  | 'division'
  | 'conversion'
  | 'argument'
  | 'unknown';

/** A failure as a value: `||` and `&&` absorb it where the other side decides. */
export class CelFailure {
  readonly reason: FailureReason;

  constructor(reason: FailureReason) {
    this.reason = reason;
  }
}

export type Outcome = CelValue | CelFailure;

export const BUDGET_FAILURE = new CelFailure('budget');
export const TYPE_FAILURE = new CelFailure('type');
export const INDEX_FAILURE = new CelFailure('index');
export const CONVERSION_FAILURE = new CelFailure('conversion');
export const OVERFLOW_FAILURE = new CelFailure('overflow');

/** `integer` where it fits 64 bits, otherwise the failure. */
export function checkedInt(integer: bigint): bigint | CelFailure {
  return BigInt.asIntN(64, integer) === integer ? integer : OVERFLOW_FAILURE;
}

export type CelType =
  | 'bool'
  | 'int'
  | 'double'
  | 'string'
  | 'null'
  | 'dyn'
  | 'lookup'
  | { readonly kind: 'list'; readonly items: CelType }
  | { readonly kind: 'map'; readonly keys: CelType; readonly values: CelType };

export function listOf(items: CelType): CelType {
  return { kind: 'list', items };
}

export function mapOf(keys: CelType, values: CelType): CelType {
  return { kind: 'map', keys, values };
}

/** The type as messages name it. */
export function formatType(type: CelType): string {
  if (typeof type === 'string') return type === 'lookup' ? 'map of named values' : type;
  if (type.kind === 'list') return `list(${formatType(type.items)})`;
  return `map(${formatType(type.keys)}, ${formatType(type.values)})`;
}

/** Whether a value of one type may stand where the other is asked for; `dyn` fits everything. */
export function fits(left: CelType, right: CelType): boolean {
  if (left === 'dyn' || right === 'dyn' || left === right) return true;
  if (typeof left === 'string' || typeof right === 'string') return false;
  if (left.kind === 'list') return right.kind === 'list' && fits(left.items, right.items);
  return right.kind === 'map' && fits(left.keys, right.keys) && fits(left.values, right.values);
}

/** The one type that describes values of both: theirs where they are equal, otherwise `dyn`. */
export function joinTypes(left: CelType, right: CelType): CelType {
  return formatType(left) === formatType(right) ? left : 'dyn';
}

export function isList(value: Outcome): value is readonly CelValue[] {
  return Array.isArray(value);
}

export function isMap(value: Outcome): value is ReadonlyMap<CelKey, CelValue> {
  return value instanceof Map;
}

/** The type of a value as far as it can be seen from outside: members are not looked at. */
function outerTypeOf(value: CelValue): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'double';
  if (value instanceof CelLookup) return 'lookup';
  return isList(value) ? 'list' : 'map';
}

/** Whether a value is of a type; members of lists and maps are not looked at. */
export function isOfType(value: CelValue, type: CelType): boolean {
  return type === 'dyn' || outerTypeOf(value) === (typeof type === 'string' ? type : type.kind);
}

/**
 * What a caller hands in for a declared type: a whole number becomes an `int`, nothing at all is
 * `unknown`, and anything that is not of the type is `type`.
 */
export function admitValue(value: Outcome | undefined, type: CelType): Outcome {
  if (value === undefined) return new CelFailure('unknown');
  if (value instanceof CelFailure) return value;
  if (type === 'int') {
    if (typeof value === 'bigint') return checkedInt(value);
    return Number.isSafeInteger(value) ? BigInt(Number(value)) : TYPE_FAILURE;
  }
  return isOfType(value, type) ? value : TYPE_FAILURE;
}
