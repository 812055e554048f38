/** Paths: exact or with `*`. Owns the grammar of patterns and their compilation. */
import { compileGlob } from '../glob.ts';
import { canonicalSpelling, decodeStrictly } from '../path-spelling.ts';
import type { ConditionKind } from './condition-kind.ts';

export const MAX_PATTERN = 1024;
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const REFUSED = /[\u0000-\u001F\u007F\\]/;

/** The pattern in the spelling of views, runs of stars merged; or what to do about it. */
function decodePattern(value: unknown): ReturnType<ConditionKind<string>['decodeEntry']> {
  if (typeof value !== 'string' || value === '' || value.length > MAX_PATTERN) {
    return { ok: false, message: `write a path pattern of 1 to ${MAX_PATTERN} characters` };
  }
  if (!/^[/*]/.test(value)) {
    return { ok: false, message: 'start the pattern with "/" or "*"' };
  }
  if (/[?#]/.test(value)) {
    return {
      ok: false,
      message: 'leave query and fragment out: only the path is judged (a "?" in a name is %3F)',
    };
  }
  const decoding = decodeStrictly(value);
  if (!decoding.ok) {
    return { ok: false, message: 'write percent-escapes as %XX in valid UTF-8, "%" itself as %25' };
  }
  if (REFUSED.test(decoding.text)) {
    return {
      ok: false,
      message: 'remove backslashes and control characters: paths with them get 400',
    };
  }
  return { ok: true, value: canonicalSpelling(value).replaceAll(/\*{2,}/g, '*') };
}

export const pathCondition: ConditionKind<string> = {
  maxEntries: 256,
  scope: 'reading',
  decodeEntry: decodePattern,
  formatEntry: (pattern) => pattern,
  // Something literal beside slashes: "*/*" opens the whole site as "/*" does.
  confines: (pattern) => /[^*/]/.test(pattern),
  compile(patterns, { caseInsensitivePaths }) {
    const folded = caseInsensitivePaths ? patterns.map((text) => text.toLowerCase()) : patterns;
    const exact: ReadonlySet<string> = new Set(folded.filter((text) => !text.includes('*')));
    const globs = folded.filter((text) => text.includes('*')).map(compileGlob);
    return ({ path }) => exact.has(path) || globs.some((matches) => matches(path));
  },
};
