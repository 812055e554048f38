/**
 * What this browser can do.
 *
 * Owns every feature test of the page; must not act on any.
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
