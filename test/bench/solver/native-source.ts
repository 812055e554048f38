/**
 * The native reference in C: our message, our skipped rounds, four lanes of 128 bits.
 *
 * Owns the text. The 48 rounds are written out here, because the state then moves by renaming and
 * every schedule word is a variable, as in src/wasm/sha256-kernel.ts, whose shortcuts these are:
 * rounds 0-12 and all that does not depend on the nonce are kept per sub-puzzle, rounds 61-63
 * are not run, rounds 57-60 make e alone.
 */
import { INITIAL_STATE } from '../../../src/core/puzzle/sha256-compress.ts';

const NONCE_WORD = 12;
const END = 61;
const FIRST_E_ROUND = 57;

/** K of FIPS 180-4, section 4.2.2: the first 32 bits of the fractions of cube roots of primes. */
function listConstants(): readonly number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n += 1) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  return primes.map((prime) => {
    // The cube root of prime * 2^96 is 2^32 times that of the prime.
    const cube = BigInt(prime) << 96n;
    let root = 0n;
    for (let bit = 1n << 36n; bit > 0n; bit >>= 1n) {
      if ((root + bit) ** 3n <= cube) root += bit;
    }
    return Number(BigInt.asUintN(32, root));
  });
}

/** Whether schedule word `t` is the same for every nonce. */
function isFixed(t: number): boolean {
  return t !== NONCE_WORD && (t < 19 || t === 20 || t === 22 || t === 24);
}

function formatWords(words: Iterable<number>): string {
  return [...words].map((word) => `0x${(word >>> 0).toString(16)}u`).join(', ');
}

function formatScheduleWord(t: number): string {
  const terms: readonly (readonly [number, (word: string) => string])[] = [
    [t - 16, (word) => word],
    [t - 15, (word) => `s0(${word})`],
    [t - 7, (word) => word],
    [t - 2, (word) => `s1(${word})`],
  ];
  const moving = terms
    .filter(([from]) => !isFixed(from))
    .map(([from, format]) => format(`w${from}`));
  const kept = moving.length < terms.length ? [`part[${t}]`] : [];
  return `  V w${t} = ${[...kept, ...moving].join(' + ')};\n`;
}

function formatRound(t: number): string {
  const at = (place: number): string => 'abcdefgh'[(place + 8 * END - (t - 13)) % 8] ?? '';
  const [a, b, c, d, e, f, g, h] = [0, 1, 2, 3, 4, 5, 6, 7].map(at);
  const word = isFixed(t) ? '' : formatScheduleWord(t);
  // Word 13, 14 and 15 carry the h of their rounds, which is fixed too.
  const base = `${t < 16 ? '' : `${h} + `}${isFixed(t) ? '' : `w${t} + `}term[${t}]`;
  const first = `  ${h} = ${base} + S1(${e}) + Ch(${e}, ${f}, ${g});\n  ${d} += ${h};\n`;
  const second = t < FIRST_E_ROUND ? `  ${h} += S0(${a}) + Maj(${a}, ${b}, ${c});\n` : '';
  return word + first + second;
}

function formatLastWord(): string {
  const rounds = Array.from({ length: END - 13 }, (_, i) => formatRound(13 + i)).join('');
  const result = 'abcdefgh'[(3 + 8 * END - (END - 1 - 13)) % 8];
  return `static inline V lastWord(V w12) {
  V a = from[0] + w12, b = from[1], c = from[2], d = from[3];
  V e = from[4] + w12, f = from[5], g = from[6], h;
${rounds}  return ${result};
}`;
}

/** Prints one solution a line, "index nonce", then "attempts cpuNanoseconds elapsedNanoseconds". */
export function formatNativeSource(): string {
  return `#define _POSIX_C_SOURCE 199309L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef uint32_t V __attribute__((vector_size(16)));
typedef int32_t Mask __attribute__((vector_size(16)));

#define rotr(x, n) (((x) >> (n)) | ((x) << (32 - (n))))
#define S0(x) (rotr(x, 2) ^ rotr(x, 13) ^ rotr(x, 22))
#define S1(x) (rotr(x, 6) ^ rotr(x, 11) ^ rotr(x, 25))
#define s0(x) (rotr(x, 7) ^ rotr(x, 18) ^ ((x) >> 3))
#define s1(x) (rotr(x, 17) ^ rotr(x, 19) ^ ((x) >> 10))
#define Ch(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
#define Maj(x, y, z) (((x) & (y)) | ((z) & ((x) | (y))))

static const uint32_t K[64] = { ${formatWords(listConstants())} };
static const uint32_t IV[8] = { ${formatWords(INITIAL_STATE)} };
static uint32_t word[64];
static V part[64], term[64], from[8];

static V splat(uint32_t x) { return (V){ x, x, x, x }; }
static int isFixed(int t) { return t != 12 && (t < 19 || t == 20 || t == 22 || t == 24); }

static void bindIndex(uint32_t index) {
  word[11] = index;
  for (int t = 16; t < ${END}; t++) {
    uint32_t sum = 0;
    if (isFixed(t - 16)) sum += word[t - 16];
    if (isFixed(t - 15)) sum += s0(word[t - 15]);
    if (isFixed(t - 7)) sum += word[t - 7];
    if (isFixed(t - 2)) sum += s1(word[t - 2]);
    word[t] = isFixed(t) ? sum : 0;
    part[t] = splat(sum);
  }
  uint32_t state[8];
  memcpy(state, IV, 32);
  for (int t = 0; t < 13; t++) {
    uint32_t w = t == 12 ? 0 : word[t];
    uint32_t t1 = state[7] + S1(state[4]) + Ch(state[4], state[5], state[6]) + K[t] + w;
    uint32_t t2 = S0(state[0]) + Maj(state[0], state[1], state[2]);
    memmove(state + 1, state, 28);
    state[0] = t1 + t2;
    state[4] += t1;
  }
  for (int i = 0; i < 8; i++) from[i] = splat(state[i]);
  for (int t = 13; t < ${END}; t++) term[t] = splat(K[t] + word[t]);
  for (int i = 0; i < 3; i++) term[13 + i] += splat(state[7 - i]);
  term[60] += splat(IV[7]);
}

${formatLastWord()}

/* The first solution at or after nonce 0 of the bound index. */
static uint32_t search(uint32_t threshold) {
  const V limit = splat(threshold);
  V nonce = { 0, 1, 2, 3 };
  for (;; nonce += 4) {
    Mask hits = (Mask)(lastWord(nonce) <= limit);
    uint64_t halves[2];
    memcpy(halves, &hits, 16);
    if (halves[0] | halves[1]) {
      for (int i = 0; i < 4; i++) if (hits[i]) return nonce[i];
    }
  }
}

static uint64_t now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Arguments: digest (64 hexadecimal digits), threshold, seconds. */
int main(int count, char **values) {
  if (count != 4 || strlen(values[1]) != 64) return 2;
  for (int i = 0; i < 8; i++) {
    char digits[9] = { 0 };
    memcpy(digits, values[1] + 8 * i, 8);
    word[i] = (uint32_t)strtoul(digits, NULL, 16);
  }
  word[8] = 0x65646765; word[9] = 0x746f6c6c; word[10] = 0x2f310000;
  word[13] = 0x80000000; word[14] = 0; word[15] = 52 * 8;
  const uint32_t threshold = (uint32_t)strtoul(values[2], NULL, 10);
  const uint64_t length = (uint64_t)(atof(values[3]) * 1e9);
  const uint64_t started = now(CLOCK_MONOTONIC), busy = now(CLOCK_PROCESS_CPUTIME_ID);
  uint64_t attempts = 0, elapsed;
  uint32_t index = 0;
  do {
    bindIndex(index);
    uint32_t nonce = search(threshold);
    attempts += (uint64_t)nonce + 1;
    printf("%u %u\\n", index++, nonce);
    elapsed = now(CLOCK_MONOTONIC) - started;
  } while (elapsed < length);
  printf("%llu %llu %llu\\n", (unsigned long long)attempts,
         (unsigned long long)(now(CLOCK_PROCESS_CPUTIME_ID) - busy), (unsigned long long)elapsed);
  return 0;
}
`;
}
