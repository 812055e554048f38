/**
 * Logs as texts of whole lines: files or the standard input, packed with gzip or not.
 *
 * Owns reading and unpacking. Whether a file is packed its first bytes say, never its name. Memory
 * stays at a few chunks, whatever the size.
 */
import { open, stat } from 'node:fs/promises';
import { isAscii } from 'node:buffer';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { explainUnreadable } from './text-file.ts';

export const MAX_LOG_LINE_BYTES = 65_536;
/** A text of this size is made among the young objects, where it costs nothing to drop. */
const CHUNK_BYTES = 65_536;
const UNPACKED_CHUNK_BYTES = 65_536;
const NEWLINE = 0x0a;
const GZIP = [0x1f, 0x8b];

/** Whole lines, or what became of them. */
export type LogText =
  /** Lines with their newlines; the last may lack it. */
  | { readonly kind: 'lines'; readonly text: string }
  /** A line of more than 64 KB was passed over. */
  | { readonly kind: 'too-long' };

export interface LogSource {
  /** As it was named. */
  readonly name: string;
  /** Of the file; `undefined` for the standard input. */
  readonly bytes: number | undefined;
}

export type OpenedLogs =
  | { readonly ok: true; readonly sources: readonly LogSource[] }
  | { readonly ok: false; readonly message: string };

/** Looks whether every file is there, before the first is read. */
export async function findLogs(names: readonly string[], cwd: string): Promise<OpenedLogs> {
  const sources: LogSource[] = [];
  for (const name of names) {
    if (name === '-') {
      sources.push({ name, bytes: undefined });
      continue;
    }
    try {
      const found = await stat(resolve(cwd, name));
      if (found.isDirectory())
        return { ok: false, message: `${name}: this is a folder: name a file in it` };
      sources.push({ name, bytes: found.size });
    } catch (error) {
      const message = explainUnreadable(error);
      if (message === undefined) throw error;
      return { ok: false, message: `${name}: ${message}` };
    }
  }
  return { ok: true, sources };
}

/** Told how many bytes of the file, as it is stored, were read. */
type OnBytes = (bytes: number) => void;

/**
 * A file in one buffer that is filled again and again: a fresh one for each chunk makes garbage that
 * lies outside the heap and is collected late (548 MB at 1,000,000 lines, 2026-11).
 */
async function* fileChunks(path: string, onBytes: OnBytes): AsyncGenerator<Buffer> {
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES);
      if (bytesRead === 0) return;
      onBytes(bytesRead);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function* streamChunks(
  stream: AsyncIterable<unknown>,
  onBytes: OnBytes,
): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) continue;
    onBytes(chunk.length);
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
  }
}

async function* withFirst(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  yield* rest;
}

/** A copy of each: a stream keeps what it is given, and the buffer of a file is filled again. */
async function* copies(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}

/** Enough bytes to tell whether they are packed: a pipe may bring one at a time. */
async function readFirst(chunks: AsyncGenerator<Buffer>): Promise<Buffer> {
  let first: Buffer = Buffer.alloc(0);
  while (first.length < GZIP.length) {
    const next = await chunks.next();
    if (next.done === true) return first;
    // A copy where more has to come: the buffer is filled again.
    const isEnough = first.length === 0 && next.value.length >= GZIP.length;
    first = isEnough ? next.value : Buffer.concat([first, next.value]);
  }
  return first;
}

/** Why the rest of a packed file could not be unpacked. */
export class PackedLogFailure extends Error {}

async function* unpack(chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const packed = Readable.from(copies(chunks), {
    objectMode: false,
    highWaterMark: UNPACKED_CHUNK_BYTES,
  });
  const gunzip = createGunzip({ chunkSize: UNPACKED_CHUNK_BYTES });
  packed.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of packed.pipe(gunzip)) {
      if (chunk instanceof Uint8Array)
        yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    }
  } catch (error) {
    const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
    const isData = typeof code === 'string' && code.startsWith('Z_');
    if (!isData) throw error;
    const reason = code === 'Z_BUF_ERROR' ? 'it ends in the middle' : 'it is damaged';
    throw new PackedLogFailure(`the rest cannot be unpacked: ${reason}`);
  }
}

async function* openChunks(
  { name }: LogSource,
  cwd: string,
  onBytes: OnBytes,
): AsyncGenerator<Buffer> {
  const chunks =
    name === '-' ? streamChunks(process.stdin, onBytes) : fileChunks(resolve(cwd, name), onBytes);
  const first = await readFirst(chunks);
  const all = withFirst(first, chunks);
  const isPacked = GZIP.every((byte, at) => first[at] === byte);
  yield* isPacked ? unpack(all) : all;
}

/** ASCII is nine tenths of all logs and half the price; what is not UTF-8 is read with U+FFFD. */
function decode(bytes: Buffer): string {
  return isAscii(bytes) ? bytes.toString('latin1') : bytes.toString('utf8');
}

/**
 * Throws what the file system throws, and `PackedLogFailure` after what could be unpacked.
 * @param onBytes told how many bytes were read since it was last told
 */
export async function* readLogTexts(
  source: LogSource,
  cwd: string,
  onBytes: OnBytes,
): AsyncGenerator<LogText> {
  let rest: Buffer = Buffer.alloc(0);
  let skips = false;
  for await (const chunk of openChunks(source, cwd, onBytes)) {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last === -1) {
      if (skips) continue;
      rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
      skips = rest.length > MAX_LOG_LINE_BYTES;
      if (skips) rest = Buffer.alloc(0);
      continue;
    }
    const start = skips ? chunk.indexOf(NEWLINE) + 1 : 0;
    if (skips) yield { kind: 'too-long' };
    skips = false;
    const whole = chunk.subarray(start, last + 1);
    const text = decode(rest.length === 0 ? whole : Buffer.concat([rest, whole]));
    // A copy: the chunk itself would be kept by a part of it.
    rest = Buffer.from(chunk.subarray(last + 1));
    if (text !== '') yield { kind: 'lines', text };
  }
  if (skips) yield { kind: 'too-long' };
  else if (rest.length > 0) yield { kind: 'lines', text: decode(rest) };
}
