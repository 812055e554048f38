/**
 * The functions that every expression has: sizes and conversions here, texts in
 * `string-functions.ts` (CEL language definition, section Functions).
 *
 * Owns the table. Left out, because no condition on a request needs them: bytes, timestamps,
 * durations, types as values, `format`, `quote`, `reverse`, `lastIndexOf`.
 */
import {
  CONVERSION_FAILURE,
  OVERFLOW_FAILURE,
  TYPE_FAILURE,
  checkedInt,
  isList,
  isMap,
  listOf,
  mapOf,
  type CelType,
  type CelValue,
  type Outcome,
} from './cel-value.ts';
import { countCodePoints } from './code-points.ts';
import type { CelFunction } from './environment.ts';
import { STRING_FUNCTIONS } from './string-functions.ts';

function sizeOf(value: CelValue): Outcome {
  if (typeof value === 'string') return BigInt(countCodePoints(value));
  if (isList(value)) return BigInt(value.length);
  return isMap(value) ? BigInt(value.size) : TYPE_FAILURE;
}

function toInt(value: CelValue): Outcome {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') {
    return Number.isFinite(value) ? checkedInt(BigInt(Math.trunc(value))) : OVERFLOW_FAILURE;
  }
  // 20 characters hold every 64-bit number; longer digits would cost more than their length.
  if (typeof value === 'string' && /^[+-]?\d{1,20}$/.test(value)) {
    const digits = BigInt(value.replace(/^[+-]/, ''));
    return checkedInt(value.startsWith('-') ? -digits : digits);
  }
  return CONVERSION_FAILURE;
}

const DOUBLE = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|NaN|Infinity)$/;

function toDouble(value: CelValue): Outcome {
  if (typeof value === 'string') return DOUBLE.test(value) ? Number(value) : CONVERSION_FAILURE;
  return typeof value === 'bigint' || typeof value === 'number'
    ? Number(value)
    : CONVERSION_FAILURE;
}

/** Doubles are written as JavaScript writes them: `1.0` is "1", large ones have an exponent. */
function toText(value: CelValue): Outcome {
  if (typeof value === 'string') return value;
  const isWritten = typeof value === 'bigint' || typeof value === 'number';
  return isWritten || typeof value === 'boolean' ? String(value) : CONVERSION_FAILURE;
}

const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ...['1', 't', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
]);

function toBool(value: CelValue): Outcome {
  if (typeof value === 'boolean') return value;
  return (typeof value === 'string' ? TRUTHS.get(value) : undefined) ?? CONVERSION_FAILURE;
}

interface Unary {
  readonly style: 'global' | 'either';
  readonly accepts: readonly CelType[];
  readonly result: CelType;
  readonly run: (value: CelValue) => Outcome;
}

function overloads({ style, accepts, result, run }: Unary): readonly CelFunction[] {
  const call: CelFunction['call'] = ([value]) => (value === undefined ? TYPE_FAILURE : run(value));
  return accepts.map((type) => ({
    kind: 'function',
    parameters: [type],
    result,
    style,
    isPure: true,
    call,
  }));
}

const SIZED: readonly CelType[] = ['string', listOf('dyn'), mapOf('dyn', 'dyn')];
const NUMBERS: readonly CelType[] = ['int', 'double', 'string'];

/** Overloads by name. */
export const STANDARD_FUNCTIONS: ReadonlyMap<string, readonly CelFunction[]> = new Map([
  ['size', overloads({ style: 'either', accepts: SIZED, result: 'int', run: sizeOf })],
  ['int', overloads({ style: 'global', accepts: NUMBERS, result: 'int', run: toInt })],
  ['double', overloads({ style: 'global', accepts: NUMBERS, result: 'double', run: toDouble })],
  [
    'string',
    overloads({ style: 'global', accepts: [...NUMBERS, 'bool'], result: 'string', run: toText }),
  ],
  [
    'bool',
    overloads({ style: 'global', accepts: ['bool', 'string'], result: 'bool', run: toBool }),
  ],
  ['dyn', overloads({ style: 'global', accepts: ['dyn'], result: 'dyn', run: (value) => value })],
  ...STRING_FUNCTIONS,
]);
