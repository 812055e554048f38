/**
 * What is measured: our engines, what npm carries, a loop over WebCrypto and native code.
 *
 * Owns the facts of each; must not know how anything is run. Message lengths and compressions are
 * those of one attempt as the jobs of page/jobs.ts set it.
 */

export type TargetKind = 'ours' | 'peer' | 'loop' | 'native';

interface Facts {
  readonly kind: TargetKind;
  readonly hash: 'sha256' | 'blake2b';
  readonly messageBytes: string;
  /** Per attempt, whole or shortened ones alike. */
  readonly compressions: number;
  /** Where it comes from and how it is called. */
  readonly note: string;
}

const OWN = { hash: 'sha256', messageBytes: '52', compressions: 1 } as const;
const SKIPS = 'rounds 0-12 kept, 61-63 skipped';

const FACTS = {
  'wasm-simd': { ...OWN, kind: 'ours', note: SKIPS },
  'wasm-scalar': { ...OWN, kind: 'ours', note: SKIPS },
  js: { ...OWN, kind: 'ours', note: SKIPS },
  webcrypto: { ...OWN, kind: 'ours', note: '64 digests under way at a time' },
  cap: {
    kind: 'peer',
    hash: 'sha256',
    messageBytes: '33-39',
    compressions: 1,
    note: '@cap.js/wasm, solve_pow; the newest that npm has (0.0.6) is scalar, later ones are not on it',
  },
  friendly: {
    kind: 'peer',
    hash: 'blake2b',
    messageBytes: '128',
    compressions: 1,
    note: 'friendly-challenge, its worker.min.js with WASM',
  },
  mcaptcha: {
    kind: 'peer',
    hash: 'sha256',
    messageBytes: '73-79',
    compressions: 1,
    note: '@mcaptcha/pow-wasm, gen_pow; two blocks, the first is kept',
  },
  altcha: {
    kind: 'peer',
    hash: 'sha256',
    messageBytes: '36',
    compressions: 1,
    note: 'altcha, its workers/sha.js at its least cost (1 digest)',
  },
  'hash-wasm': { ...OWN, kind: 'peer', note: 'a library: our loop over one createSHA256 hasher' },
  noble: { ...OWN, kind: 'peer', note: '@noble/hashes, a library: our loop over sha256' },
  'subtle-loop': {
    ...OWN,
    kind: 'loop',
    note: 'await crypto.subtle.digest, one attempt after another',
  },
  native: { ...OWN, kind: 'native', note: `C, 4 lanes of 128 bits, x86-64-v2; ${SKIPS}` },
  'native-vex': {
    ...OWN,
    kind: 'native',
    note: 'the same C and 128 bits in the three-operand encoding that V8 uses (-mavx)',
  },
} as const satisfies Readonly<Record<string, Facts>>;

export type TargetName = keyof typeof FACTS;
export type NativeName = 'native' | 'native-vex';
export type BrowserName = Exclude<TargetName, NativeName>;

export const TARGETS: Readonly<Record<TargetName, Facts>> = FACTS;

function isTargetName(name: string): name is TargetName {
  return Object.hasOwn(FACTS, name);
}

export const TARGET_NAMES: readonly TargetName[] = Object.keys(FACTS).filter(isTargetName);

export function isNative(name: TargetName): name is NativeName {
  return TARGETS[name].kind === 'native';
}

export function isInBrowser(name: TargetName): name is BrowserName {
  return !isNative(name);
}
