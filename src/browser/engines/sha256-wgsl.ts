/**
 * The sha256 puzzle as a WGSL compute kernel: a generator of its text, and the record of numbers
 * that it reads for each sub-puzzle.
 *
 * Owns the kernel and what the host works out for it beforehand; must not know devices, buffers
 * or time. The text is made when it is needed because the generator is a tenth of its size.
 *
 * What one attempt need not do, rounds and schedule words counted from 0 (message: DESIGN.md
 * section 5; the nonce is word 12, words 13-15 are padding):
 * - Rounds 0-10 see only the challenge's digest, round 11 adds the index, and round 12 adds the
 *   nonce to a and e of what it would leave with nonce 0. So an attempt starts after round 12,
 *   from eight words of the record, with the nonce added to two of them.
 * - W16, 17, 18, 20, 22 and 24 do not reach back to word 12. They enter rounds as one number,
 *   K + W, and every later word that is made of them (up to W40) as one number too: the sum of
 *   those of its four terms that do not know the nonce.
 * - The test reads only the last output word: IV[7] + h after round 63. What round 60 makes as e
 *   is f, g and h after rounds 61, 62 and 63: those three are not run, W61-W63 not made.
 * - What rounds 57-60 make as a reaches e only four rounds later: they make e alone.
 *
 * That leaves 48 rounds and 39 schedule words. The rounds are unrolled: state and schedule are
 * then plain names, never an array with a run-time index, which GPUs keep in slow memory. A round
 * does not move its eight words along, the generator renames them.
 *
 * Rotations are written as two shifts and an "or", the form that drivers know as one instruction;
 * choose and majority likewise become one three-input instruction where there is one.
 */
import { extendSchedule, INITIAL_STATE, K, runRounds } from '../../core/puzzle/sha256-compress.ts';

/** Invocations of one workgroup, which is always one-dimensional. */
export const WORKGROUP_SIZE = 64;

/**
 * The kernel's input, 32-bit words: a header, then one record per sub-puzzle of the dispatch.
 *
 *   0  threshold     4 + 34 y  first nonce of sub-puzzle y (the y of its workgroups)
 *   1  count             +  1  a..h after round 12 with nonce 0
 *   2  slots             +  9  for t = 16..40: K[t] + W[t] where W[t] is free of the nonce,
 *   3  not used                else the sum of those terms of W[t] that are
 *
 * `count` nonces of each are searched, at most 2^31. Once `slots` solutions of one are found, its
 * search ends early.
 */
export const HEADER_WORDS = 4;
export const RECORD_WORDS = 34;
/**
 * Its output, all zero at first: solutions found, attempts made (of full workgroups: up to 63 too
 * many), then `slots` nonces, in no order. More may be found than there are slots.
 */
export const RESULT_WORDS = 2;

const FIRST_ROUND = 13;
const LAST_ROUND = 60;
const FIRST_ROUND_WITHOUT_A = 57;
const NONCE_WORD = 12;
const LAST_FOLDED_WORD = 40;

const STATE = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const;

/** What schedule word t is made of: distance back, and the function of section 4.1.2 if any. */
const TERMS = [
  [2, 'V'],
  [7, ''],
  [15, 'U'],
  [16, ''],
] as const;

/** Whether schedule word t is the same for every nonce. */
function isFixed(t: number): boolean {
  return t < 16 ? t !== NONCE_WORD : t < 25 && TERMS.every(([back]) => isFixed(t - back));
}

/** Message words 13-15: one 1 bit, then the length of the message in bits. */
const PADDING = [0x80000000, 0, 416];

function rotation(name: string, [r1, r2, r3]: readonly [string, string, string]): string {
  return `fn ${name}(x:u32)->u32{return ${r1}^${r2}^${r3};}`;
}
const rotate = (by: number): string => `((x>>${by})|(x<<${32 - by}))`;

function formatScheduleWord(t: number): string {
  const terms = TERMS.filter(([back]) => !isFixed(t - back)).map(
    ([back, name]) => `${name}(w${t - back})`,
  );
  if (t <= LAST_FOLDED_WORD) terms.push(`c${t}`);
  return `let w${t}=${terms.join('+')};`;
}

/** What round t adds to T1 besides the state. */
function formatRoundConstant(t: number): string {
  if (!isFixed(t)) return `${(K[t] ?? 0) >>> 0}+w${t}`;
  return t < 16 ? `${((K[t] ?? 0) + (PADDING[t - 13] ?? 0)) >>> 0}` : `c${t}`;
}

function formatRounds(): string {
  let text = '';
  let names: readonly string[] = STATE;
  for (let t = FIRST_ROUND; t <= LAST_ROUND; t += 1) {
    const [a, b, c, d, e, f, g, h = ''] = names;
    if (!isFixed(t)) text += formatScheduleWord(t);
    text += `${h}+=T(${e})+C(${e},${f},${g})+${formatRoundConstant(t)};${d}+=${h};`;
    if (t < FIRST_ROUND_WITHOUT_A) text += `${h}+=S(${a})+M(${a},${b},${c});`;
    names = [h, ...names.slice(0, 7)];
  }
  return `${text}let z=${names[4]}+${INITIAL_STATE[7]};`;
}

/** The kernel: bindings 0 (input, read) and 1 (output, read and write) of group 0, entry `main`. */
export function createSha256Wgsl(): string {
  const folded = Array.from({ length: LAST_FOLDED_WORD - 15 }, (_, i) => i + 16);
  return `@group(0)@binding(0)var<storage,read>I:array<u32>;
@group(0)@binding(1)var<storage,read_write>O:array<atomic<u32>>;
${rotation('S', [rotate(2), rotate(13), rotate(22)])}
${rotation('T', [rotate(6), rotate(11), rotate(25)])}
${rotation('U', [rotate(7), rotate(18), '(x>>3)'])}
${rotation('V', [rotate(17), rotate(19), '(x>>10)'])}
fn C(x:u32,y:u32,z:u32)->u32{return z^(x&(y^z));}
fn M(x:u32,y:u32,z:u32)->u32{return (x&y)|(z&(x|y));}
@compute@workgroup_size(${WORKGROUP_SIZE})fn main(@builtin(workgroup_id)p:vec3u,@builtin(num_workgroups)q:vec3u,@builtin(local_invocation_index)l:u32){
let r=${HEADER_WORDS}+p.y*${RECORD_WORDS};let t=I[0];let m=I[1];let s=I[2];let o=p.y*(s+${RESULT_WORDS});let n=I[r];
${STATE.map((name, i) => `let ${name}0=I[r+${i + 1}];`).join('')}
${folded.map((t) => `let c${t}=I[r+${t - 7}];`).join('')}
var k=0u;
for(var i=p.x*${WORKGROUP_SIZE}+l;i<m;i+=q.x*${WORKGROUP_SIZE}){
if(atomicLoad(&O[o])>=s){break;}
let w12=n+i;
${STATE.map((name) => `var ${name}=${name}0;`).join('')}a+=w12;e+=w12;
${formatRounds()}
if(z<=t){let j=atomicAdd(&O[o],1);if(j<s){atomicStore(&O[o+j+${RESULT_WORDS}],w12);}}
k+=${WORKGROUP_SIZE};}
if(l==0){atomicAdd(&O[o+1],k);}}`;
}

/**
 * The record of each sub-puzzle of one challenge, first nonce 0.
 * `challengeDigest`: 32 bytes, the SHA-256 of the challenge's compact serialisation.
 */
export function createRecords(challengeDigest: Uint8Array): (index: number) => Uint32Array {
  const { buffer, byteOffset } = challengeDigest;
  const view = new DataView(buffer, byteOffset, 32);
  const message = new Int32Array(64);
  for (let i = 0; i < 8; i += 1) message[i] = view.getInt32(4 * i);
  // "edge", "toll", "/1\0\0", then index and nonce.
  message.set([0x65646765, 0x746f6c6c, 0x2f310000, 0, 0, ...PADDING], 8);
  return (index) => {
    const w = message.slice();
    w[11] = index;
    const record = new Int32Array(RECORD_WORDS);
    const state = Int32Array.from(INITIAL_STATE);
    runRounds(state, w, { from: 0, to: FIRST_ROUND });
    record.set(state, 1);
    for (let t = 16; t <= LAST_FOLDED_WORD; t += 1) {
      // A word that knows the nonce is left 0, which both functions of the schedule map to 0: so
      // this is the sum of the other terms.
      extendSchedule(w, { from: t, to: t + 1 });
      const sum = w[t] ?? 0;
      record[t - 7] = isFixed(t) ? sum + (K[t] ?? 0) : sum;
      if (!isFixed(t)) w[t] = 0;
    }
    return new Uint32Array(record.buffer);
  };
}
