/**
 * Reads the corpora that `corpora-provider.ts` carried into workerd.
 *
 * Owns the reading and narrowing; nothing here knows what a corpus is for.
 */
import { inject } from 'vitest';
import type { CorpusFile } from './corpora-provider.ts';

/** Whether the corpora were found. @throws where the project's `globalSetup` is not set */
export function hasCarriedCorpora(): boolean {
  const carried: unknown = inject('corpora');
  if (carried === undefined) throw new Error('set globalSetup to corpora-provider.ts');
  return Object.keys(inject('corpora')).length > 0;
}

export function readCarried(file: CorpusFile): string {
  const text = inject('corpora')[file];
  if (text === undefined) throw new Error(`${file} was not carried`);
  return text;
}

export function readCarriedJson(file: CorpusFile): unknown {
  return JSON.parse(readCarried(file));
}

/** The members of a JSON object of a corpus. @throws for anything else */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('a corpus holds something else where an object was expected');
  }
  return { ...value };
}

/** @throws for anything but an array */
export function asList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('a corpus holds no list where one was expected');
  return value;
}

export function decodeHex(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at += 1) {
    bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
  }
  return bytes;
}

export function encodeHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
