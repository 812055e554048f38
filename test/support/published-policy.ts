/**
 * A KV namespace that holds one published policy, and what `policy push` writes into it.
 *
 * Owns the fault modes of SECURITY-BAR 3.2 and 3.6; counts reads.
 */
import { formatStoredPolicy, TOMBSTONE } from '../../src/core/policy/document/stored-policy.ts';
import type { PolicyStore } from '../../src/edge/kv-policy-store.ts';

export type PublishedMode = 'normal' | 'throw' | 'hang';

export class PublishedPolicy implements PolicyStore {
  mode: PublishedMode = 'normal';
  text: string | null = null;
  reads = 0;
  readonly cacheTtls: number[] = [];
  #pushes = 0;

  async get(_key: string, { cacheTtl }: { readonly cacheTtl: number }): Promise<string | null> {
    this.reads += 1;
    this.cacheTtls.push(cacheTtl);
    if (this.mode === 'throw') throw new Error('KV GET failed: 503 Service Unavailable');
    if (this.mode === 'hang') await new Promise(() => undefined);
    return this.text;
  }

  /** Publishes `document` under a new version, which it returns. */
  push(document: Readonly<Record<string, unknown>>): string {
    this.#pushes += 1;
    const version = `2026-11-01T00:00:0${this.#pushes}Z-AAAAAAAA`;
    this.text = formatStoredPolicy({ schema: 1, ...document }, { version, digest: 'AAAAAAAA' });
    return version;
  }

  remove(): void {
    this.text = TOMBSTONE;
  }
}

/** A rule on `/page` alone. */
export function onPage(action: Readonly<Record<string, unknown>>) {
  return { rules: [{ name: 'page', path: ['/page'], ...action }] };
}
