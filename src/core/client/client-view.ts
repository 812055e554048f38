/**
 * The one view of a client that rules, binding and pacing read.
 *
 * Owns the validation of what the platform says about a client. Must not know request headers:
 * the caller passes `CF-Connecting-IP` and members of `request.cf`, never a header that a client
 * can write (SECURITY-BAR D01, D06).
 */
import { formatAddress, parseAddress, type Address } from './address.ts';
import { isHostingNetwork } from './hosting-networks.ts';
import { networkOf } from './network.ts';

/** Stands for address and networks of a client whose address did not parse: the strictest bucket. */
export const UNKNOWN = 'unknown';

/** Rules read this much of a user agent; the whole of it stays for binding. */
export const MAX_AGENT_FOR_RULES = 512;

/** What the platform says, unvalidated. */
export interface ClientFacts {
  readonly connectingIp: string | undefined;
  readonly userAgent: string | undefined;
  readonly asn: unknown;
  readonly country: unknown;
}

export interface ClientView {
  /** `undefined`: unknown, treated as the strictest kind of client. */
  readonly address: Address | undefined;
  /** Canonical text, or `unknown`. */
  readonly addressText: string;
  /** /24 or /56, for binding and ceilings, or `unknown`. */
  readonly network: string;
  /** /32 or /56, for allowances and pacing, or `unknown`. */
  readonly pacingNetwork: string;
  /** 1 .. 2^32 - 1; 0 is reserved (RFC 7607) and read as absent. */
  readonly asn: number | undefined;
  /** Two characters as Cloudflare has them: ISO 3166-1, or `T1` (Tor), `XX` (unknown). */
  readonly country: string | undefined;
  /** Whole and unchanged; empty when absent. */
  readonly userAgent: string;
  /** The first 512 characters of `userAgent`. */
  readonly agentForRules: string;
  /** Known hosting network, or unknown address or system: the strictest bucket. */
  readonly isHosting: boolean;
}

const COUNTRY = /^[A-Z][A-Z0-9]$/;
const MAX_ASN = 0xffff_ffff;

function readAsn(value: unknown): number | undefined {
  if (typeof value !== 'number' || !Number.isInteger(value)) return undefined;
  return value >= 1 && value <= MAX_ASN ? value : undefined;
}

function readCountry(value: unknown): string | undefined {
  return typeof value === 'string' && COUNTRY.test(value) ? value : undefined;
}

/** Never fails: what does not validate becomes absent, and an absent address the strictest bucket. */
export function createClientView(facts: ClientFacts): ClientView {
  const address = facts.connectingIp === undefined ? undefined : parseAddress(facts.connectingIp);
  const asn = readAsn(facts.asn);
  const userAgent = facts.userAgent ?? '';
  return {
    address,
    addressText: address === undefined ? UNKNOWN : formatAddress(address),
    network: address === undefined ? UNKNOWN : networkOf(address, { v4Bits: 24, v6Bits: 56 }),
    pacingNetwork: address === undefined ? UNKNOWN : networkOf(address, { v4Bits: 32, v6Bits: 56 }),
    asn,
    country: readCountry(facts.country),
    userAgent,
    agentForRules: userAgent.slice(0, MAX_AGENT_FOR_RULES),
    isHosting: address === undefined || asn === undefined || isHostingNetwork(asn),
  };
}
