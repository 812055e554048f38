/**
 * Between work, visitors' time and attackers' money.
 *
 * Owns the arithmetic; the figures stand in `hardware.ts` and `addresses.ts`, each with its source.
 */

/** Where a figure comes from. */
export interface Source {
  /** What was read or measured, in a few words. */
  readonly title: string;
  /** Public address, where there is one. */
  readonly url?: string;
  /** Year and month: `2026-11`. */
  readonly date: string;
}

/** What an attacker computes with. */
export interface AttackerHardware {
  /** Kebab case, unique. */
  readonly name: string;
  readonly label: string;
  /** Attempts of the sha256 puzzle a second. */
  readonly attemptsPerSecond: number;
  /** Rent, or cost of ownership, of that rate. */
  readonly dollarsPerHour: number;
  readonly sources: readonly Source[];
}

/** What a visitor computes with. */
export interface VisitorDevice {
  readonly name: string;
  readonly label: string;
  /** Of the whole device, with the engine that the page would choose there. */
  readonly attemptsPerSecond: number;
  /** Part of the visitors, 0..1; all devices together 1. */
  readonly share: number;
  readonly sources: readonly Source[];
}

/** Where an attacker's addresses come from. Costs add up. */
export interface AddressSupply {
  readonly name: string;
  readonly label: string;
  /** Of one address in a network of its own (/24 or /56). */
  readonly dollarsPerNetworkMonth: number;
  readonly dollarsPerGigabyte: number;
  /** Whether the gate knows such networks as hosting: the lower ceiling holds for them. */
  readonly isHosting: boolean;
  readonly sources: readonly Source[];
}

/** What the gate charges, as far as the arithmetic needs it. */
export interface Toll {
  /** Attempts of the least pass. */
  readonly entryFee: number;
  /** Attempts of the largest pass that one challenge sells. */
  readonly largestFee: number;
  /** Attempts debited for a request. */
  readonly requestPrice: number;
  /** Requests a minute of one network; `hosting` for a network of a hosting provider. */
  readonly ceilings: { readonly network: number; readonly hosting: number };
  /** Requests served for one that was paid, at worst: 1 where none is overspent. */
  readonly overspend: number;
}

/** What an attacker wants. */
export interface AttackPlan {
  readonly hardware: AttackerHardware;
  readonly addresses: AddressSupply;
  readonly requestsPerMinute: number;
  /** Of a response, headers included. */
  readonly bytesPerRequest: number;
}

/** Dollars for a thousand requests. */
export interface AttackCost {
  readonly computeDollars: number;
  readonly addressDollars: number;
  readonly totalDollars: number;
  /** Networks that the ceilings ask for at the wanted rate. */
  readonly networks: number;
}

const SECONDS_PER_HOUR = 3600;
const MINUTES_PER_MONTH = 30 * 24 * 60;
const BYTES_PER_GIGABYTE = 1e9;

/** Seconds that a device works for `attempts`, on average. */
export function visitorSeconds(
  attempts: number,
  device: { readonly attemptsPerSecond: number },
): number {
  return attempts / device.attemptsPerSecond;
}

/** Dollars that `attempts` cost in compute. */
export function computeDollars(
  attempts: number,
  {
    attemptsPerSecond,
    dollarsPerHour,
  }: Pick<AttackerHardware, 'attemptsPerSecond' | 'dollarsPerHour'>,
): number {
  return (attempts / attemptsPerSecond / SECONDS_PER_HOUR) * dollarsPerHour;
}

/** What a thousand requests cost: compute and addresses, added up. */
export function attackCost(toll: Toll, plan: AttackPlan): AttackCost {
  const { hardware, addresses, requestsPerMinute, bytesPerRequest } = plan;
  const compute = computeDollars((1000 * toll.requestPrice) / toll.overspend, hardware);
  const ceiling = addresses.isHosting ? toll.ceilings.hosting : toll.ceilings.network;
  const networks = Math.max(1, Math.ceil(requestsPerMinute / ceiling));
  const thousandsPerMonth = (requestsPerMinute * MINUTES_PER_MONTH) / 1000;
  const rent = (networks * addresses.dollarsPerNetworkMonth) / thousandsPerMonth;
  const traffic = ((1000 * bytesPerRequest) / BYTES_PER_GIGABYTE) * addresses.dollarsPerGigabyte;
  const addressDollars = rent + traffic;
  return {
    computeDollars: compute,
    addressDollars,
    totalDollars: compute + addressDollars,
    networks,
  };
}
