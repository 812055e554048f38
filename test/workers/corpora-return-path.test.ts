/**
 * Return paths (SECURITY-BAR C01, 6.2): public URL and open-redirect corpora, spelled in
 * every way that a forwarded parameter takes, and 50,000 generated strings.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_RETURN_PATH_LENGTH, parseReturnPath } from '../../src/http/return-path.ts';
import {
  asList,
  hasCarriedCorpora,
  readCarried,
  readCarriedJson,
} from '../support/corpora-in-workerd.ts';
import { containmentProblem, NOT_VISIBLE_ASCII } from '../support/return-containment.ts';

const ORIGIN = 'https://site.test';

const PAYLOADS = [
  'open-redirect/Open-Redirect-payloads.txt',
  'open-redirect/open_redirect_wordlist.txt',
  'open-redirect/openredirects.txt',
] as const;

const CASES = [
  'web-platform-tests/urltestdata.json',
  'web-platform-tests/toascii.json',
  'web-platform-tests/percent-encoding.json',
] as const;

function readInputs(): readonly string[] {
  const lines = PAYLOADS.flatMap((file) => readCarried(file).split('\n'));
  const inputs = CASES.flatMap((file) =>
    asList(readCarriedJson(file)).flatMap((entry) =>
      typeof entry === 'object' && entry !== null && 'input' in entry ? [String(entry.input)] : [],
    ),
  );
  return [...lines, ...inputs];
}

function decodeOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return unescape(text);
  }
}

/** The ways in which a value reaches us: as it is, decoded once, behind a prefix, inside a path or query. */
function spell(input: string): readonly string[] {
  const decoded = decodeOnce(input);
  return [
    input,
    decoded,
    `/${input}`,
    `/${decoded}`,
    `//${input}`,
    `/\\${input}`,
    `\\/${input}`,
    `/./${input}`,
    `/.//${decoded}`,
    `/a/..//${input}`,
    `/%2e%2e/${input}`,
    `/\t/${input}`,
    `/page${input}`,
    `/page?next=${decoded}`,
    `/page#${input}`,
  ];
}

function deriveInputs(): readonly string[] {
  return [...new Set(readInputs().flatMap(spell))];
}

/** Inputs for which `parse` returns what leaves the origin or cannot be sent. */
function findEscapes(
  inputs: readonly string[],
  parse: (raw: string) => string | undefined,
): readonly string[] {
  return inputs.filter((raw) => {
    const path = parse(raw);
    return path !== undefined && containmentProblem(path, ORIGIN) !== undefined;
  });
}

/** Escapes in earnest, without paths that are merely spelled with unusual characters. */
function countWithoutSpelling(escapes: readonly string[]): number {
  return escapes.filter((path) => containmentProblem(path, ORIGIN) !== NOT_VISIBLE_ASCII).length;
}

describe.skipIf(!hasCarriedCorpora())('return paths of the public corpora', () => {
  it('C01: at least 6,664 unique inputs: 0 escapes, 0 throws', () => {
    const inputs = deriveInputs();
    expect(inputs.length).toBeGreaterThanOrEqual(6664);
    expect(findEscapes(inputs, (raw) => parseReturnPath(raw, ORIGIN))).toEqual([]);
  });

  it('C01: the same inputs do escape from the checks that everyone writes', () => {
    const inputs = deriveInputs();
    const startsWithSlash = (raw: string) => (raw.startsWith('/') ? raw : undefined);
    const refusesTwoSlashes = (raw: string) =>
      raw.startsWith('//') ? undefined : startsWithSlash(raw);
    expect(countWithoutSpelling(findEscapes(inputs, startsWithSlash))).toBeGreaterThan(1500);
    expect(countWithoutSpelling(findEscapes(inputs, refusesTwoSlashes))).toBeGreaterThan(500);
  });

  it('C01: harmless inputs still pass, and a returned path is returned unchanged', () => {
    const inputs = deriveInputs();
    const paths = inputs.flatMap((raw) => parseReturnPath(raw, ORIGIN) ?? []);
    expect(paths.length).toBeGreaterThan(3000);
    const changed = paths.filter((path) => parseReturnPath(path, ORIGIN) !== path);
    expect(changed).toEqual([]);
  });

  it('C01: the same holds on an origin with a port and in clear', () => {
    const other = 'http://localhost:8787';
    for (const raw of deriveInputs()) {
      const path = parseReturnPath(raw, other);
      if (path !== undefined) expect(containmentProblem(path, other)).toBeUndefined();
    }
  });
});

/** Characters that URL parsers treat specially, more often than chance would bring them up. */
const TRICKY = [
  '/',
  '\\',
  '.',
  '..',
  '%2e',
  '%2f',
  '%5c',
  '%09',
  '%00',
  '%0d%0a',
  '//',
  '?',
  '#',
  '@',
  ':',
  '	',
  '\n',
  '\r',
  '\0',
  ' ',
  '\xA0',
  '。',
  '／',
  '\ud800',
  '\udc00',
  '😀',
  'evil.test',
  'https:',
  'javascript:alert(1)',
  'site.test',
  'xn--',
  '[::1]',
  ';',
  '"',
  '<',
];

describe('return paths, generated', () => {
  it('C01: 50,000 strings: 0 escapes, 0 throws', () => {
    const piece = fc.oneof(fc.constantFrom(...TRICKY), fc.string({ unit: 'binary', maxLength: 4 }));
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    const spelled = fc.tuple(fc.constantFrom('', '/', '/a'), text).map((parts) => parts.join(''));
    let accepted = 0;
    const property = fc.property(spelled, (raw) => {
      const path = parseReturnPath(raw, ORIGIN);
      if (path === undefined) return true;
      accepted += 1;
      return (
        path.length <= MAX_RETURN_PATH_LENGTH && containmentProblem(path, ORIGIN) === undefined
      );
    });
    fc.assert(property, { numRuns: 50_000, seed: 20_261_101 });
    expect(accepted).toBeGreaterThan(3000);
  });
});
