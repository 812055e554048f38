/** The strict subset of RFC 9651 that signatures of agents are written in. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatItem,
  formatMember,
  MAX_FIELD_LENGTH,
  MAX_LIST_ITEMS,
  MAX_MEMBERS,
  MAX_PARAMETERS,
  parseDictionary,
  parseItem,
} from '../../src/core/signed-agent/structured-fields.ts';

const members = (count: number): string =>
  Array.from({ length: count }, (_, n) => `k${n}=1`).join(', ');
const items = (count: number): string => `a=(${Array(count).fill('"x"').join(' ')})`;
const parameters = (count: number): string =>
  `a=1${Array.from({ length: count }, (_, n) => `;p${n}`).join('')}`;
const text = (length: number): string => `a="${'x'.repeat(length - 4)}"`;

function formatDictionary(input: string): string | undefined {
  const dictionary = parseDictionary(input);
  if (dictionary === undefined) return undefined;
  return [...dictionary].map(([key, member]) => `${key}=${formatMember(member)}`).join(', ');
}

/** What fields are made of. */
const PIECES = [
  'a',
  'b',
  '=',
  '"',
  '\\',
  '(',
  ')',
  ';',
  ',',
  ' ',
  '\t',
  ':',
  '?1',
  '-',
  '1',
  '.',
  'A',
  '*',
  'ä',
];

describe('structured fields', () => {
  it.each([
    ['a="x"', 'a="x"'],
    [String.raw`a="\"\\"`, String.raw`a="\"\\"`],
    ['a=""', 'a=""'],
    ['a=0,b=-1 ,  c=007', 'a=0, b=-1, c=7'],
    ['a=999999999999999', 'a=999999999999999'],
    ['a=?1, b=?0, c', 'a=?1, b=?0, c=?1'],
    ['a=tok/en:x', 'a=tok/en:x'],
    ['a=:AAA=:, b=::', 'a=:AAA=:, b=::'],
    [
      'a=("@authority"  "x";key="y" );created=1; tag="t"',
      'a=("@authority" "x";key="y");created=1;tag="t"',
    ],
    ['a=()', 'a=()'],
    ['a=( "x")', 'a=("x")'],
    ['*a-1._*=1', '*a-1._*=1'],
    ['  a=1\t,\tb=2  ', 'a=1, b=2'],
  ])('D04: %s is read, and written as %s', (input, output) => {
    expect(formatDictionary(input)).toBe(output);
  });

  it.each([
    ['nothing', ''],
    ['blanks', '   '],
    ['a key in upper case', 'A=1'],
    ['a key that begins with a digit', '1a=1'],
    ['no value', 'a='],
    ['a space before the value', 'a= 1'],
    ['a space before the sign', 'a =1'],
    ['a key twice', 'a=1, a=1'],
    ['a parameter twice', 'a=1;b;b'],
    ['a comma at the end', 'a=1,'],
    ['a comma at the start', ',a=1'],
    ['two commas', 'a=1,,b=2'],
    ['no comma', 'a=1 b=2'],
    ['an open string', 'a="x'],
    ['an escape of another character', String.raw`a="\x"`],
    ['a control character', 'a="\u0001"'],
    ['a line break', 'a="x\n"'],
    ['a character outside ASCII', 'a="ä"'],
    ['a decimal', 'a=1.0'],
    ['a date', 'a=@1'],
    ['a display string', 'a=%"x"'],
    ['16 digits', 'a=1234567890123456'],
    ['a lone minus', 'a=-'],
    ['minus zero', 'a=-0'],
    ['another boolean', 'a=?2'],
    ['open bytes', 'a=:AAAA'],
    ['bytes without padding', 'a=:AAA:'],
    ['bytes with too much padding', 'a=:AAAA====:'],
    ['bytes with other unused bits', 'a=:AAB=:'],
    ['bytes of another alphabet', 'a=:AA-_:'],
    ['an open list', 'a=("x"'],
    ['a list in a list', 'a=(("x"))'],
    ['items side by side', 'a=("x""y")'],
    ['a comma in a list', 'a=("x", "y")'],
    ['a tab in a list', 'a=("x"\t"y")'],
    ['a space before a parameter', 'a=1 ;b'],
    ['a parameter without a name', 'a=1;'],
    ['a parameter without a value', 'a=1;b='],
    ['a parameter that is a list', 'a=1;b=("x")'],
  ])('D04: %s is refused', (_, input) => {
    expect(parseDictionary(input)).toBeUndefined();
  });

  it.each([
    ['members', members(MAX_MEMBERS), members(MAX_MEMBERS + 1)],
    ['items of a list', items(MAX_LIST_ITEMS), items(MAX_LIST_ITEMS + 1)],
    ['parameters', parameters(MAX_PARAMETERS), parameters(MAX_PARAMETERS + 1)],
    ['characters', text(MAX_FIELD_LENGTH), text(MAX_FIELD_LENGTH + 1)],
  ])('D04: the bound on %s is exact', (_, inside, outside) => {
    expect(parseDictionary(inside)).toBeDefined();
    expect(parseDictionary(outside)).toBeUndefined();
  });

  it('D04: an item is alone', () => {
    expect(parseItem(' "x";a=1 ')).toBeDefined();
    for (const input of ['', '"x", "y"', '"x" y', '("x")', `"${'x'.repeat(MAX_FIELD_LENGTH)}"`]) {
      expect(parseItem(input)).toBeUndefined();
    }
  });

  it('D04: never throws, and what is read is written so that it reads the same', () => {
    const piece = fc.constantFrom(...PIECES);
    const near = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), (input) => {
        const written = formatDictionary(input);
        if (written !== undefined) expect(formatDictionary(written)).toBe(written);
        const item = parseItem(input);
        if (item !== undefined) expect(parseItem(formatItem(item))).toEqual(item);
      }),
      { numRuns: 20_000, seed: 9651 },
    );
  });

  it('D04: costs no more than linear time on what nearly reads', () => {
    const half = MAX_FIELD_LENGTH / 2 - 8;
    const nasty = [
      `a=1${' '.repeat(half)}x`,
      `a="${'\\"'.repeat(half)}`,
      `a=(${' '.repeat(half)}`,
      `${' '.repeat(half)}a${' '.repeat(half)}`,
      `a=:${'A'.repeat(half)}`,
      'a'.repeat(half),
    ];
    const startedMs = performance.now();
    for (let n = 0; n < 100; n += 1) for (const each of nasty) parseDictionary(each);
    // 600 readings of 4 to 8 KB take some 20 ms; in quadratic time it would be 10 s.
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });
});
