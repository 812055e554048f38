/**
 * What the page tells its script: two JSON blocks and the addresses of workers and WASM modules.
 *
 * Owns reading them; the renderer of the same release writes them. What does not fit is a mistake
 * of ours and throws.
 */
import type { ChallengeReason, PageData, PendingForm } from '../core/wire/page-data.ts';
import type { EngineModules } from './engines/engine-choice.ts';
import type { LateGpuUrls } from './late-gpu-join.ts';
import { parseChallenge } from './toll-client.ts';

export interface PageBlocks {
  readonly data: PageData;
  readonly strings: Readonly<Record<string, string>>;
  readonly workerUrl: string;
  /** What a worker runs, as a module for the page itself. */
  readonly localUrl: string;
  readonly gpuUrls: LateGpuUrls;
  readonly modules: EngineModules;
}

export function readPage(document: Document): PageBlocks {
  const data = parsePageData(readBlock(document, 'toll-data'));
  if (data === undefined) throw new Error('page data');
  const strings = Object.entries(readBlock(document, 'toll-strings'));
  const addresses = document.getElementById('toll-script')?.dataset ?? {};
  return {
    data,
    strings: Object.fromEntries(strings.map(([key, value]) => [key, String(value)])),
    workerUrl: addresses['worker'] ?? '',
    localUrl: addresses['local'] ?? '',
    gpuUrls: { join: addresses['gpuPage'] ?? '', worker: addresses['gpu'] ?? '' },
    modules: { simd: addresses['simd'] ?? '', scalar: addresses['scalar'] ?? '' },
  };
}

function readBlock(document: Document, id: string): object {
  const value: unknown = JSON.parse(document.getElementById(id)?.textContent ?? '');
  if (typeof value !== 'object' || value === null) throw new Error(id);
  return value;
}

/** The data block as it is typed; `undefined` for anything else. */
export function parsePageData(value: object): PageData | undefined {
  if (!('toll' in value && 'reason' in value && 'returnPath' in value && 'form' in value)) {
    return undefined;
  }
  const { reason, returnPath } = value;
  const toll = parseChallenge(value.toll);
  const form = parseForm(value.form);
  if (toll === undefined || form === undefined || !isReason(reason)) return undefined;
  if (typeof returnPath !== 'string') return undefined;
  const page = { toll, reason, returnPath, form };
  if (!('retryAfterSeconds' in value)) return page;
  const { retryAfterSeconds } = value;
  return typeof retryAfterSeconds === 'number' ? { ...page, retryAfterSeconds } : undefined;
}

function isReason(value: unknown): value is ChallengeReason {
  return value === 'toll-required' || value === 'credit-spent' || value === 'slow-down';
}

function parseForm(value: unknown): PendingForm | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined;
  if (value.kind === 'none' || value.kind === 'not-sent') return { kind: value.kind };
  if (value.kind !== 'carried' || !('body' in value) || typeof value.body !== 'string') {
    return undefined;
  }
  return { kind: 'carried', body: value.body };
}
