/**
 * Three attackers, each in two numbers, for the daily review.
 *
 * Owns what follows from the tables (`hardware.ts`, `addresses.ts`), for which the Worker has no room:
 * at a given rate, response and ceilings the cost of a request is a line, compute by attempts above
 * addresses. A test holds the numbers to the tables and to `attackCost`.
 */

export interface ReferenceAttack {
  /** Names of the hardware and the addresses in the tables. */
  readonly name: `${string}, ${string}`;
  /** For a million million attempts. */
  readonly dollarsPerTera: number;
  /** For a thousand requests. */
  readonly addressDollars: number;
}

/** What these attackers want, as the command `price` assumes it, and the ceilings of `wrangler.toml`. */
export const REFERENCE_PLAN = {
  requestsPerMinute: 1000,
  bytesPerRequest: 30_000,
  ceilings: { network: 3000, hosting: 300 },
};

/** The cheapest of the tables, the usual one, and one that looks like a visitor. */
export const REFERENCE_ATTACKS: readonly ReferenceAttack[] = [
  { name: 'rtx-4090, ipv6-tunnel', dollarsPerTera: 0.003662, addressDollars: 0.0000337 },
  { name: 'rtx-4090, datacentre', dollarsPerTera: 0.003662, addressDollars: 0.0009354 },
  { name: 'browser-vcpu, residential', dollarsPerTera: 0.06683, addressDollars: 0.02671 },
];
