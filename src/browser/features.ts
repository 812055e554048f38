/**
 * What this browser can do.
 *
 * Owns every feature test of the page and its workers; must not act on any.
 */

const MAX_LANES = 16;

export interface Features {
  /** Workers to start: one per logical processor, at most 16, fewer where memory is scarce. */
  readonly lanes: number;
  /** False where the browser says that it keeps no cookies. */
  readonly keepsCookies: boolean;
  /** False on plain http: no WebCrypto, and a `__Host-` cookie is refused. */
  readonly isSecure: boolean;
}

export function detectFeatures(): Features {
  const processors = navigator.hardwareConcurrency || 2;
  // In GiB, Chromium only. A worker of ours takes a few MB.
  const memory = 'deviceMemory' in navigator ? Number(navigator.deviceMemory) : 4;
  return {
    lanes: Math.max(1, Math.min(processors, MAX_LANES, Math.ceil(memory * 4))),
    keepsCookies: navigator.cookieEnabled,
    isSecure: isSecureContext,
  };
}

export type WasmSupport =
  | { readonly kind: 'simd' }
  | { readonly kind: 'scalar' }
  /** Absent (no compiler, a hardened browser) or forbidden by a policy. */
  | { readonly kind: 'none'; readonly reason: string };

/** "\0asm", version 1: the smallest module. */
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** One function of type () -> (): `i32.const 0; i32x4.splat; drop; end`. */
// prettier-ignore
const VECTOR_MODULE = Uint8Array.of(
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  1, 4, 1, 0x60, 0, 0,
  3, 2, 1, 0,
  10, 9, 1, 7, 0, 0x41, 0, 0xfd, 0x11, 0x1a, 0x0b,
);

/** For the thread that it is called on: a policy may differ between page and worker. */
export function detectWasm(): WasmSupport {
  if (typeof WebAssembly !== 'object') return { kind: 'none', reason: 'not supported' };
  try {
    // validate() is allowed under any policy; only making a module shows whether WASM is.
    void new WebAssembly.Module(EMPTY_MODULE);
  } catch (error) {
    return { kind: 'none', reason: String(error) };
  }
  return { kind: WebAssembly.validate(VECTOR_MODULE) ? 'simd' : 'scalar' };
}

/** On plain http there is none. */
export function hasWebCrypto(): boolean {
  return typeof crypto === 'object' && typeof crypto.subtle === 'object';
}
