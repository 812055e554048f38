/** The strict return path, case by case; the corpora are in test/workers (C01, SECURITY-BAR 6.2). */
import { describe, expect, it } from 'vitest';
import { MAX_RETURN_PATH_LENGTH, parseReturnPath } from '../../src/http/return-path.ts';

const ORIGIN = 'https://site.test';

function parse(raw: string): string | undefined {
  return parseReturnPath(raw, ORIGIN);
}

describe('parseReturnPath', () => {
  it('C01: keeps paths, queries and fragments of this origin', () => {
    const kept = [
      '/',
      '/a',
      '/a/',
      '/a/b?c=d&e=f#g',
      '/?next=//evil.test',
      '/#//evil.test',
      '/a//b',
    ];
    const more = [
      '/@evil.test',
      '/:80',
      '/a:b@c',
      '/%2f%2fevil.test',
      '/%5cevil.test',
      '/.well-known/x',
    ];
    const last = ['/~user/;v=1', '/https://evil.test', "/'()*!", '/javascript:alert(1)'];
    for (const path of [...kept, ...more, ...last]) expect(parse(path)).toBe(path);
  });

  it('C01: answers in the spelling of the parser', () => {
    expect(parse('/a/../b')).toBe('/b');
    expect(parse('/%2e%2e/b')).toBe('/b');
    expect(parse('/a/./b/.')).toBe('/a/b/');
    expect(parse('/é?ü#ö')).toBe('/%C3%A9?%C3%BC#%C3%B6');
    expect(parse('/a"b<c>?"<>#"<>`')).toBe('/a%22b%3Cc%3E?%22%3C%3E#%22%3C%3E%60');
    expect(parse('/\ud800')).toBe('/%EF%BF%BD');
    expect(parse('/a?')).toBe('/a');
    expect(parse('/a#')).toBe('/a');
  });

  it('C01: refuses what leaves the origin, or might', () => {
    const refused = [
      '//evil.test',
      '///evil.test',
      '/\\evil.test',
      '\\/evil.test',
      '\\\\evil.test',
      '/a\\b',
      'https://evil.test',
      'https://site.test/a',
      'javascript:alert(1)',
      'data:,x',
      'evil.test',
      '?a',
      '',
      '#a',
      '.',
      './a',
      '../a',
      '%2fa',
      '/.//evil.test',
      '/..//evil.test',
      '/a/..//evil.test',
      '/%2e//evil.test',
      '/%2E%2e//evil.test',
      '/.///evil.test',
      '/a/b/../..//evil.test',
    ];
    for (const raw of refused) expect([raw, parse(raw)]).toEqual([raw, undefined]);
  });

  it('C02: refuses every byte to 0x20, 0x7f and the backslash, at every place', () => {
    const codes = [...Array.from({ length: 0x21 }, (_, code) => code), 0x7f, 0x5c];
    for (const code of codes) {
      const character = String.fromCharCode(code);
      for (const raw of [
        `${character}/a`,
        `/${character}a`,
        `/a${character}b`,
        `/a?b=${character}c`,
        `/a${character}`,
      ]) {
        expect([raw, parse(raw)]).toEqual([raw, undefined]);
      }
    }
  });

  it('C01: 2,048 characters are accepted, 2,049 are not', () => {
    expect(MAX_RETURN_PATH_LENGTH).toBe(2048);
    const longest = `/${'a'.repeat(2047)}`;
    expect(parse(longest)).toBe(longest);
    expect(parse(`${longest}a`)).toBeUndefined();
  });

  it('C01: the bound holds after serialising again, too', () => {
    const longest = `/${'é'.repeat(341)}a`;
    expect(parse(longest)).toHaveLength(2048);
    expect(parse(`${longest}a`)).toBeUndefined();
    expect(parse(`/${'é'.repeat(2047)}`)).toBeUndefined();
  });

  it('C01: is idempotent', () => {
    for (const raw of [
      '/a/../b?c#d',
      '/é',
      '/%zz',
      '/a%2fb',
      '/?a=b c'.replace(' ', '+'),
      '/[x]|^',
    ]) {
      const once = parse(raw);
      expect(once).toBeDefined();
      expect(parse(once ?? '')).toBe(once);
    }
  });
});
