/**
 * Clients in the order of their next request: a binary heap.
 *
 * Owns the order, which is total: equal times keep the order in which they were put in, so that a
 * seed always gives the same log.
 */

export interface Waiting {
  /** When it is due, in milliseconds since the Unix epoch. */
  readonly timeMs: number;
}

interface Entry<Item> {
  readonly item: Item;
  readonly order: number;
}

export class RequestQueue<Item extends Waiting> {
  readonly #heap: Entry<Item>[] = [];
  #order = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** Due time of the first; Infinity where nothing waits. */
  get firstMs(): number {
    return this.#heap[0]?.item.timeMs ?? Infinity;
  }

  push(item: Item): void {
    const entry = { item, order: this.#order };
    this.#order += 1;
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  pop(): Item | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return undefined;
    if (heap.length > 0) this.#sink(last);
    return first.item;
  }

  #sink(entry: Entry<Item>): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      const right = heap[2 * at + 2];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (!isBefore(child, entry)) break;
      heap[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    heap[at] = entry;
  }
}

function isBefore(a: Entry<Waiting>, b: Entry<Waiting>): boolean {
  const { timeMs } = a.item;
  return timeMs < b.item.timeMs || (timeMs === b.item.timeMs && a.order < b.order);
}
