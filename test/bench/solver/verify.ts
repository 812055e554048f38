/**
 * The check of every solution, ours and the peers', before it counts.
 *
 * Owns each peer's acceptance rule. node:crypto hashes; it has no BLAKE2b of 32 bytes, so that one
 * is @noble/hashes' on this side.
 */
import { createHash } from 'node:crypto';
import { createMessage, setAttempt } from '../../../src/core/puzzle/sha256-message.ts';
import { importDependency } from './dependencies.ts';
import type { Proof } from './page/jobs.ts';
import type { TargetName } from './targets.ts';

const MAX_SCORE = 2n ** 128n - 1n;

const sha256 = (...parts: readonly (string | Uint8Array)[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

function isOwnSolution({ digest, threshold, index, nonce }: Proof): boolean {
  const message = createMessage(Buffer.from(String(digest), 'hex'));
  setAttempt(message, Number(index), Number(nonce));
  return sha256(message).readUInt32BE(28) <= Number(threshold);
}

function isCapSolution({ salt, target, nonce }: Proof): boolean {
  return sha256(`${salt}${nonce}`).toString('hex').startsWith(String(target));
}

/** bincode writes a string as its length in 8 bytes, little-endian, and its bytes. */
function isMcaptchaSolution({ salt, phrase, difficulty, nonce }: Proof): boolean {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(String(phrase).length));
  const output = sha256(String(salt), length, String(phrase), String(nonce));
  const score = BigInt(`0x${output.toString('hex', 0, 16)}`);
  return score >= MAX_SCORE - MAX_SCORE / BigInt(difficulty ?? 0);
}

function isAltchaSolution({ salt, nonce, counter, keyPrefix }: Proof): boolean {
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(Number(counter));
  const message = Buffer.concat([Buffer.from(`${salt}${nonce}`, 'hex'), tail]);
  return sha256(message).toString('hex').startsWith(String(keyPrefix));
}

async function isFriendlySolution({ input, nonce, threshold }: Proof): Promise<boolean> {
  const blake2b: unknown = Reflect.get(
    Object(await importDependency('@noble/hashes/blake2.js')),
    'blake2b',
  );
  if (typeof blake2b !== 'function') throw new TypeError('@noble/hashes has no blake2b');
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(Number(nonce));
  const message = Buffer.concat([Buffer.from(String(input), 'hex'), tail]);
  const output = Buffer.from(
    Reflect.apply(blake2b, undefined, [message, { dkLen: 32 }]) as Uint8Array,
  );
  return output.readUInt32LE(0) < Number(threshold);
}

async function isSolution(name: TargetName, proof: Proof): Promise<boolean> {
  if (name === 'cap') return isCapSolution(proof);
  if (name === 'mcaptcha') return isMcaptchaSolution(proof);
  if (name === 'altcha') return isAltchaSolution(proof);
  if (name === 'friendly') return isFriendlySolution(proof);
  return isOwnSolution(proof);
}

/** Throws for the first proof that is none. */
export async function verifyProofs(name: TargetName, proofs: readonly Proof[]): Promise<void> {
  if (proofs.length === 0) throw new Error(`${name} found nothing`);
  for (const proof of proofs) {
    if (await isSolution(name, proof)) continue;
    throw new Error(`${name} handed in what is no solution: ${JSON.stringify(proof)}`);
  }
}
