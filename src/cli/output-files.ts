/**
 * Files that a command writes, told apart from those that it reads.
 *
 * Owns one question: would an output destroy an input, or another output? Files are compared as the file
 * system knows them, so links and other spellings of a path are seen through; devices may be named twice.
 */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';

/** A path as an option named it; `undefined` where the option was not given. */
type Named = string | undefined;

export interface NamedFiles {
  readonly outputs: readonly Named[];
  readonly inputs: readonly Named[];
}

/** What tells a file from others; `undefined` for what cannot be overwritten: a device, a pipe. */
async function identify(name: string, cwd: string): Promise<string | undefined> {
  const path = resolve(cwd, name);
  try {
    const found = await stat(path, { bigint: true });
    return found.isFile() ? `${found.dev}:${found.ino}` : undefined;
  } catch {
    return path;
  }
}

/** The sentence where two outputs, or an output and an input, are one file. `-` as an input is none. */
export async function findOverwritten(
  { outputs, inputs }: NamedFiles,
  cwd: string,
): Promise<string | undefined> {
  const taken = new Set<string>();
  for (const input of inputs) {
    const id = input === undefined || input === '-' ? undefined : await identify(input, cwd);
    if (id !== undefined) taken.add(id);
  }
  for (const output of outputs) {
    const id = output === undefined ? undefined : await identify(output, cwd);
    if (id === undefined) continue;
    if (taken.has(id)) return `${output}: this file is named twice, and would be overwritten`;
    taken.add(id);
  }
  return undefined;
}
