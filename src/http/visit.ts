/**
 * What every handler works with: the gate as it was set up, and one request to it.
 *
 * Owns both records; must not decide anything.
 */
import type { ClientView } from '../core/client/client-view.ts';
import type { BotIdentity } from '../core/policy/request-view.ts';
import type { Settings } from '../core/settings.ts';
import type { AssertionKeys } from '../core/token/assertion-key.ts';
import type { KeyRing } from '../core/token/key-ring.ts';
import type {
  ActivePolicy,
  Ceilings,
  Clock,
  Debits,
  Defer,
  Log,
  PassRecords,
  Pause,
  PolicySource,
  Prices,
  Random,
} from '../core/ports.ts';
import type { Pages } from './page/pages.ts';

export interface Origin {
  /** Never follows a redirect. @throws where the origin cannot be reached */
  fetch(request: Request): Promise<Response>;
}

/** Static assets of the page. */
export interface Assets {
  /** For a reserved prefix other than the default. */
  fetch(path: string, request: Request): Promise<Response>;
  /** The text of an asset for our own use; `undefined` where it cannot be had. Never throws. */
  read(path: string): Promise<string | undefined>;
}

export interface Ports {
  readonly clock: Clock;
  readonly pause: Pause;
  readonly random: Random;
  readonly ceilings: Ceilings;
  readonly debits: Debits;
  readonly records: PassRecords;
  readonly prices: Prices;
  readonly origin: Origin;
  readonly assets: Assets;
  readonly log: Log;
  /**
   * Which known bot asks; a promise only where that takes more than a look-up. Asked once for
   * each decision, so a client that comes often should be remembered.
   */
  readonly identify: (visit: Visit) => BotIdentity | Promise<BotIdentity>;
}

/** Made once per isolate and version of the settings. */
export interface GateSetup {
  readonly settings: Settings;
  readonly ring: KeyRing;
  /** `undefined`: the origin is told the verdict without a signature. */
  readonly assertions: AssertionKeys | undefined;
  readonly policies: PolicySource;
  readonly ports: Ports;
  readonly pages: Pages;
}

/** One request. */
export interface Visit {
  readonly request: Request;
  readonly url: URL;
  /** Canonical host. */
  readonly host: string;
  /** Read when it is first asked for: garbage is refused before. */
  readonly client: ClientView;
  /** The policy that this request is judged by, whatever is published meanwhile. */
  readonly active: ActivePolicy;
  readonly nowSeconds: number;
  readonly defer: Defer;
}
