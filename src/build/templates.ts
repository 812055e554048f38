/**
 * The page's HTML as one value.
 *
 * Owns the reading; the bundle holds it with the code, where its words are compressed together: eleven
 * modules of a few lines each took a kilobyte more.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../static/page/', import.meta.url).href);
const SUFFIX = '.html';

/** Name of each file without its suffix -> its text. */
export async function readTemplates(): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith(SUFFIX)).toSorted();
  const texts = await Promise.all(names.map((name) => readFile(join(FOLDER, name), 'utf8')));
  return Object.fromEntries(
    names.map((name, index) => [name.slice(0, -SUFFIX.length), texts[index] ?? '']),
  );
}
