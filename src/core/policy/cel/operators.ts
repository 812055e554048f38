/**
 * What operators do to values, and to types before that.
 *
 * Owns arithmetic, order, equality and membership with their failures (CEL language definition,
 * sections Numeric Values, Equality, Ordering); must not know syntax trees.
 */
import type { BinaryOperator } from './ast.ts';
import {
  BUDGET_FAILURE,
  CelFailure,
  CelLookup,
  TYPE_FAILURE,
  checkedInt,
  fits,
  isList,
  isMap,
  joinTypes,
  listOf,
  type CelKey,
  type CelType,
  type CelValue,
  type Outcome,
} from './cel-value.ts';
import { compareText } from './code-points.ts';
import type { Meter } from './meter.ts';

export type BinaryOperation = (left: CelValue, right: CelValue, meter: Meter) => Outcome;

const DIVISION_FAILURE = new CelFailure('division');
/** A built text costs a step per 16 characters: joining is cheap, reading what was joined is not. */
const BUILT_CHARS_PER_STEP = 16;

function isNumber(value: CelValue): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}

function add(left: CelValue, right: CelValue, meter: Meter): Outcome {
  if (typeof left === 'bigint' && typeof right === 'bigint') return checkedInt(left + right);
  if (typeof left === 'number' && typeof right === 'number') return left + right;
  if (typeof left === 'string' && typeof right === 'string') {
    const failure = meter.chargeBuilt(left.length + right.length, BUILT_CHARS_PER_STEP);
    return failure ?? left + right;
  }
  if (isList(left) && isList(right)) {
    return meter.chargeBuilt(left.length + right.length) ?? [...left, ...right];
  }
  return TYPE_FAILURE;
}

/** An operation on two integers, or on two doubles. */
function arithmetic(
  onInts: (left: bigint, right: bigint) => Outcome,
  onDoubles: (left: number, right: number) => Outcome,
): BinaryOperation {
  return (left, right) => {
    if (typeof left === 'bigint' && typeof right === 'bigint') return onInts(left, right);
    if (typeof left === 'number' && typeof right === 'number') return onDoubles(left, right);
    return TYPE_FAILURE;
  };
}

function listsEqual(
  left: readonly CelValue[],
  right: readonly CelValue[],
  meter: Meter,
): boolean | CelFailure {
  if (left.length !== right.length) return false;
  for (const [at, item] of left.entries()) {
    const other = right[at];
    const equal = other === undefined ? false : equals(item, other, meter);
    if (equal !== true) return equal;
  }
  return true;
}

function mapsEqual(
  left: ReadonlyMap<CelKey, CelValue>,
  right: ReadonlyMap<CelKey, CelValue>,
  meter: Meter,
): boolean | CelFailure {
  if (left.size !== right.size) return false;
  for (const [key, value] of left) {
    const other = right.get(key);
    const equal = other === undefined ? false : equals(value, other, meter);
    if (equal !== true) return equal;
  }
  return true;
}

/** Equality across kinds: numbers by what they are, anything else of two kinds is unequal. */
export function equals(left: CelValue, right: CelValue, meter: Meter): boolean | CelFailure {
  if (typeof left === 'string' && typeof right === 'string') {
    if (left.length !== right.length) return false;
    return meter.chargeText(left.length) ? left === right : BUDGET_FAILURE;
  }
  if (!meter.charge(1)) return BUDGET_FAILURE;
  // JavaScript compares a bigint and a number by their mathematical values.
  // oxlint-disable-next-line eslint/eqeqeq -- === would tell 1n and 1 apart
  if (isNumber(left) && isNumber(right)) return left == right;
  if (isList(left) && isList(right)) return listsEqual(left, right, meter);
  if (isMap(left) && isMap(right)) return mapsEqual(left, right, meter);
  if (left instanceof CelLookup || right instanceof CelLookup) return TYPE_FAILURE;
  return left === right;
}

function compare(holds: (order: number) => boolean): BinaryOperation {
  return (left, right, meter) => {
    if (isNumber(left) && isNumber(right)) {
      if (Number.isNaN(left) || Number.isNaN(right)) return false;
      return holds(left < right ? -1 : Number(left > right));
    }
    if (typeof left === 'string' && typeof right === 'string') {
      if (!meter.chargeText(Math.min(left.length, right.length))) return BUDGET_FAILURE;
      return holds(compareText(left, right));
    }
    if (typeof left === 'boolean' && typeof right === 'boolean') {
      return holds(Number(left) - Number(right));
    }
    return TYPE_FAILURE;
  };
}

/** The key that a value looks up: whole doubles find integers. Undefined where it can be none. */
export function asKey(value: CelValue): CelKey | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined;
  const isKey =
    typeof value === 'string' || typeof value === 'bigint' || typeof value === 'boolean';
  return isKey ? value : undefined;
}

function contains(value: CelValue, container: CelValue, meter: Meter): Outcome {
  if (container instanceof CelLookup) {
    return typeof value === 'string' ? container.lookup(value) !== undefined : TYPE_FAILURE;
  }
  if (isMap(container)) {
    const key = asKey(value);
    return key !== undefined && container.has(key);
  }
  if (!isList(container)) return TYPE_FAILURE;
  let failure: CelFailure | undefined;
  for (const item of container) {
    const equal = equals(value, item, meter);
    if (equal === true || meter.isExhausted) return equal;
    if (equal !== false) failure = equal;
  }
  return failure ?? false;
}

export const OPERATIONS: Readonly<Record<BinaryOperator, BinaryOperation>> = {
  '+': add,
  '-': arithmetic(
    (left, right) => checkedInt(left - right),
    (left, right) => left - right,
  ),
  '*': arithmetic(
    (left, right) => checkedInt(left * right),
    (left, right) => left * right,
  ),
  '/': arithmetic(
    (left, right) => (right === 0n ? DIVISION_FAILURE : checkedInt(left / right)),
    (left, right) => left / right,
  ),
  '%': arithmetic(
    (left, right) => (right === 0n ? DIVISION_FAILURE : checkedInt(left % right)),
    () => TYPE_FAILURE,
  ),
  '==': equals,
  '!=': (left, right, meter) => {
    const equal = equals(left, right, meter);
    return typeof equal === 'boolean' ? !equal : equal;
  },
  '<': compare((order) => order < 0),
  '<=': compare((order) => order <= 0),
  '>': compare((order) => order > 0),
  '>=': compare((order) => order >= 0),
  in: contains,
};

function isNumeric(type: CelType): boolean {
  return type === 'int' || type === 'double';
}

/** Whether values of both types can be equal at all. */
export function areComparable(left: CelType, right: CelType): boolean {
  if (left === 'lookup' || right === 'lookup') return false;
  return fits(left, right) || (isNumeric(left) && isNumeric(right));
}

function isOrdered(left: CelType, right: CelType): boolean {
  return [left, right].every(
    (type) => type === 'dyn' || type === 'string' || type === 'bool' || isNumeric(type),
  );
}

function sumType(left: CelType, right: CelType): CelType | undefined {
  if (!fits(left, right)) return undefined;
  const type = left === 'dyn' ? right : left;
  if (typeof type !== 'string') return type.kind === 'list' ? joinLists(left, right) : undefined;
  return type === 'string' || type === 'dyn' || isNumeric(type) ? type : undefined;
}

function joinLists(left: CelType, right: CelType): CelType {
  const joined = joinTypes(left, right);
  return joined === 'dyn' ? listOf('dyn') : joined;
}

function memberType(value: CelType, container: CelType): CelType | undefined {
  if (container === 'dyn') return 'bool';
  if (container === 'lookup') return fits(value, 'string') ? 'bool' : undefined;
  if (typeof container === 'string') return undefined;
  const member = container.kind === 'list' ? container.items : container.keys;
  return areComparable(value, member) ? 'bool' : undefined;
}

/** Type of an operation's result, or undefined where it does not exist for these types. */
export function typeOfOperation(
  operator: BinaryOperator,
  left: CelType,
  right: CelType,
): CelType | undefined {
  if (operator === '+') return sumType(left, right);
  if (operator === 'in') return memberType(left, right);
  if (operator === '==' || operator === '!=')
    return areComparable(left, right) ? 'bool' : undefined;
  if ('-*/%'.includes(operator)) {
    const type = left === 'dyn' ? right : left;
    const isFor = type === 'int' || type === 'dyn' || (type === 'double' && operator !== '%');
    return isFor && fits(left, right) ? type : undefined;
  }
  return isOrdered(left, right) && areComparable(left, right) ? 'bool' : undefined;
}
