/**
 * Whether a client asked for something before, in a few bytes.
 *
 * Owns one row of bits per client (linear counting: Whang et al., ACM TODS 15, 1990). A count of new
 * bits falls short once a row fills: `documents` tells up to about 1,500 distinct pages apart, `statics`
 * up to about 700 files. Beyond, everything seems to be known, which is evidence of nothing.
 */

const DOCUMENT_WORDS = 16;
const STATIC_WORDS = 8;
const WORDS = DOCUMENT_WORDS + STATIC_WORDS;

/** Bits of a row for documents, and for statics. */
export const SKETCH_BITS = { documents: 32 * DOCUMENT_WORDS, statics: 32 * STATIC_WORDS } as const;

/** How many distinct things made `ones` of `bits`, by linear counting. */
export function estimateDistinct(ones: number, bits: number): number {
  const zeros = Math.max(1, bits - ones);
  return -bits * Math.log(zeros / bits);
}

export class DistinctSketches {
  readonly #words: Uint32Array;

  constructor(rows: number) {
    this.#words = new Uint32Array(rows * WORDS);
  }

  #add(at: number, bit: number): boolean {
    const word = this.#words[at] ?? 0;
    const mask = 1 << bit;
    if ((word & mask) !== 0) return false;
    this.#words[at] = word | mask;
    return true;
  }

  /** Whether the bit of `hash` was new. */
  addDocument(row: number, hash: number): boolean {
    const place = (hash >>> 5) % DOCUMENT_WORDS;
    return this.#add(row * WORDS + place, hash & 31);
  }

  /** Whether a document with this hash may have been added. */
  hasDocument(row: number, hash: number): boolean {
    const place = (hash >>> 5) % DOCUMENT_WORDS;
    return ((this.#words[row * WORDS + place] ?? 0) & (1 << (hash & 31))) !== 0;
  }

  /** The same for statics. */
  addStatic(row: number, hash: number): boolean {
    const place = (hash >>> 5) % STATIC_WORDS;
    return this.#add(row * WORDS + DOCUMENT_WORDS + place, hash & 31);
  }

  /** Before a row is given to another client. */
  clear(row: number): void {
    this.#words.fill(0, row * WORDS, (row + 1) * WORDS);
  }
}
