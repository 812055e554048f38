/**
 * The words of the pages, by language.
 *
 * Owns where they come from: English is in the bundle, every other language is a file among the
 * assets, read once per isolate (all of them together would double the Worker's size: measured,
 * 75 KB of gzip). A file that cannot be read or lacks a word costs the language, never the page.
 */
import assets from '../../../static/build/assets.json';
import english from '../../../static/locales/en.json';
import { DEFAULT_LANGUAGE, type Language } from '../language.ts';

export type Words = Readonly<Record<keyof typeof english, string>>;

export interface Wording {
  readonly language: Language;
  readonly words: Words;
}

/** The text of an asset; `undefined` where it cannot be had. Never throws. */
export type ReadAsset = (path: string) => Promise<string | undefined>;

export const ENGLISH: Wording = { language: DEFAULT_LANGUAGE, words: english };

/** Whether `value` has every string that English has. */
function isWords(value: unknown): value is Words {
  if (typeof value !== 'object' || value === null) return false;
  const entries = new Map<string, unknown>(Object.entries(value));
  return Object.keys(english).every((key) => typeof entries.get(key) === 'string');
}

function parseWords(text: string | undefined): Words | undefined {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return isWords(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Where the default build puts the files. */
export function wordsPath(language: Language): string {
  return `/.toll/assets/${assets.locales}.${language}.json`;
}

/** @returns the words in `language`, or in English where that fails; a failure is tried again */
export function createWordings(readAsset: ReadAsset): (language: Language) => Promise<Wording> {
  // Words, not promises: an isolate's request must not wait for the input of another one.
  const known = new Map<Language, Wording>([[DEFAULT_LANGUAGE, ENGLISH]]);
  return async function readWording(language) {
    const wording = known.get(language);
    if (wording !== undefined) return wording;
    const words = parseWords(await readAsset(wordsPath(language)));
    if (words === undefined) return ENGLISH;
    const read = { language, words };
    known.set(language, read);
    return read;
  };
}
