/**
 * The SHA-256 compression function (FIPS 180-4, sections 4.1.2, 4.2.2, 5.3.3 and 6.2.2),
 * in parts that can start and stop at any round.
 *
 * Owns the arithmetic alone, on 32-bit words held as signed integers, which is what
 * JavaScript's bit operators yield: callers that compare words as numbers convert with `>>> 0`.
 * It must not know what a challenge, a nonce or a threshold is.
 */

/** Rounds of one compression, and words of the message schedule. */
export const ROUNDS = 64;

/** K, section 4.2.2. */
export const K = Int32Array.of(
  0x428a2f98,
  0x71374491,
  0xb5c0fbcf,
  0xe9b5dba5,
  0x3956c25b,
  0x59f111f1,
  0x923f82a4,
  0xab1c5ed5,
  0xd807aa98,
  0x12835b01,
  0x243185be,
  0x550c7dc3,
  0x72be5d74,
  0x80deb1fe,
  0x9bdc06a7,
  0xc19bf174,
  0xe49b69c1,
  0xefbe4786,
  0x0fc19dc6,
  0x240ca1cc,
  0x2de92c6f,
  0x4a7484aa,
  0x5cb0a9dc,
  0x76f988da,
  0x983e5152,
  0xa831c66d,
  0xb00327c8,
  0xbf597fc7,
  0xc6e00bf3,
  0xd5a79147,
  0x06ca6351,
  0x14292967,
  0x27b70a85,
  0x2e1b2138,
  0x4d2c6dfc,
  0x53380d13,
  0x650a7354,
  0x766a0abb,
  0x81c2c92e,
  0x92722c85,
  0xa2bfe8a1,
  0xa81a664b,
  0xc24b8b70,
  0xc76c51a3,
  0xd192e819,
  0xd6990624,
  0xf40e3585,
  0x106aa070,
  0x19a4c116,
  0x1e376c08,
  0x2748774c,
  0x34b0bcb5,
  0x391c0cb3,
  0x4ed8aa4a,
  0x5b9cca4f,
  0x682e6ff3,
  0x748f82ee,
  0x78a5636f,
  0x84c87814,
  0x8cc70208,
  0x90befffa,
  0xa4506ceb,
  0xbef9a3f7,
  0xc67178f2,
);

/** H(0), section 5.3.3: the state before the first block. */
export const INITIAL_STATE: readonly number[] = [
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
];

// Section 4.1.2. V8 inlines these and turns each pair of shifts into one rotate.
function bigSigma0(x: number): number {
  return ((x >>> 2) | (x << 30)) ^ ((x >>> 13) | (x << 19)) ^ ((x >>> 22) | (x << 10));
}
function bigSigma1(x: number): number {
  return ((x >>> 6) | (x << 26)) ^ ((x >>> 11) | (x << 21)) ^ ((x >>> 25) | (x << 7));
}
function smallSigma0(x: number): number {
  return ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
}
function smallSigma1(x: number): number {
  return ((x >>> 17) | (x << 15)) ^ ((x >>> 19) | (x << 13)) ^ (x >>> 10);
}
/** Ch(x, y, z), in the form with three operations. */
function choose(x: number, y: number, z: number): number {
  return z ^ (x & (y ^ z));
}
/** Maj(x, y, z), in the form with four operations. */
function majority(x: number, y: number, z: number): number {
  return (x & y) | (z & (x | y));
}

/**
 * A word that is known to be there. The compiler demands the fallback; V8 sees that an element
 * within bounds is never undefined and drops it (same speed measured with and without).
 */
function at(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}

/** Half-open range of rounds or schedule words, within 0..64. */
export interface RoundRange {
  readonly from: number;
  readonly to: number;
}

/** Message schedule words `[from, to)`, each from the words before it; from >= 16. */
export function extendSchedule(w: Int32Array, { from, to }: RoundRange): void {
  for (let t = from; t < to; t += 1) {
    w[t] = smallSigma1(at(w, t - 2)) + at(w, t - 7) + smallSigma0(at(w, t - 15)) + at(w, t - 16);
  }
}

/** Rounds `[from, to)` on the working variables a..h, in place. */
export function runRounds(state: Int32Array, w: Int32Array, { from, to }: RoundRange): void {
  let a = at(state, 0);
  let b = at(state, 1);
  let c = at(state, 2);
  let d = at(state, 3);
  let e = at(state, 4);
  let f = at(state, 5);
  let g = at(state, 6);
  let h = at(state, 7);
  for (let t = from; t < to; t += 1) {
    const t1 = (h + bigSigma1(e) + choose(e, f, g) + at(K, t) + at(w, t)) | 0;
    const t2 = (bigSigma0(a) + majority(a, b, c)) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
  state[4] = e;
  state[5] = f;
  state[6] = g;
  state[7] = h;
}

/**
 * The same rounds for the caller who wants e alone: T2 feeds only a, and what a becomes reaches e
 * four rounds later, so within four rounds it need not be made at all. At most four rounds;
 * returns e, leaves `state` alone.
 */
export function runRoundsForE(state: Int32Array, w: Int32Array, { from, to }: RoundRange): number {
  let e = at(state, 4);
  let f = at(state, 5);
  let g = at(state, 6);
  let h = at(state, 7);
  for (let t = from; t < to; t += 1) {
    const d = at(state, 3 - (t - from));
    const next = (d + h + bigSigma1(e) + choose(e, f, g) + at(K, t) + at(w, t)) | 0;
    h = g;
    g = f;
    f = e;
    e = next;
  }
  return e;
}

/** One block: `state` (8 words) becomes the next hash value; `block` is 16 big-endian words. */
export function compressBlock(state: Int32Array, block: Int32Array): void {
  const w = new Int32Array(ROUNDS);
  w.set(block);
  extendSchedule(w, { from: 16, to: ROUNDS });
  const working = state.slice();
  runRounds(working, w, { from: 0, to: ROUNDS });
  for (let i = 0; i < state.length; i += 1) state[i] = at(state, i) + at(working, i);
}
