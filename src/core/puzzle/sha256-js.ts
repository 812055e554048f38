/**
 * The plain-JavaScript engine of the sha256 puzzle: the readable reference that every other
 * engine must equal, and what runs where no faster one can.
 *
 * Owns the layout of one attempt (DESIGN.md section 5) and the shortcuts that its fixed parts
 * allow; must not know tokens, lanes or clocks. The single block, in 32-bit words:
 *
 *    0..7    SHA-256 of the challenge            fixed by the challenge
 *    8..10   "edgetoll/1", two zero bytes        fixed
 *    11      sub-puzzle index                    fixed within a slice
 *    12      nonce
 *    13..15  padding: 0x80000000, 0, 416 bits    fixed
 *
 * What an attempt need not do, with rounds counted from 0:
 * - Rounds 0-10 see only the challenge, round 11 adds the index: run once and kept.
 * - Round 12 only adds its word to what becomes a and e: kept with nonce 0, the nonce added.
 * - Schedule words 16, 17 and 18 do not reach back to word 12: kept. Word 19 is linear in it: kept
 *   with nonce 0, the nonce added. (20, 22 and 24 are free of it too; leaving them out of the loop
 *   below gained nothing measurable.)
 * - The test reads the last output word, IV[7] + h after round 63. A value made as e in round 60
 *   is f, g and h after rounds 61, 62 and 63, so those three are not run, nor are schedule
 *   words 61-63 made.
 * - e in round 60 takes d from a as round 56 left it, so rounds 57-60 do not make a.
 *
 * 2.4 MH/s per thread (median of 12, Node 24.21, one vCPU of a shared Sapphire Rapids, November
 * 2026). Unrolling by 4 rounds and adding K to the schedule beforehand measured the same; only
 * unrolling everything into locals is faster (6 MH/s, 9 KB of source), and speed is for the WASM
 * engine. The schedule and the rounds are separate functions because V8 then inlines all of each.
 */
import {
  INITIAL_STATE,
  ROUNDS,
  type RoundRange,
  runRounds,
  runRoundsForE,
  extendSchedule,
} from './sha256-compress.ts';
import {
  bigEndianWords,
  type NonceSlice,
  requireEngineInput,
  type Sha256Engine,
  type SliceResult,
} from './sha256-engine.ts';

const INDEX_WORD = 11;
const NONCE_WORD = 12;
/** "edge", "toll", "/1\0\0". */
const LABEL = [0x65646765, 0x746f6c6c, 0x2f310000];
/** Padding of a 52-byte message: one 1 bit, then the length in bits. */
const PADDING = [0x80000000, 0, 52 * 8];

const NONCE_WORDS: RoundRange = { from: 20, to: 61 };
const FULL_ROUNDS: RoundRange = { from: NONCE_WORD + 1, to: 57 };
const E_ROUNDS: RoundRange = { from: 57, to: 61 };

/** An engine bound to one challenge and threshold: see `requireEngineInput`, which may throw. */
export function createJsEngine(challengeDigest: Uint8Array, threshold: number): Sha256Engine {
  requireEngineInput(challengeDigest, threshold);
  const w = new Int32Array(ROUNDS);
  w.set(bigEndianWords(challengeDigest));
  w.set(LABEL, 8);
  w.set(PADDING, 13);
  const afterChallenge = Int32Array.from(INITIAL_STATE);
  runRounds(afterChallenge, w, { from: 0, to: INDEX_WORD });

  return {
    name: 'js',
    search: (slice) => searchSlice({ w, afterChallenge, threshold }, slice),
  };
}

interface Prepared {
  /** The message schedule; words 0-10 and 13-15 set, the rest scratch. */
  readonly w: Int32Array;
  /** a..h after round 10. */
  readonly afterChallenge: Int32Array;
  readonly threshold: number;
}

function searchSlice(prepared: Prepared, { index, from, count }: NonceSlice): SliceResult {
  const { w, threshold } = prepared;
  const afterRound12 = prepareIndex(prepared, index);
  const state = new Int32Array(8);
  const [a = 0, , , , e = 0] = afterRound12;
  const word19 = w[19] ?? 0;
  const iv7 = INITIAL_STATE[7] ?? 0;

  for (let attempts = 1; attempts <= count; attempts += 1) {
    const nonce = (from + attempts - 1) | 0;
    w[NONCE_WORD] = nonce;
    w[19] = word19 + nonce;
    extendSchedule(w, NONCE_WORDS);

    state.set(afterRound12);
    state[0] = a + nonce;
    state[4] = e + nonce;
    runRounds(state, w, FULL_ROUNDS);
    const lastWord = (iv7 + runRoundsForE(state, w, E_ROUNDS)) >>> 0;
    if (lastWord <= threshold) return { nonce: nonce >>> 0, attempts };
  }
  return { nonce: undefined, attempts: count };
}

/** Everything that is fixed within a slice: the late schedule words, and a..h after round 12 with nonce 0. */
function prepareIndex({ w, afterChallenge }: Prepared, index: number): Int32Array {
  w[INDEX_WORD] = index;
  w[NONCE_WORD] = 0;
  extendSchedule(w, { from: 16, to: 20 });
  const state = afterChallenge.slice();
  runRounds(state, w, { from: INDEX_WORD, to: NONCE_WORD + 1 });
  return state;
}
