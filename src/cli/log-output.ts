/**
 * Files that are written line by line: plain or gzip, to a file or the standard output.
 *
 * Owns buffering and back-pressure: memory stays at one block, however slow the reader is.
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const BLOCK_LENGTH = 262_144;

export interface LineOutput {
  /** Adds one line; the newline is added to it. A promise where the reader has to catch up. */
  write(line: string): Promise<void> | undefined;
  /** Writes what is left, and resolves when all of it is where it belongs. */
  close(): Promise<void>;
}

function bufferLines(sink: Writable, finish: () => Promise<void>): LineOutput {
  let block = '';
  async function flush(): Promise<void> {
    const text = block;
    block = '';
    if (!sink.write(text)) await once(sink, 'drain');
  }
  return {
    write(line) {
      block += `${line}\n`;
      return block.length < BLOCK_LENGTH ? undefined : flush();
    },
    async close() {
      if (block !== '') await flush();
      await finish();
    },
  };
}

/** Lines to the standard output, which stays open. */
export function openStandardOutput(): LineOutput {
  return bufferLines(process.stdout, () => Promise.resolve());
}

/** Lines to a file, compressed where its name ends in `.gz`. Rejects what the file system does. */
export async function openLineFile(name: string, cwd: string): Promise<LineOutput> {
  const file = createWriteStream(resolve(cwd, name));
  await once(file, 'open');
  if (!name.endsWith('.gz')) {
    return bufferLines(file, async () => {
      file.end();
      await once(file, 'close');
    });
  }
  const gzip = createGzip({ level: 6 });
  const done = pipeline(gzip, file);
  return bufferLines(gzip, async () => {
    gzip.end();
    await done;
  });
}
