/**
 * Every reading of a request path that some server behind the gate may take.
 *
 * Owns the readings and what is refused outright (HTTP 400). Must not know rules. A rule that
 * allows has to hold under every reading, one that denies or charges under any (SECURITY-BAR E01),
 * so a reading that no server takes costs strictness and nothing else.
 *
 * The readings are closed under composition, so their order in a given server does not matter:
 * decoded once or twice, with or without `%2F`; dot segments resolved; slashes merged; `;`
 * parameters dropped (Tomcat); trailing dots and spaces of a name dropped (Windows); cut at a
 * decoded `?`, `#` or NUL; a twice-encoded backslash as a slash, and control characters dropped.
 * Letter case is not a reading: a policy for a case-insensitive origin folds views and patterns.
 */
import {
  canonicalSpelling,
  decodeAllButSlash,
  decodeLeniently,
  decodeStrictly,
  hasEncodedSlash,
} from './path-spelling.ts';

export type PathProblem =
  | 'not-absolute'
  | 'too-long'
  | 'malformed-escape'
  | 'invalid-utf8'
  | 'control-character'
  | 'backslash'
  /** So many disguises at once that no honest client sends it; bounds the work. */
  | 'too-many-readings';

/** At least one; the first is the path itself in the spelling that rules use. */
export type PathViews = readonly [string, ...string[]];

export type PathReading =
  | { readonly ok: true; readonly views: PathViews }
  | { readonly ok: false; readonly problem: PathProblem };

/** Half of what origins take by default (8 KB in Apache and nginx): it bounds what rules compare. */
export const MAX_PATH = 4096;
export const MAX_VIEWS = 24;
/** Of all views together: what rules then compare is bounded whatever the path. */
export const MAX_VIEW_CHARACTERS = 16_384;
const DECODINGS = 2;

/** Characters with one meaning everywhere: pchar (RFC 3986 3.3) less `%` and `;`. */
const PLAIN = /^\/[\w~!$&'()*+,=:@./-]*$/;
const ODD = /\/\/|\.(?:\/|$)/;
const DOT_SEGMENT = /\/\.\.?(?:\/|$)/;
const TRIMMED_NAME = /[. ](?:\/|$)/;
/* oxlint-disable no-control-regex -- control characters are what they look for */
/** Ends a path where somebody parses it again; NUL does in C. */
const DELIMITER = /[?#\u0000]/;
const CONTROL = /[\u0000-\u001F\u007F]/;
const CONTROLS = new RegExp(CONTROL, 'g');
/* oxlint-enable no-control-regex */

function resolveDotSegments(path: string): string {
  const segments = path.split('/').slice(1);
  const kept: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const isDots = segment === '.' || segment === '..';
    if (segment === '..') kept.pop();
    if (!isDots) kept.push(segment);
    // RFC 3986 5.2.4: a last dot segment leaves a trailing slash.
    else if (index === segments.length - 1) kept.push('');
  }
  return `/${kept.join('/')}`;
}

/** Windows opens `admin. .` as `admin` and `.. ` as `..`; a name of dots alone keeps them. */
function trimName(name: string): string {
  let end = name.length;
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end -= 1;
  return end > 0 ? name.slice(0, end) : name.trimEnd();
}

function trimNames(path: string): string {
  return path.split('/').map(trimName).join('/');
}

function cutAtDelimiter(path: string): string {
  return path.slice(0, path.search(DELIMITER));
}

interface Reading {
  /** Whether the path can be read otherwise in this way; keeps the usual path cheap. */
  readonly applies: (path: string) => boolean;
  readonly read: (path: string) => string;
}

const READINGS: readonly Reading[] = [
  { applies: (path) => DOT_SEGMENT.test(path), read: resolveDotSegments },
  { applies: (path) => path.includes('//'), read: (path) => path.replaceAll(/\/{2,}/g, '/') },
  { applies: (path) => path.includes(';'), read: (path) => path.replaceAll(/;[^/]*/g, '') },
  { applies: (path) => TRIMMED_NAME.test(path), read: trimNames },
  { applies: (path) => DELIMITER.test(path), read: cutAtDelimiter },
  { applies: (path) => path.includes('\\'), read: (path) => path.replaceAll('\\', '/') },
  { applies: (path) => CONTROL.test(path), read: (path) => path.replaceAll(CONTROLS, '') },
];

/** Collects distinct views until a bound is met. */
class ViewCollector {
  readonly views = new Set<string>();
  #characters = 0;

  get isFull(): boolean {
    return this.views.size > MAX_VIEWS || this.#characters > MAX_VIEW_CHARACTERS;
  }

  add(view: string): void {
    if (this.isFull || this.views.has(view)) return;
    this.views.add(view);
    this.#characters += view.length;
  }

  /** Every reading of every view, those found on the way included. */
  close(): void {
    for (const view of this.views) {
      if (this.isFull) return;
      for (const { applies, read } of READINGS) {
        if (applies(view)) this.add(read(view));
      }
    }
  }
}

function collectViews(path: string): readonly string[] | undefined {
  const collector = new ViewCollector();
  collector.add(path);
  collector.close();
  for (let decoding = 0; decoding < DECODINGS; decoding += 1) {
    const found = [...collector.views];
    for (const view of found) {
      if (!view.includes('%')) continue;
      collector.add(decodeLeniently(view));
      if (hasEncodedSlash(view)) collector.add(decodeAllButSlash(view));
    }
    collector.close();
  }
  return collector.isFull ? undefined : [...collector.views];
}

/**
 * All views of `rawPathname` (`URL.pathname`, without query and fragment), or why it is refused.
 * A path of plain characters, the common case, has one view and costs two regex tests.
 */
export function readPath(rawPathname: string): PathReading {
  if (!rawPathname.startsWith('/')) return { ok: false, problem: 'not-absolute' };
  if (rawPathname.length > MAX_PATH) return { ok: false, problem: 'too-long' };
  if (PLAIN.test(rawPathname) && !ODD.test(rawPathname)) return { ok: true, views: [rawPathname] };
  const decoding = decodeStrictly(rawPathname);
  if (!decoding.ok) return { ok: false, problem: decoding.problem };
  if (CONTROL.test(decoding.text)) return { ok: false, problem: 'control-character' };
  if (decoding.text.includes('\\')) return { ok: false, problem: 'backslash' };
  const views = collectViews(canonicalSpelling(rawPathname));
  const [first, ...others] = views ?? [];
  if (first === undefined) return { ok: false, problem: 'too-many-readings' };
  return { ok: true, views: [first, ...others] };
}
