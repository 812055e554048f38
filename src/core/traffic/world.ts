/**
 * What behaviours share: one site, one address space, one book of agents, one seed.
 *
 * Owns the perturbation. Every constant of a behaviour is a median that each run shifts by a factor
 * of its own (`constant`), and that each client draws about (`around`), so that nothing that was
 * learnt from one log holds a number of the next.
 */
import { createRandomSource, type RandomSource } from '../random-source.ts';
import { createAddressSpace, type AddressSpace } from './address-space.ts';
import { createAgentBook, type AgentBook } from './browser-agents.ts';
import type { Site, SiteName } from './site.ts';
import { createSite } from './sites.ts';

export interface World {
  readonly site: Site;
  readonly addresses: AddressSpace;
  readonly agents: AgentBook;
  readonly startMs: number;
  readonly durationMs: number;
  /** Whether the log has autonomous systems, which some bots can be verified by. */
  readonly knowsAsn: boolean;
  /** The protocol that a client speaks; on some sites all speak one. */
  protocol(kind: 'browser' | 'program', random: RandomSource): string;
  /** This run's value of a constant. */
  constant(name: string, median: number): number;
  /** A share in (0, 1), perturbed so that it stays one. */
  share(name: string, median: number): number;
}

export interface WorldOptions {
  readonly seed: number;
  readonly site: SiteName;
  readonly startMs: number;
  readonly durationMs: number;
  readonly knowsAsn: boolean;
}

/** Standard deviation of the logarithm of a run's factors. */
const RUN_SPREAD = 0.22;

function createProtocols(own: RandomSource, share: World['share']): World['protocol'] {
  // Behind some proxies everything arrives as one protocol.
  const only = own.next() < 0.15 ? 'HTTP/1.1' : own.next() < 0.3 ? 'HTTP/2.0' : undefined;
  return (kind, random) => {
    if (only !== undefined) return only;
    const old = kind === 'browser' ? share('http1.browser', 0.05) : share('http1.program', 0.65);
    if (random.next() < old) return 'HTTP/1.1';
    const isNewest = kind === 'browser' && random.next() < share('http3.browser', 0.3);
    return isNewest ? 'HTTP/3.0' : 'HTTP/2.0';
  };
}

/** The same options give the same world. */
export function createWorld(options: WorldOptions): World {
  const root = createRandomSource(options.seed);
  const constants = new Map<string, number>();
  const factorOf = (name: string): number => {
    const known = constants.get(name);
    if (known !== undefined) return known;
    const factor = root.fork(`constant/${name}`).logNormal(1, RUN_SPREAD);
    constants.set(name, factor);
    return factor;
  };
  const places = root.fork('site');
  const share = (name: string, median: number): number => {
    const odds = (median / (1 - median)) * factorOf(name);
    return odds / (1 + odds);
  };
  return {
    site: createSite(options.site, {
      salt: places.integer(2 ** 32),
      scale: places.logNormal(1, 0.3),
      exponent: 0.85 + 0.3 * places.next(),
    }),
    addresses: createAddressSpace(root.fork('addresses')),
    agents: createAgentBook(root.fork('agents')),
    startMs: options.startMs,
    durationMs: options.durationMs,
    knowsAsn: options.knowsAsn,
    protocol: createProtocols(root.fork('protocols'), share),
    constant: (name, median) => median * factorOf(name),
    share,
  };
}

/** One client's own value of a constant. */
export function around(median: number, random: RandomSource): number {
  return random.logNormal(median, 0.35);
}
