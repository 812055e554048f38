/**
 * The work that every kernel is given, and the check of what it found.
 *
 * Owns the fixed number of attempts; must not know who makes them.
 */
import { createHash } from 'node:crypto';
import {
  createRecords,
  HEADER_WORDS,
  RECORD_WORDS,
  RESULT_WORDS,
} from '../../../src/browser/engines/sha256-wgsl.ts';

export interface Job {
  readonly digest: Uint8Array;
  readonly threshold: number;
  readonly puzzles: number;
  /** Nonces of each sub-puzzle, from 0. */
  readonly count: number;
  /** More than will be found: no search ends early, so every kernel makes every attempt. */
  readonly slots: number;
}

export interface Timing {
  /** By the device's own clock; `undefined` where it has none. */
  readonly kernelMs: number | undefined;
  readonly wallMs: number;
}

export interface Measurement {
  readonly name: string;
  readonly timings: readonly Timing[];
  /** What the last run left in the output buffer. */
  readonly results: readonly number[];
}

/** The kernel's input buffer, as sha256-wgsl.ts draws it. */
export function formatInput(job: Job): Uint32Array<ArrayBuffer> {
  const create = createRecords(job.digest);
  const input = new Uint32Array(HEADER_WORDS + job.puzzles * RECORD_WORDS);
  input.set([job.threshold, job.count, job.slots]);
  for (let y = 0; y < job.puzzles; y += 1) input.set(create(y), HEADER_WORDS + y * RECORD_WORDS);
  return input;
}

export function resultWords({ puzzles, slots }: Job): number {
  return puzzles * (RESULT_WORDS + slots);
}

/** Every solution as "index:nonce", sorted. Throws if one is wrong or attempts are missing. */
export function checkResults(job: Job, { name, results }: Measurement): readonly string[] {
  const solutions: string[] = [];
  for (let y = 0; y < job.puzzles; y += 1) {
    const at = y * (RESULT_WORDS + job.slots);
    const [found = 0, attempts = 0] = results.slice(at, at + RESULT_WORDS);
    if (found > job.slots) throw new Error(`${name}: ${found} solutions, ${job.slots} slots`);
    if (attempts < job.count) throw new Error(`${name}: ${attempts} of ${job.count} attempts`);
    for (const nonce of results.slice(at + RESULT_WORDS, at + RESULT_WORDS + found)) {
      if (lastWordOf(job.digest, y, nonce) > job.threshold) {
        throw new Error(`${name}: ${nonce} does not solve ${y}`);
      }
      solutions.push(`${y}:${nonce}`);
    }
  }
  return solutions.toSorted();
}

function lastWordOf(digest: Uint8Array, index: number, nonce: number): number {
  const message = Buffer.alloc(52);
  message.set(digest, 0);
  message.write('edgetoll/1', 32, 'ascii');
  message.writeUInt32BE(index, 44);
  message.writeUInt32BE(nonce, 48);
  return createHash('sha256').update(message).digest().readUInt32BE(28);
}
