/**
 * What every handler works with: the gate as it was set up, and one request to it.
 *
 * Owns both records; must not decide anything.
 */
import type { ClientView } from '../core/client/client-view.ts';
import type { Policy } from '../core/policy/compile-policy.ts';
import type { Settings } from '../core/settings.ts';
import type { KeyRing } from '../core/token/key-ring.ts';
import type { Ceilings, Clock, Debits, Defer, Log, PassRecords, Random } from '../core/ports.ts';
import type { PageRenderer } from './page/render.ts';

export interface Origin {
  /** Never follows a redirect. @throws where the origin cannot be reached */
  fetch(request: Request): Promise<Response>;
}

/** Static assets of the page, for a reserved prefix other than the default. */
export interface Assets {
  fetch(path: string, request: Request): Promise<Response>;
}

export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly ceilings: Ceilings;
  readonly debits: Debits;
  readonly records: PassRecords;
  readonly origin: Origin;
  readonly assets: Assets;
  readonly log: Log;
}

/** Made once per isolate and version of the settings. */
export interface GateSetup {
  readonly settings: Settings;
  readonly ring: KeyRing;
  readonly policy: Policy;
  /** Claim `pol`: the first 16 characters of the policy's digest. */
  readonly policyDigest: string;
  readonly ports: Ports;
  readonly pages: PageRenderer;
}

/** One request. */
export interface Visit {
  readonly request: Request;
  readonly url: URL;
  /** Canonical host. */
  readonly host: string;
  /** Read when it is first asked for: garbage is refused before. */
  readonly client: ClientView;
  readonly nowSeconds: number;
  readonly defer: Defer;
}
