/**
 * Functions on texts: CEL's own and those of its strings extension (cel-go, ext/strings).
 *
 * Owns what they do, in code points, and what building costs. Reading the arguments was charged
 * before the call. `matches` is not here: its pattern is compiled when the policy is.
 */
import {
  BUDGET_FAILURE,
  INDEX_FAILURE,
  TYPE_FAILURE,
  isList,
  listOf,
  type CelType,
  type CelValue,
  type Outcome,
} from './cel-value.ts';
import { countCodePoints, offsetOfCodePoint, splitCodePoints } from './code-points.ts';
import type { CelFunction } from './environment.ts';
import type { Meter } from './meter.ts';
import { findOccurrences, searchSteps } from './text-search.ts';

type TextCall = (text: string, rest: readonly CelValue[], meter: Meter) => Outcome;

function member(parameters: readonly CelType[], result: CelType, run: TextCall): CelFunction {
  return {
    kind: 'function',
    parameters: ['string', ...parameters],
    result,
    style: 'member',
    isPure: true,
    call: ([text, ...rest], meter) =>
      typeof text === 'string' ? run(text, rest, meter) : TYPE_FAILURE,
  };
}

/** A function of two texts. */
function onPair(run: (text: string, other: string) => boolean): CelFunction {
  return member(['string'], 'bool', (text, [other]) =>
    typeof other === 'string' ? run(text, other) : TYPE_FAILURE,
  );
}

function onText(run: (text: string) => string): CelFunction {
  return member([], 'string', run);
}

/** The Unicode property White_Space: JavaScript's `\s` has one too many and misses one. */
function isSpace(char: string): boolean {
  return char === '\u0085' || (char !== '\uFEFF' && /\s/.test(char));
}

function trim(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(text.charAt(from))) from += 1;
  while (to > from && isSpace(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

function contains(text: string, [needle]: readonly CelValue[], meter: Meter): Outcome {
  if (typeof needle !== 'string') return TYPE_FAILURE;
  if (!meter.charge(searchSteps(text, needle))) return BUDGET_FAILURE;
  return needle === '' || findOccurrences(text, needle, 1).length > 0;
}

function indexOf(text: string, [needle, from = 0n]: readonly CelValue[], meter: Meter): Outcome {
  if (typeof needle !== 'string' || typeof from !== 'bigint') return TYPE_FAILURE;
  const offset = offsetOfCodePoint(text, from);
  if (offset === undefined) return INDEX_FAILURE;
  if (needle === '') return from;
  if (!meter.charge(searchSteps(text, needle))) return BUDGET_FAILURE;
  const [found] = findOccurrences(text.slice(offset), needle, 1);
  if (found === undefined) return -1n;
  return from + BigInt(countCodePoints(text.slice(offset, offset + found)));
}

function substring(text: string, [from, to]: readonly CelValue[]): Outcome {
  if (typeof from !== 'bigint') return TYPE_FAILURE;
  const start = offsetOfCodePoint(text, from);
  const end = typeof to === 'bigint' ? offsetOfCodePoint(text, to) : text.length;
  if (start === undefined || end === undefined || start > end) return INDEX_FAILURE;
  return text.slice(start, end);
}

function charAt(text: string, [index]: readonly CelValue[]): Outcome {
  if (typeof index !== 'bigint') return TYPE_FAILURE;
  const start = offsetOfCodePoint(text, index);
  const point = start === undefined ? undefined : text.codePointAt(start);
  if (start === undefined) return INDEX_FAILURE;
  return point === undefined ? '' : String.fromCodePoint(point);
}

/** A limit as JavaScript counts: negative is none. */
function asLimit(limit: CelValue): number {
  return typeof limit !== 'bigint' || limit < 0n ? Infinity : Number(limit);
}

/** The parts between occurrences of a separator; at most `most` parts, the last one the rest. */
function partsOf(text: string, separator: string, most: number): readonly string[] {
  if (separator === '') {
    const points = splitCodePoints(text);
    return points.length <= most
      ? points
      : [...points.slice(0, most - 1), points.slice(most - 1).join('')];
  }
  const parts: string[] = [];
  let from = 0;
  for (const at of findOccurrences(text, separator, most - 1)) {
    parts.push(text.slice(from, at));
    from = at + separator.length;
  }
  return [...parts, text.slice(from)];
}

function split(text: string, [separator, limit = -1n]: readonly CelValue[], meter: Meter): Outcome {
  if (typeof separator !== 'string') return TYPE_FAILURE;
  const most = asLimit(limit);
  if (most === 0) return [];
  if (!meter.charge(separator === '' ? text.length : searchSteps(text, separator)))
    return BUDGET_FAILURE;
  const parts = partsOf(text, separator, most);
  return meter.chargeBuilt(parts.length) ?? parts;
}

/** The parts that at most `most` places before, between and after all characters leave. */
function betweenAll(text: string, most: number): readonly string[] {
  const parts = ['', ...partsOf(text, '', most)];
  return parts.length <= most ? [...parts, ''] : parts;
}

/** `''` is found before, between and after all characters, as Go finds it. */
function replace(
  text: string,
  [old, other, limit = -1n]: readonly CelValue[],
  meter: Meter,
): Outcome {
  if (typeof old !== 'string' || typeof other !== 'string') return TYPE_FAILURE;
  const most = asLimit(limit);
  if (most === 0) return text;
  if (!meter.charge(old === '' ? text.length : searchSteps(text, old))) return BUDGET_FAILURE;
  const parts = old === '' ? betweenAll(text, most) : partsOf(text, old, most + 1);
  const failure = meter.chargeBuilt(text.length + (parts.length - 1) * other.length, 16);
  return failure ?? parts.join(other);
}

function join([list, separator = '']: readonly CelValue[], meter: Meter): Outcome {
  if (list === undefined || !isList(list) || typeof separator !== 'string') return TYPE_FAILURE;
  let length = separator.length * list.length;
  const texts: string[] = [];
  for (const item of list) {
    if (typeof item !== 'string') return TYPE_FAILURE;
    length += item.length;
    texts.push(item);
  }
  return meter.chargeBuilt(length, 16) ?? texts.join(separator);
}

function joined(parameters: readonly CelType[]): CelFunction {
  return {
    kind: 'function',
    parameters,
    result: 'string',
    style: 'member',
    isPure: true,
    call: join,
  };
}

const TEXTS = listOf('string');

/** Overloads by name. */
export const STRING_FUNCTIONS: readonly (readonly [string, readonly CelFunction[]])[] = [
  ['contains', [member(['string'], 'bool', contains)]],
  ['startsWith', [onPair((text, other) => text.startsWith(other))]],
  ['endsWith', [onPair((text, other) => text.endsWith(other))]],
  ['lowerAscii', [onText((text) => text.replaceAll(/[A-Z]+/g, (run) => run.toLowerCase()))]],
  ['upperAscii', [onText((text) => text.replaceAll(/[a-z]+/g, (run) => run.toUpperCase()))]],
  ['trim', [onText(trim)]],
  ['charAt', [member(['int'], 'string', charAt)]],
  ['indexOf', [member(['string'], 'int', indexOf), member(['string', 'int'], 'int', indexOf)]],
  [
    'substring',
    [member(['int'], 'string', substring), member(['int', 'int'], 'string', substring)],
  ],
  ['split', [member(['string'], TEXTS, split), member(['string', 'int'], TEXTS, split)]],
  [
    'replace',
    [
      member(['string', 'string'], 'string', replace),
      member(['string', 'string', 'int'], 'string', replace),
    ],
  ],
  ['join', [joined([TEXTS]), joined([TEXTS, 'string'])]],
];
