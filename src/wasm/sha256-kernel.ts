/**
 * SHA-256 as the puzzle needs it: one attempt in as few operations as its fixed parts allow.
 *
 * Owns the arithmetic for both WASM engines. `T` is what one operation works on: `u32` for one
 * attempt at a time, `v128` for four side by side. `isVector<T>()` is decided by the compiler,
 * so each module holds only its own kind of code.
 *
 * The single block of an attempt, in 32-bit words (DESIGN.md section 5):
 *
 *    0..7    SHA-256 of the challenge            fixed by the challenge
 *    8..10   "edgetoll/1", two zero bytes        fixed
 *    11      sub-puzzle index                    fixed within a slice
 *    12      nonce
 *    13..15  padding: 0x80000000, 0, 416 bits    fixed
 *
 * What an attempt does not do, with rounds counted from 0:
 * - Rounds 0-10 see only the challenge (run by `bindChallenge`), round 11 adds the index
 *   (`bindIndex`). Round 12 only adds its word to what becomes a and e: both are kept for nonce 0
 *   and the nonce is added. b, c, d, f, g and h after it are free of the nonce, so what rounds 13,
 *   14 and 15 take as h is added to their constants beforehand.
 * - Schedule words 16, 17, 18, 20, 22 and 24 do not reach back to word 12: they are part of their
 *   round's constant and cost nothing. Words 19, 21 and so on to 40 reach back to it and to fixed
 *   words: the sum of the fixed terms is kept (`part`), only the others are computed.
 * - The test reads the last output word, H(0)[7] + h after round 63. A value made as e in round 60
 *   is f, g and h after rounds 61, 62 and 63: those three are not run, nor words 61-63 made.
 *   H(0)[7] is added to the constant of round 60.
 * - e in round 60 takes d from a as round 56 left it, so rounds 57-60 do not make a.
 *
 * That leaves about 2,300 vector operations for four attempts (a rotation is three: WASM has no
 * vector rotation), which three vector ports do in 770 cycles at best.
 *
 * The constants are read from memory (one splatting load, on a port that is free otherwise): V8
 * builds a `v128.const` from two 64-bit moves and an insertion on the busy vector ports.
 */

/** K, FIPS 180-4 section 4.2.2. */
const K = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);

/** H(0), section 5.3.3. */
const INITIAL = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

/** The schedule of nonce 0 as far as it is free of the nonce; other words stay 0. */
const W = memory.data(64 * 4, 16);
/** a..h after round 10. */
const AFTER_CHALLENGE = memory.data(8 * 4, 16);
/** a..h after round 12 with nonce 0. */
const AFTER_INDEX = memory.data(8 * 4, 16);
/** Per round: K, and all that is fixed and added to it. */
const TERMS = memory.data(64 * 4, 16);
/** Per schedule word: the sum of its fixed terms. */
const PARTS = memory.data(64 * 4, 16);

const INDEX_WORD: u32 = 11;
const NONCE_WORD: u32 = 12;
/** Rounds and schedule words from here on are not needed. */
const END: u32 = 61;

@inline function at(table: usize, i: u32): u32 {
  return load<u32>(table + (i << 2));
}
@inline function put(table: usize, i: u32, value: u32): void {
  store<u32>(table + (i << 2), value);
}

@inline function add<T>(x: T, y: T): T {
  if (isVector<T>()) return i32x4.add(x, y);
  else return x + y;
}
@inline function and<T>(x: T, y: T): T {
  if (isVector<T>()) return v128.and(x, y);
  else return x & y;
}
@inline function xor<T>(x: T, y: T): T {
  if (isVector<T>()) return v128.xor(x, y);
  else return x ^ y;
}
@inline function shiftRight<T>(x: T, bits: i32): T {
  if (isVector<T>()) return i32x4.shr_u(x, bits);
  else return x >>> bits;
}
@inline function rotateRight<T>(x: T, bits: i32): T {
  if (isVector<T>()) return v128.or(i32x4.shl(x, 32 - bits), i32x4.shr_u(x, bits));
  else return rotr(x, bits);
}

// Section 4.1.2.
@inline function bigSigma0<T>(x: T): T {
  return xor(xor(rotateRight(x, 2), rotateRight(x, 13)), rotateRight(x, 22));
}
@inline function bigSigma1<T>(x: T): T {
  return xor(xor(rotateRight(x, 6), rotateRight(x, 11)), rotateRight(x, 25));
}
@inline function smallSigma0<T>(x: T): T {
  return xor(xor(rotateRight(x, 7), rotateRight(x, 18)), shiftRight(x, 3));
}
@inline function smallSigma1<T>(x: T): T {
  return xor(xor(rotateRight(x, 17), rotateRight(x, 19)), shiftRight(x, 10));
}
/** Ch: one operation on ARM; on x86, V8 makes it of the same three that numbers get. */
@inline function choose<T>(x: T, y: T, z: T): T {
  if (isVector<T>()) return v128.bitselect(y, z, x);
  else return xor(z, and(x, xor(y, z)));
}
/** Maj in three operations: `x ^ y` is `y ^ z` of the next round, and the compiler keeps it. */
@inline function majority<T>(x: T, y: T, z: T): T {
  return xor(y, and(xor(x, y), xor(y, z)));
}

/** T1 of section 6.2.2; `h` has the round's constant and schedule word added. */
@inline function t1<T>(h: T, e: T, f: T, g: T): T {
  return add(add(h, choose(e, f, g)), bigSigma1(e));
}
/** T2. */
@inline function t2<T>(a: T, b: T, c: T): T {
  return add(bigSigma0(a), majority(a, b, c));
}

/** Rounds `[from, to)` in place, with the schedule in W. Not for the loop over nonces. */
function runRounds(state: usize, from: u32, to: u32): void {
  for (let t = from; t < to; t += 1) {
    const h = at(state, 7) + at(K, t) + at(W, t);
    const rise = t1<u32>(h, at(state, 4), at(state, 5), at(state, 6));
    const sum = rise + t2<u32>(at(state, 0), at(state, 1), at(state, 2));
    memory.copy(state + 4, state, 28);
    put(state, 0, sum);
    put(state, 4, at(state, 4) + rise);
  }
}

/** Whether schedule word `t` depends on the nonce. */
function isFree(t: u32): bool {
  return t != NONCE_WORD && (t < 19 || t == 20 || t == 22 || t == 24);
}

/** The challenge as eight big-endian words: to be called once, before any search. */
export function bindChallenge(
  w0: u32,
  w1: u32,
  w2: u32,
  w3: u32,
  w4: u32,
  w5: u32,
  w6: u32,
  w7: u32,
): void {
  put(W, 0, w0);
  put(W, 1, w1);
  put(W, 2, w2);
  put(W, 3, w3);
  put(W, 4, w4);
  put(W, 5, w5);
  put(W, 6, w6);
  put(W, 7, w7);
  // "edge", "toll", "/1\0\0".
  put(W, 8, 0x65646765);
  put(W, 9, 0x746f6c6c);
  put(W, 10, 0x2f310000);
  // Padding of a 52-byte message: one 1 bit, then the length in bits.
  put(W, 13, 0x80000000);
  put(W, 14, 0);
  put(W, 15, 52 * 8);
  memory.copy(AFTER_CHALLENGE, INITIAL, 32);
  runRounds(AFTER_CHALLENGE, 0, INDEX_WORD);
}

/** Makes all that is fixed for the attempts at sub-puzzle `index`. */
export function bindIndex(index: u32): void {
  put(W, INDEX_WORD, index);
  for (let t: u32 = 16; t < END; t += 1) {
    let part: u32 = 0;
    if (isFree(t - 16)) part += at(W, t - 16);
    if (isFree(t - 15)) part += smallSigma0<u32>(at(W, t - 15));
    if (isFree(t - 7)) part += at(W, t - 7);
    if (isFree(t - 2)) part += smallSigma1<u32>(at(W, t - 2));
    put(PARTS, t, part);
    if (isFree(t)) put(W, t, part);
  }
  memory.copy(AFTER_INDEX, AFTER_CHALLENGE, 32);
  runRounds(AFTER_INDEX, INDEX_WORD, NONCE_WORD + 1);
  for (let t = NONCE_WORD + 1; t < END; t += 1) put(TERMS, t, at(K, t) + at(W, t));
  for (let i: u32 = 0; i < 3; i += 1) {
    put(TERMS, 13 + i, at(TERMS, 13 + i) + at(AFTER_INDEX, 7 - i));
  }
  put(TERMS, 60, at(TERMS, 60) + at(INITIAL, 7));
}

@inline function splat<T>(table: usize, i: u32): T {
  if (isVector<T>()) return v128.load32_splat(table + (i << 2));
  else return load<u32>(table + (i << 2));
}
@inline function term<T>(round: u32): T {
  return splat<T>(TERMS, round);
}
@inline function part<T>(word: u32): T {
  return splat<T>(PARTS, word);
}

/**
 * The last output word of the attempt with `nonce`, or of the four with its lanes.
 *
 * Unrolled, because the state then moves by renaming: the value made in a round takes the place
 * of the one that drops out. Word t of the schedule lives in `w<t mod 16>`.
 */
@inline export function lastWord<T>(nonce: T): T {
  let a = add(splat<T>(AFTER_INDEX, 0), nonce);
  let b = splat<T>(AFTER_INDEX, 1);
  let c = splat<T>(AFTER_INDEX, 2);
  let d = splat<T>(AFTER_INDEX, 3);
  let e = add(splat<T>(AFTER_INDEX, 4), nonce);
  let f = splat<T>(AFTER_INDEX, 5);
  let g = splat<T>(AFTER_INDEX, 6);
  let h: T;

  h = t1(term<T>(13), e, f, g);
  d = add(d, h);
  h = add(h, t2(a, b, c));
  g = t1(term<T>(14), d, e, f);
  c = add(c, g);
  g = add(g, t2(h, a, b));
  f = t1(term<T>(15), c, d, e);
  b = add(b, f);
  f = add(f, t2(g, h, a));
  e = t1(add(e, term<T>(16)), b, c, d);
  a = add(a, e);
  e = add(e, t2(f, g, h));
  d = t1(add(d, term<T>(17)), a, b, c);
  h = add(h, d);
  d = add(d, t2(e, f, g));
  c = t1(add(c, term<T>(18)), h, a, b);
  g = add(g, c);
  c = add(c, t2(d, e, f));
  let w3 = add(part<T>(19), nonce);
  b = t1(add(b, add(w3, term<T>(19))), g, h, a);
  f = add(f, b);
  b = add(b, t2(c, d, e));
  a = t1(add(a, term<T>(20)), f, g, h);
  e = add(e, a);
  a = add(a, t2(b, c, d));
  let w5 = add(part<T>(21), smallSigma1(w3));
  h = t1(add(h, add(w5, term<T>(21))), e, f, g);
  d = add(d, h);
  h = add(h, t2(a, b, c));
  g = t1(add(g, term<T>(22)), d, e, f);
  c = add(c, g);
  g = add(g, t2(h, a, b));
  let w7 = add(part<T>(23), smallSigma1(w5));
  f = t1(add(f, add(w7, term<T>(23))), c, d, e);
  b = add(b, f);
  f = add(f, t2(g, h, a));
  e = t1(add(e, term<T>(24)), b, c, d);
  a = add(a, e);
  e = add(e, t2(f, g, h));
  let w9 = add(part<T>(25), smallSigma1(w7));
  d = t1(add(d, add(w9, term<T>(25))), a, b, c);
  h = add(h, d);
  d = add(d, t2(e, f, g));
  let w10 = add(part<T>(26), w3);
  c = t1(add(c, add(w10, term<T>(26))), h, a, b);
  g = add(g, c);
  c = add(c, t2(d, e, f));
  let w11 = add(add(part<T>(27), smallSigma0(nonce)), smallSigma1(w9));
  b = t1(add(b, add(w11, term<T>(27))), g, h, a);
  f = add(f, b);
  b = add(b, t2(c, d, e));
  let w12 = add(add(add(part<T>(28), nonce), w5), smallSigma1(w10));
  a = t1(add(a, add(w12, term<T>(28))), f, g, h);
  e = add(e, a);
  a = add(a, t2(b, c, d));
  let w13 = add(part<T>(29), smallSigma1(w11));
  h = t1(add(h, add(w13, term<T>(29))), e, f, g);
  d = add(d, h);
  h = add(h, t2(a, b, c));
  let w14 = add(add(part<T>(30), w7), smallSigma1(w12));
  g = t1(add(g, add(w14, term<T>(30))), d, e, f);
  c = add(c, g);
  g = add(g, t2(h, a, b));
  let w15 = add(part<T>(31), smallSigma1(w13));
  f = t1(add(f, add(w15, term<T>(31))), c, d, e);
  b = add(b, f);
  f = add(f, t2(g, h, a));
  let w0 = add(add(part<T>(32), w9), smallSigma1(w14));
  e = t1(add(e, add(w0, term<T>(32))), b, c, d);
  a = add(a, e);
  e = add(e, t2(f, g, h));
  let w1 = add(add(part<T>(33), w10), smallSigma1(w15));
  d = t1(add(d, add(w1, term<T>(33))), a, b, c);
  h = add(h, d);
  d = add(d, t2(e, f, g));
  let w2 = add(add(add(part<T>(34), smallSigma0(w3)), w11), smallSigma1(w0));
  c = t1(add(c, add(w2, term<T>(34))), h, a, b);
  g = add(g, c);
  c = add(c, t2(d, e, f));
  w3 = add(add(add(part<T>(35), w3), w12), smallSigma1(w1));
  b = t1(add(b, add(w3, term<T>(35))), g, h, a);
  f = add(f, b);
  b = add(b, t2(c, d, e));
  let w4 = add(add(add(part<T>(36), smallSigma0(w5)), w13), smallSigma1(w2));
  a = t1(add(a, add(w4, term<T>(36))), f, g, h);
  e = add(e, a);
  a = add(a, t2(b, c, d));
  w5 = add(add(add(part<T>(37), w5), w14), smallSigma1(w3));
  h = t1(add(h, add(w5, term<T>(37))), e, f, g);
  d = add(d, h);
  h = add(h, t2(a, b, c));
  let w6 = add(add(add(part<T>(38), smallSigma0(w7)), w15), smallSigma1(w4));
  g = t1(add(g, add(w6, term<T>(38))), d, e, f);
  c = add(c, g);
  g = add(g, t2(h, a, b));
  w7 = add(add(add(part<T>(39), w7), w0), smallSigma1(w5));
  f = t1(add(f, add(w7, term<T>(39))), c, d, e);
  b = add(b, f);
  f = add(f, t2(g, h, a));
  let w8 = add(add(add(part<T>(40), smallSigma0(w9)), w1), smallSigma1(w6));
  e = t1(add(e, add(w8, term<T>(40))), b, c, d);
  a = add(a, e);
  e = add(e, t2(f, g, h));
  w9 = add(add(add(w9, smallSigma0(w10)), w2), smallSigma1(w7));
  d = t1(add(d, add(w9, term<T>(41))), a, b, c);
  h = add(h, d);
  d = add(d, t2(e, f, g));
  w10 = add(add(add(w10, smallSigma0(w11)), w3), smallSigma1(w8));
  c = t1(add(c, add(w10, term<T>(42))), h, a, b);
  g = add(g, c);
  c = add(c, t2(d, e, f));
  w11 = add(add(add(w11, smallSigma0(w12)), w4), smallSigma1(w9));
  b = t1(add(b, add(w11, term<T>(43))), g, h, a);
  f = add(f, b);
  b = add(b, t2(c, d, e));
  w12 = add(add(add(w12, smallSigma0(w13)), w5), smallSigma1(w10));
  a = t1(add(a, add(w12, term<T>(44))), f, g, h);
  e = add(e, a);
  a = add(a, t2(b, c, d));
  w13 = add(add(add(w13, smallSigma0(w14)), w6), smallSigma1(w11));
  h = t1(add(h, add(w13, term<T>(45))), e, f, g);
  d = add(d, h);
  h = add(h, t2(a, b, c));
  w14 = add(add(add(w14, smallSigma0(w15)), w7), smallSigma1(w12));
  g = t1(add(g, add(w14, term<T>(46))), d, e, f);
  c = add(c, g);
  g = add(g, t2(h, a, b));
  w15 = add(add(add(w15, smallSigma0(w0)), w8), smallSigma1(w13));
  f = t1(add(f, add(w15, term<T>(47))), c, d, e);
  b = add(b, f);
  f = add(f, t2(g, h, a));
  w0 = add(add(add(w0, smallSigma0(w1)), w9), smallSigma1(w14));
  e = t1(add(e, add(w0, term<T>(48))), b, c, d);
  a = add(a, e);
  e = add(e, t2(f, g, h));
  w1 = add(add(add(w1, smallSigma0(w2)), w10), smallSigma1(w15));
  d = t1(add(d, add(w1, term<T>(49))), a, b, c);
  h = add(h, d);
  d = add(d, t2(e, f, g));
  w2 = add(add(add(w2, smallSigma0(w3)), w11), smallSigma1(w0));
  c = t1(add(c, add(w2, term<T>(50))), h, a, b);
  g = add(g, c);
  c = add(c, t2(d, e, f));
  w3 = add(add(add(w3, smallSigma0(w4)), w12), smallSigma1(w1));
  b = t1(add(b, add(w3, term<T>(51))), g, h, a);
  f = add(f, b);
  b = add(b, t2(c, d, e));
  w4 = add(add(add(w4, smallSigma0(w5)), w13), smallSigma1(w2));
  a = t1(add(a, add(w4, term<T>(52))), f, g, h);
  e = add(e, a);
  a = add(a, t2(b, c, d));
  w5 = add(add(add(w5, smallSigma0(w6)), w14), smallSigma1(w3));
  h = t1(add(h, add(w5, term<T>(53))), e, f, g);
  d = add(d, h);
  h = add(h, t2(a, b, c));
  w6 = add(add(add(w6, smallSigma0(w7)), w15), smallSigma1(w4));
  g = t1(add(g, add(w6, term<T>(54))), d, e, f);
  c = add(c, g);
  g = add(g, t2(h, a, b));
  w7 = add(add(add(w7, smallSigma0(w8)), w0), smallSigma1(w5));
  f = t1(add(f, add(w7, term<T>(55))), c, d, e);
  b = add(b, f);
  f = add(f, t2(g, h, a));
  w8 = add(add(add(w8, smallSigma0(w9)), w1), smallSigma1(w6));
  e = t1(add(e, add(w8, term<T>(56))), b, c, d);
  a = add(a, e);
  e = add(e, t2(f, g, h));
  w9 = add(add(add(w9, smallSigma0(w10)), w2), smallSigma1(w7));
  h = add(h, t1(add(d, add(w9, term<T>(57))), a, b, c));
  w10 = add(add(add(w10, smallSigma0(w11)), w3), smallSigma1(w8));
  g = add(g, t1(add(c, add(w10, term<T>(58))), h, a, b));
  w11 = add(add(add(w11, smallSigma0(w12)), w4), smallSigma1(w9));
  f = add(f, t1(add(b, add(w11, term<T>(59))), g, h, a));
  w12 = add(add(add(w12, smallSigma0(w13)), w5), smallSigma1(w10));
  return add(e, t1(add(a, add(w12, term<T>(60))), f, g, h));
}
