/**
 * Reproducible randomness for what must come out the same again: simulations and generated logs.
 *
 * Owns the generator (sfc32, C. Doty-Humphrey, PractRand) and the draws that its users share. Nothing
 * that has to be unpredictable may use it: secrets come from the `Random` port.
 */
export interface RandomSource {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform whole number in [0, `below`); `below` in 1..2^32. */
  integer(below: number): number;
  /** One of `items`, each as likely. @throws where there are none */
  pick<Item>(items: readonly Item[]): Item;
  /** Exponential with this mean: the time between two events that know nothing of each other. */
  exponential(mean: number): number;
  /** Log-normal with this median; `spread` is the standard deviation of its logarithm. */
  logNormal(median: number, spread: number): number;
  /** A source of its own, the same for the same name, whatever was drawn from this one. */
  fork(name: string): RandomSource;
}

const WORD = 0x1_0000_0000;
const WARM_UP_ROUNDS = 12;

/** FNV-1a (RFC 9923), 32 bits of a text. */
function hashText(text: string): number {
  let hash = 0x811c_9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193);
  }
  return hash >>> 0;
}

class Sfc32 implements RandomSource {
  readonly #seed: string;
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: string) {
    this.#seed = seed;
    this.#a = hashText(seed);
    this.#b = hashText(`${seed}/b`);
    this.#c = hashText(`${seed}/c`);
    for (let round = 0; round < WARM_UP_ROUNDS; round += 1) this.next();
  }

  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return (sum >>> 0) / WORD;
  }

  integer(below: number): number {
    return Math.floor(this.next() * below);
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.integer(items.length)];
    if (item === undefined) throw new RangeError('pick from an empty list');
    return item;
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  logNormal(median: number, spread: number): number {
    // Box and Muller, Ann. Math. Statist. 29 (1958).
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return median * Math.exp(spread * radius * Math.cos(2 * Math.PI * this.next()));
  }

  fork(name: string): RandomSource {
    return new Sfc32(`${this.#seed}/${name}`);
  }
}

/** @param seed any number; the same one gives the same draws on every machine */
export function createRandomSource(seed: number): RandomSource {
  return new Sfc32(String(seed));
}
