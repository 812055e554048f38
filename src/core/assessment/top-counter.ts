/**
 * Sums by a name of which there may be millions, for the largest of them.
 *
 * Owns the bound: where there are too many names, the smaller half is forgotten, so a sum of a large
 * name may fall short by what it had when it was still small.
 */
import type { ClientClass } from './client-class.ts';

export interface NamedSum {
  readonly name: string;
  readonly requests: number;
  readonly bytes: number;
  readonly clients: number;
  /** Requests by class. */
  readonly byClass: Readonly<Record<ClientClass, number>>;
}

interface Sum {
  requests: number;
  bytes: number;
  clients: number;
  readonly byClass: Record<ClientClass, number>;
}

/** A record with the same for each class. */
export function forEachClass<Value>(
  make: (name: ClientClass) => Value,
): Record<ClientClass, Value> {
  return {
    'verified-bot': make('verified-bot'),
    'declared-bot': make('declared-bot'),
    'false-bot': make('false-bot'),
    browser: make('browser'),
    automation: make('automation'),
  };
}

export class TopCounter {
  readonly #sums = new Map<string, Sum>();
  readonly #maxNames: number;

  constructor(maxNames: number) {
    this.#maxNames = maxNames;
  }

  get size(): number {
    return this.#sums.size;
  }

  add(
    name: string,
    kind: ClientClass,
    { requests, bytes }: { readonly requests: number; readonly bytes: number },
  ): void {
    let sum = this.#sums.get(name);
    if (sum === undefined) {
      if (this.#sums.size >= this.#maxNames) this.#forget();
      sum = { requests: 0, bytes: 0, clients: 0, byClass: forEachClass(() => 0) };
      this.#sums.set(name, sum);
    }
    sum.requests += requests;
    sum.bytes += bytes;
    sum.clients += 1;
    sum.byClass[kind] += requests;
  }

  #forget(): void {
    const ascending = [...this.#sums].toSorted(([, a], [, b]) => a.requests - b.requests);
    for (const [name] of ascending.slice(0, Math.ceil(ascending.length / 2)))
      this.#sums.delete(name);
  }

  /** The largest by requests of `kind`, or of all classes. */
  top(count: number, kind?: ClientClass): readonly NamedSum[] {
    const size = (sum: Sum): number => (kind === undefined ? sum.requests : sum.byClass[kind]);
    return [...this.#sums]
      .filter(([, sum]) => size(sum) > 0)
      .toSorted(([, a], [, b]) => size(b) - size(a))
      .slice(0, count)
      .map(([name, { requests, bytes, clients, byClass }]) => {
        return { name, requests, bytes, clients, byClass };
      });
  }
}
