/** Passes as clients present them, and what is left of the cookies without ours (C06). */
import { describe, expect, it } from 'vitest';
import {
  formatPassCookie,
  readPresentedPasses,
  removePassCookies,
} from '../../src/http/presented-pass.ts';

function read(cookie?: string, header?: string): readonly string[] {
  const headers = new Headers();
  if (cookie !== undefined) headers.set('Cookie', cookie);
  if (header !== undefined) headers.set('Toll-Pass', header);
  return readPresentedPasses(headers);
}

/** Something of a token's shape. */
const token = (name: string): string => `${name}.x.y`;
const [ONE, GOOD, BAD, PASS] = ['one', 'good', 'bad', 'pass'].map(token);

describe('reading', () => {
  it('C06: the header comes first, then the cookies in their order, each token once', () => {
    expect(read()).toEqual([]);
    expect(read('a=b')).toEqual([]);
    expect(read(`__Host-toll=${ONE}`)).toEqual([ONE]);
    expect(read(undefined, 'two')).toEqual(['two']);
    expect(read(`a=b; __Host-toll=${ONE}; c=d`, 'two')).toEqual(['two', ONE]);
    expect(read(`__Host-toll=${ONE}; __Host-toll=${ONE}`, ONE)).toEqual([ONE]);
  });

  it('C06: a tossed cookie before or after ours hides nothing', () => {
    expect(read(`__Host-toll=${GOOD}; __Host-toll=${BAD}`)).toEqual([GOOD, BAD]);
    expect(read(`__Host-toll=${BAD}; __Host-toll=${GOOD}`)).toEqual([BAD, GOOD]);
    expect(read(`__Host-toll=; __Host-toll=${GOOD}`)).toEqual([GOOD]);
    expect(read(`__Host-toll; __Host-toll=${GOOD}`)).toEqual([GOOD]);
  });

  it('C06: what has no token’s shape uses up no try', () => {
    const junk = [
      'x',
      'y',
      'z',
      '',
      'a.b',
      'a.b.c.d',
      'a..c',
      '"a.b.c"',
      `a.b.${'c'.repeat(5000)}`,
    ];
    const pairs = [...junk, ...junk].map((value) => `__Host-toll=${value}; `).join('');
    expect(read(`${pairs}__Host-toll=${GOOD}`)).toEqual([GOOD]);
  });

  it('C06: header lines that came twice, joined by a comma, are read', () => {
    expect(read(`a=1, __Host-toll=${GOOD}`)).toEqual([GOOD]);
    expect(read(`__Host-toll=${GOOD}, a=1; b=2`)).toEqual([GOOD]);
    expect(removePassCookies(`a=1, __Host-toll=${GOOD}`)).toBe('a=1');
    expect(removePassCookies(`a=1, __Host-toll=${GOOD}, b=2`)).toBe('a=1, b=2');
  });

  it('C06: three cookies of our name are tried, the fourth is not', () => {
    const pairs = ['one', 'two', 'three', 'four'].map((value) => `__Host-toll=${token(value)}`);
    expect(read(pairs.slice(0, 3).join('; '))).toEqual(['one', 'two', 'three'].map(token));
    expect(read(pairs.join('; '))).toEqual(['one', 'two', 'three'].map(token));
    const repeated = ['one', 'one', 'one', 'four'].map((value) => `__Host-toll=${token(value)}`);
    expect(read(repeated.join('; '))).toEqual([ONE]);
  });

  it('C06: is found among 200 cookies, wherever it stands', () => {
    const others = Array.from({ length: 200 }, (_, at) => `name${at}=value${at}`);
    for (const at of [0, 1, 100, 199, 200]) {
      expect(read(others.toSpliced(at, 0, `__Host-toll=${PASS}`).join('; '))).toEqual([PASS]);
    }
  });

  it('C06: space and tab around name and value are not part of them, other spaces are', () => {
    for (const cookie of [
      `__Host-toll = ${PASS}`,
      `a=b;__Host-toll=${PASS}`,
      `a=b; \t__Host-toll\t=\t${PASS}\t;c=d`,
    ]) {
      expect(read(cookie)).toEqual([PASS]);
    }
    for (const space of ['\u00a0', '\u000b', '\u000c', '\u0085']) {
      expect(read(`a=b; ${space}__Host-toll=${BAD}`)).toEqual([]);
      expect(read(`a=b; __Host-toll${space}=${BAD}`)).toEqual([]);
    }
  });

  it('C06: names are compared byte for byte', () => {
    const names = [
      '__host-toll',
      '__HOST-TOLL',
      '__Host-tolL',
      '__Host-toll2',
      'x__Host-toll',
      '_Host-toll',
    ];
    for (const name of [
      ...names,
      '"__Host-toll"',
      '__Host%2Dtoll',
      '',
      '__Secure-toll',
      '__Host-tol',
    ]) {
      expect([name, read(`${name}=${BAD}`)]).toEqual([name, []]);
    }
    expect(read(`a=__Host-toll=${BAD}; =__Host-toll=${BAD}`)).toEqual([]);
  });

  it('C06: a quoted value keeps its quotes, so it is no token; an equals sign belongs to the value', () => {
    expect(read(`__Host-toll="${PASS}"`)).toEqual([]);
    expect(read(`__Host-toll=${PASS}=`)).toEqual([]);
    expect(read(`__Host-toll=a=${PASS}`)).toEqual([]);
    expect(read(`a="x; __Host-toll=${PASS}; y"`)).toEqual([PASS]);
  });
});

describe('removal', () => {
  it('C06: leaves every other byte as it was', () => {
    const cases: Readonly<Record<string, string>> = {
      '': '',
      'a=b': 'a=b',
      ' a=b ;c = d': ' a=b ;c = d',
      '__Host-toll=pass': '',
      '__Host-toll=pass; a=b': 'a=b',
      'a=b; __Host-toll=pass': 'a=b',
      'a=b; __Host-toll=pass; c=d': 'a=b; c=d',
      'a=b;__Host-toll=pass;c=d': 'a=b;c=d',
      'a=b; __Host-toll=one; c=d; __Host-toll=two; e=f': 'a=b; c=d; e=f',
      '__Host-toll; a=b': 'a=b',
      '__Host-toll = pass ; a = b ': 'a = b ',
      'a="b; c"; __Host-toll=pass; d=é': 'a="b; c"; d=é',
      'a=b;; __Host-toll=pass;;c': 'a=b;;;c',
      '__host-toll=x; __Host-toll2=y': '__host-toll=x; __Host-toll2=y',
      'a=__Host-toll': 'a=__Host-toll',
      '\u00a0__Host-toll=x; a=b': '\u00a0__Host-toll=x; a=b',
    };
    for (const [cookies, rest] of Object.entries(cases)) {
      expect([cookies, removePassCookies(cookies)]).toEqual([cookies, rest]);
    }
  });

  it('C06: removes every copy among 200, the ones never tried included', () => {
    const pairs = Array.from({ length: 200 }, (_, at) =>
      at % 2 === 0 ? '__Host-toll=x' : `n${at}=v`,
    );
    const rest = removePassCookies(pairs.join('; '));
    expect(rest).toBe(pairs.filter((pair) => pair.startsWith('n')).join('; '));
    expect(read(rest)).toEqual([]);
  });
});

/** A white-space search as it must not be: quadratic where a run does not end the text. */
function trimQuadratically(text: string): string {
  return text.replace(/[ \t]+$/g, '');
}

function millisecondsOf(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

describe('the cost of a hostile header', () => {
  const SPACES = 20_000;

  // The limit is a tenth of a quadratic function's time on the same input in the same run.
  it('B10: a long run of spaces inside a cookie costs linear time to read and to remove', () => {
    const run = `a${' '.repeat(SPACES)}b`;
    const quadratic = millisecondsOf(() => trimQuadratically(run));
    const cookie = `__Host-toll=pass; ${run}; c=${' '.repeat(SPACES)}d`;
    expect(millisecondsOf(() => removePassCookies(cookie))).toBeLessThan(quadratic / 10);
    expect(millisecondsOf(() => read(cookie))).toBeLessThan(quadratic / 10);
  });
});

describe('the cookie that is set', () => {
  it('C05: has the __Host- prefix and its conditions, and a positive age', () => {
    expect(formatPassCookie('a.b.c', 3600)).toBe(
      '__Host-toll=a.b.c; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=3600',
    );
  });

  it('C06: comes back as it was set', () => {
    const [pair = ''] = formatPassCookie('a.b-c_d.e', 60).split(';', 1);
    expect(read(pair)).toEqual(['a.b-c_d.e']);
  });
});
