/**
 * A second SHA-256 and a second reading of the attempt format, for tests alone.
 *
 * Owns an implementation that shares nothing with `src/`: the constants are computed from
 * the primes (FIPS 180-4 sections 4.2.2 and 5.3.3), the message is assembled from bytes as
 * DESIGN.md section 5 draws it, so that a common mistake cannot agree with itself.
 */

function firstPrimes(count: number): readonly bigint[] {
  const primes: bigint[] = [];
  for (let candidate = 2n; primes.length < count; candidate += 1n) {
    if (primes.every((prime) => candidate % prime !== 0n)) primes.push(candidate);
  }
  return primes;
}

/** The first 32 bits of the fractional part of the `degree`th root of `n`. */
function rootFraction(n: bigint, degree: bigint): number {
  const scaled = n << (32n * degree);
  let root = 0n;
  for (let bit = 1n << 36n; bit > 0n; bit >>= 1n) {
    if ((root + bit) ** degree <= scaled) root += bit;
  }
  return Number(root & 0xffff_ffffn);
}

const ROUND_CONSTANTS = Uint32Array.from(firstPrimes(64), (prime) => rootFraction(prime, 3n));
const INITIAL_HASH = Uint32Array.from(firstPrimes(8), (prime) => rootFraction(prime, 2n));

function rotate(x: number, count: number): number {
  return (x >>> count) | (x << (32 - count));
}

function digestBlock(hash: Uint32Array, view: DataView, offset: number): void {
  const w = new Uint32Array(64);
  for (let t = 0; t < 64; t += 1) {
    if (t < 16) {
      w[t] = view.getUint32(offset + 4 * t);
      continue;
    }
    const [w15 = 0, w2 = 0, w16 = 0, w7 = 0] = [w[t - 15], w[t - 2], w[t - 16], w[t - 7]];
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    w[t] = w16 + s0 + w7 + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (let t = 0; t < 64; t += 1) {
    const big1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const first = h + big1 + ((e & f) ^ (~e & g)) + (ROUND_CONSTANTS[t] ?? 0) + (w[t] ?? 0);
    const big0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const second = big0 + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  for (const [i, word] of [a, b, c, d, e, f, g, h].entries()) hash[i] = (hash[i] ?? 0) + word;
}

export function independentSha256(message: Uint8Array): Uint8Array {
  const length = Math.ceil((message.length + 9) / 64) * 64;
  const view = new DataView(new ArrayBuffer(length));
  for (const [at, byte] of message.entries()) view.setUint8(at, byte);
  view.setUint8(message.length, 0x80);
  view.setUint32(length - 4, message.length * 8);
  const hash = INITIAL_HASH.slice();
  for (let offset = 0; offset < length; offset += 64) digestBlock(hash, view, offset);
  const output = new DataView(new ArrayBuffer(32));
  for (const [i, word] of hash.entries()) output.setUint32(4 * i, word);
  return new Uint8Array(output.buffer);
}

function bigEndian(value: number): readonly number[] {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
}

/** The last output word of one attempt; `digest` is the challenge's SHA-256. */
export function independentLastWord(digest: Uint8Array, index: number, nonce: number): number {
  const label = Array.from('edgetoll/1\0\0', (character) => character.codePointAt(0) ?? 0);
  const message = [...digest, ...label, ...bigEndian(index), ...bigEndian(nonce)];
  const output = independentSha256(Uint8Array.from(message));
  return output.slice(28).reduce((word, byte) => word * 256 + byte, 0);
}

export interface IndependentPuzzle {
  readonly threshold: number;
  readonly minSolutions: number;
  readonly maxSolutions: number;
}

/** What redeeming `nonces` must come to, read off DESIGN.md section 5. */
export function independentVerdict(
  challenge: string,
  puzzle: IndependentPuzzle,
  nonces: readonly number[],
): 'sufficient' | 'insufficient-work' | 'too-many' {
  if (nonces.length > puzzle.maxSolutions) return 'too-many';
  if (nonces.length < puzzle.minSolutions) return 'insufficient-work';
  const digest = independentSha256(Uint8Array.from(challenge, (c) => c.codePointAt(0) ?? 0));
  const solved = nonces.every(
    (nonce, index) => independentLastWord(digest, index, nonce) <= puzzle.threshold,
  );
  return solved ? 'sufficient' : 'insufficient-work';
}
