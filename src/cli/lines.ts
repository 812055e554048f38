/**
 * Lines of a file or the standard input, one at a time.
 *
 * Owns the bound: a file may be of any size, a line may not.
 */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';

export interface Line {
  /** From 1. */
  readonly number: number;
  /** `undefined`: longer than the bound, or not UTF-8. */
  readonly text: string | undefined;
}

export const MAX_LINE_BYTES = 65_536;
const NEWLINE = 0x0a;

/** Cuts chunks of bytes at newlines; keeps at most one line. */
class LineCutter {
  #parts: Uint8Array[] = [];
  #size = 0;
  #number = 0;

  add(part: Uint8Array): void {
    this.#size += part.length;
    // The rest of a line that is too long is counted and not kept.
    if (this.#size <= MAX_LINE_BYTES) this.#parts.push(part);
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  end(): Line {
    this.#number += 1;
    const isWhole = this.#size <= MAX_LINE_BYTES;
    const bytes = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#size = 0;
    return { number: this.#number, text: isWhole ? decode(bytes) : undefined };
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Throws what the file system throws. */
export async function* readLines(name: string, cwd: string): AsyncGenerator<Line> {
  const stream: AsyncIterable<unknown> =
    name === '-' ? process.stdin : createReadStream(resolve(cwd, name));
  const cutter = new LineCutter();
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) continue;
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      cutter.add(chunk.subarray(start, end));
      yield cutter.end();
      start = end + 1;
    }
    cutter.add(chunk.subarray(start));
  }
  if (!cutter.isEmpty) yield cutter.end();
}
