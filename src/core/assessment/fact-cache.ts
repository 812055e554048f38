/**
 * Facts by the text that they were read from, for texts that come again.
 *
 * Owns a bound that costs nothing per use: two generations, of which the older is dropped when the
 * younger is full. A text is copied before it is kept: what a parser hands over is a part of a chunk
 * of the log, and keeping the part would keep the chunk.
 */

/** The same text in storage of its own. */
export function ownText(text: string): string {
  // Joining makes a new text, and the part of it refers to that one alone.
  return ` ${text}`.slice(1);
}

export class FactCache<Facts> {
  #young = new Map<string, Facts>();
  #old = new Map<string, Facts>();
  readonly #read: (text: string) => Facts;
  readonly #maxYoung: number;

  /** @param read never fails; @param maxEntries of both generations together */
  constructor(read: (text: string) => Facts, maxEntries: number) {
    this.#read = read;
    this.#maxYoung = Math.max(1, Math.floor(maxEntries / 2));
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(text: string): Facts {
    const known = this.#young.get(text);
    if (known !== undefined) return known;
    const own = ownText(text);
    const facts = this.#old.get(own) ?? this.#read(own);
    if (this.#young.size >= this.#maxYoung) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(own, facts);
    return facts;
  }
}
