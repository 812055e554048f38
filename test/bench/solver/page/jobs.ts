/**
 * One job per target: the message to its worker, and what the answer says.
 *
 * Owns the peers' formats, as their own widgets send them; must not know workers or clocks. A job
 * takes some tens of milliseconds, so that messages cost nothing.
 */
import type { BrowserName } from '../targets.ts';

/** A solution and all that Node needs to check it. */
export type Proof = Readonly<Record<string, string | number>>;

export interface Solved {
  readonly attempts: number;
  readonly proof: Proof;
}

export interface Job {
  readonly message: unknown;
  /** `undefined` for a message that is not the answer. Throws where the worker failed. */
  readonly read: (answer: unknown) => Solved | undefined;
}

export interface JobSource {
  readonly worker: { readonly url: string; readonly isModule: boolean };
  readonly next: () => Job;
}

/** Expected attempts of one job; Cap's and Altcha's difficulties are whole hexadecimal digits. */
const EXPECTED: Readonly<Record<BrowserName, number>> = {
  'wasm-simd': 2 ** 20,
  'wasm-scalar': 2 ** 18,
  js: 2 ** 17,
  webcrypto: 2 ** 13,
  cap: 16 ** 4,
  friendly: 2 ** 17,
  mcaptcha: 2 ** 17,
  altcha: 16 ** 2,
  'hash-wasm': 2 ** 16,
  noble: 2 ** 15,
  'subtle-loop': 2 ** 12,
};

type Random = () => number;

/** Marsaglia's xorshift32: the same challenges in every run. */
function createRandom(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e37_79b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

function randomBytes(random: Random, length: number): Uint8Array {
  // Its low bits repeat soonest.
  return Uint8Array.from({ length }, () => random() >>> 24);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function readNumber(answer: unknown, name: string): number {
  if (typeof answer === 'object' && answer !== null) {
    const value: unknown = Reflect.get(answer, name);
    if (typeof value === 'number') return value;
  }
  throw new TypeError(`the worker answered ${JSON.stringify(answer)}`);
}

const thresholdOf = (expected: number): number => Math.floor(2 ** 32 / expected) - 1;

/** Ours, and what searches our message: one challenge per worker, a sub-puzzle per job. */
function createOwnJobs(name: BrowserName, random: Random): () => Job {
  const digest = randomBytes(random, 32);
  const threshold = thresholdOf(EXPECTED[name]);
  let index = 0;
  return () => {
    const message = { name, digest, threshold, index };
    index += 1;
    return {
      message,
      read: (answer) => ({
        attempts: readNumber(answer, 'attempts'),
        proof: {
          digest: hex(digest),
          threshold,
          index: message.index,
          nonce: readNumber(answer, 'nonce'),
        },
      }),
    };
  };
}

function createCapJob(random: Random): Job {
  const salt = hex(randomBytes(random, 16));
  const target = hex(randomBytes(random, 2));
  return {
    message: { name: 'cap', salt, target },
    read: (answer) => {
      const nonce = readNumber(answer, 'nonce');
      return { attempts: nonce + 1, proof: { salt, target, nonce } };
    },
  };
}

function createMcaptchaJob(random: Random): Job {
  const salt = hex(randomBytes(random, 16));
  const phrase = hex(randomBytes(random, 16));
  const difficulty = EXPECTED.mcaptcha;
  return {
    message: { name: 'mcaptcha', salt, phrase, difficulty },
    read: (answer) => {
      const nonce = readNumber(answer, 'nonce');
      return { attempts: nonce, proof: { salt, phrase, difficulty, nonce } };
    },
  };
}

/** The nonce is the last four bytes, little-endian, from zero. */
function createFriendlyJob(random: Random): Job {
  const input = new Uint8Array(128);
  input.set(randomBytes(random, 32));
  const threshold = thresholdOf(EXPECTED.friendly);
  return {
    message: {
      type: 'start',
      puzzleSolverInput: input,
      threshold,
      puzzleIndex: 0,
      puzzleNumber: 1,
    },
    read: (answer) => {
      const type: unknown = Reflect.get(Object(answer), 'type');
      if (type === 'ready' && readNumber(answer, 'solver') !== 2) {
        throw new Error('friendly-challenge fell back to JavaScript');
      }
      if (type === 'ready' || type === 'started') return undefined;
      const nonce = readNumber(answer, 'h');
      return { attempts: nonce + 1, proof: { input: hex(input.slice(0, 124)), threshold, nonce } };
    },
  };
}

function createAltchaJob(random: Random): Job {
  const nonce = hex(randomBytes(random, 16));
  const salt = hex(randomBytes(random, 16));
  const keyPrefix = hex(randomBytes(random, 1));
  const parameters = { algorithm: 'SHA-256', nonce, salt, cost: 1, keyLength: 32, keyPrefix };
  return {
    message: {
      type: 'work',
      challenge: { parameters },
      counterMode: 'uint32',
      counterStart: 0,
      counterStep: 1,
      timeout: 90_000,
    },
    read: (answer) => {
      const counter = readNumber(answer, 'counter');
      return { attempts: counter + 1, proof: { nonce, salt, keyPrefix, counter } };
    },
  };
}

const OWN_WORKER = { url: '/worker.js', isModule: true } as const;

/** Jobs for one worker; each `seed` has its own challenges. */
export function createJobs(name: BrowserName, seed: number): JobSource {
  const random = createRandom(seed);
  switch (name) {
    case 'cap':
      return { worker: OWN_WORKER, next: () => createCapJob(random) };
    case 'mcaptcha':
      return { worker: OWN_WORKER, next: () => createMcaptchaJob(random) };
    case 'friendly':
      return {
        worker: { url: '/peers/friendly-challenge/worker.min.js', isModule: false },
        next: () => createFriendlyJob(random),
      };
    case 'altcha':
      return {
        worker: { url: '/peers/altcha/dist/workers/sha.js', isModule: false },
        next: () => createAltchaJob(random),
      };
    case 'wasm-simd':
    case 'wasm-scalar':
    case 'js':
    case 'webcrypto':
    case 'hash-wasm':
    case 'noble':
    case 'subtle-loop':
      return { worker: OWN_WORKER, next: createOwnJobs(name, random) };
    default:
      return name satisfies never;
  }
}
