import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_PATH,
  MAX_VIEW_CHARACTERS,
  MAX_VIEWS,
  readPath,
} from '../../src/core/policy/path-views.ts';

const PIECES = ['/', '.', ';', '%', '25', '2', '?', '#', ' ', 'a', 'f', 'e', '0', '\\'];

describe('readings of a path', () => {
  it.each([
    ['/', ['/']],
    ['/a/b.html', ['/a/b.html']],
    ["/a_b-c~d!$&'()*+,=:@", ["/a_b-c~d!$&'()*+,=:@"]],
    ['/.well-known/security.txt', ['/.well-known/security.txt']],
    ['/caf%C3%A9', ['/café']],
    ['/caf%c3%a9/my%20file', ['/café/my file']],
    ['/%61dmin', ['/%61dmin', '/admin']],
    ['/a%2fb', ['/a%2Fb', '/a/b']],
    ['/admin;v=1/x', ['/admin;v=1/x', '/admin/x']],
    ['/100%25', ['/100%25', '/100%']],
    ['/wiki/What%3F', ['/wiki/What?', '/wiki/What']],
    ['/..%2f', ['/..%2F', '/../', '/']],
    ['/a/%2e%2e', ['/a/%2E%2E', '/a/..', '/']],
  ])('E01: reads %s as %j', (path, views) => {
    expect(readPath(path)).toEqual({ ok: true, views });
  });
});

describe('refusals', () => {
  it.each([
    ['', 'not-absolute'],
    ['*', 'not-absolute'],
    ['a/b', 'not-absolute'],
    ['/%', 'malformed-escape'],
    ['/%4', 'malformed-escape'],
    ['/%zz', 'malformed-escape'],
    ['/%u0061', 'malformed-escape'],
    ['/%ff', 'invalid-utf8'],
    ['/%c0%af', 'invalid-utf8'],
    ['/%ed%a0%80', 'invalid-utf8'],
    ['/%c3', 'invalid-utf8'],
    ['/%00', 'control-character'],
    ['/x%0d%0ay', 'control-character'],
    ['/%1f', 'control-character'],
    ['/%7f', 'control-character'],
    ['/\u0000', 'control-character'],
    ['/\u007F', 'control-character'],
    ['/a\\b', 'backslash'],
    ['/a%5Cb', 'backslash'],
    ['/a%5cb', 'backslash'],
  ])('E01: refuses %j: %s', (path, problem) => {
    expect(readPath(path)).toEqual({ ok: false, problem });
  });

  it('E01: accepts the characters beside the refused ones', () => {
    for (const path of ['/%20', '/%7E', '/%C2%80', '/%5B', '/%5D']) {
      expect(readPath(path).ok, path).toBe(true);
    }
  });

  it('bounds length, number of views and characters', () => {
    expect(readPath(`/${'a'.repeat(MAX_PATH - 1)}`)).toMatchObject({ ok: true });
    expect(readPath(`/${'a'.repeat(MAX_PATH)}`)).toEqual({ ok: false, problem: 'too-long' });
    expect(readPath('/a;b//c/d%2520e%253f.')).toEqual({ ok: false, problem: 'too-many-readings' });
    const long = `/${'a'.repeat(4000)}`;
    expect(readPath(`${long};v`)).toMatchObject({ ok: true });
    expect(readPath(`${long};v//b;c//d%2e`)).toEqual({ ok: false, problem: 'too-many-readings' });
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }), (chars) => {
        const reading = readPath(`/${chars.join('')}`);
        if (!reading.ok) return;
        expect(reading.views.length).toBeLessThanOrEqual(MAX_VIEWS);
        expect(reading.views.join('').length).toBeLessThanOrEqual(MAX_VIEW_CHARACTERS);
        expect(new Set(reading.views).size).toBe(reading.views.length);
      }),
      { numRuns: 3000 },
    );
  });
});
