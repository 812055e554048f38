/**
 * Independent test data: `EDGETOLL_CORPORA`, or `../shared/corpora` beside the project.
 *
 * Owns the look-up. A stranger's clone has no such folder: the suites that need it are
 * skipped with one line; CI requires it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const FOLDER = resolve(process.env['EDGETOLL_CORPORA'] ?? '../shared/corpora');

/** Whether the corpora are here. @throws in CI where they are not */
export function hasCorpora(): boolean {
  if (existsSync(FOLDER)) return true;
  if (process.env['CI'] !== undefined)
    throw new Error('CI needs the corpora: set EDGETOLL_CORPORA');
  process.stderr.write('corpora absent: suites that need them are skipped (EDGETOLL_CORPORA)\n');
  return false;
}

/** @param path inside the corpora */
export function readCorpus(path: string): string {
  return readFileSync(resolve(FOLDER, path), 'utf8');
}

/** @param path of a JSON file inside the corpora */
export function readJsonCorpus(path: string): unknown {
  return JSON.parse(readCorpus(path));
}
