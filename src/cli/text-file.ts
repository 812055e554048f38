/**
 * Text files of an operator, with a bound.
 *
 * Owns what is refused before anything parses it: what is missing, no file, too large, not UTF-8.
 */
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';

export type TextReading =
  | { readonly ok: true; readonly text: string }
  /** `isUnreadable`: there is nothing to judge, so the call was wrong and not the file. */
  | { readonly ok: false; readonly isUnreadable: boolean; readonly message: string };

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file: name the one that you mean',
  ENOTDIR: 'there is no such file: name the one that you mean',
  EISDIR: 'this is a folder: name a file in it',
  EACCES: 'this user may not read it',
  EPERM: 'this user may not read it',
};

/** Why a file cannot be read; `undefined` for what is no error of the file system. */
export function explainUnreadable(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return undefined;
  return REASONS[code] ?? `it cannot be read (${code})`;
}

/** "256 KB", "4 MB". */
export function formatBytes(bytes: number): string {
  return bytes >= 1_048_576 ? `${bytes / 1_048_576} MB` : `${bytes / 1024} KB`;
}

async function readBounded(stream: AsyncIterable<unknown>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) continue;
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) break;
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Uint8Array, maxBytes: number): TextReading {
  if (bytes.length > maxBytes) {
    const message = `use at most ${formatBytes(maxBytes)} (${maxBytes} bytes)`;
    return { ok: false, isUnreadable: false, message };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
    if (!text.includes('\0')) return { ok: true, text };
  } catch {
    // Said below.
  }
  const message = 'this is no text: write it in UTF-8, without NUL characters';
  return { ok: false, isUnreadable: false, message };
}

/** At most `maxBytes` of the file, or of the standard input for `-`; never more is read. */
export async function readTextFile(
  name: string,
  { cwd, maxBytes }: { readonly cwd: string; readonly maxBytes: number },
): Promise<TextReading> {
  try {
    if (name === '-') return decode(await readBounded(process.stdin, maxBytes), maxBytes);
    const file = await open(resolve(cwd, name));
    const stream = file.createReadStream({ end: maxBytes });
    return decode(await readBounded(stream, maxBytes), maxBytes);
  } catch (error) {
    const message = explainUnreadable(error);
    if (message === undefined) throw error;
    return { ok: false, isUnreadable: true, message };
  }
}
