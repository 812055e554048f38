/**
 * The words of every language but English, as files among the assets.
 *
 * Owns their names: one fingerprint over all of them, so that the manifest stays one line.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../static/locales/', import.meta.url).href);
const FINGERPRINT_DIGITS = 10;

export interface LocaleFile {
  readonly language: string;
  readonly name: string;
  readonly text: string;
}

export interface LocaleFiles {
  /** What every name begins with: `locales.<fingerprint>` */
  readonly stem: string;
  readonly files: readonly LocaleFile[];
}

/** Reads static/locales. Throws where a file is no JSON. */
export async function buildLocales(): Promise<LocaleFiles> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.json'));
  const sources = await Promise.all(
    names.toSorted().map(async (name) => {
      const value: unknown = JSON.parse(await readFile(join(FOLDER, name), 'utf8'));
      return { language: name.slice(0, -'.json'.length), text: JSON.stringify(value) };
    }),
  );
  const foreign = sources.filter(({ language }) => language !== 'en');
  const hash = createHash('sha256').update(JSON.stringify(foreign)).digest('hex');
  const stem = `locales.${hash.slice(0, FINGERPRINT_DIGITS)}`;
  const files = foreign.map(({ language, text }) => {
    return { language, text, name: `${stem}.${language}.json` };
  });
  return { stem, files };
}
