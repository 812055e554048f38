/**
 * Between work, visitors' time and attackers' money.
 *
 * Owns the arithmetic; the figures stand in `hardware.ts` and `addresses.ts`, each with its source.
 * Costs are floors: what an attacker wastes, by bad luck, by passes that run out or by refusals, is
 * not counted.
 */
import { p95Luck } from './luck.ts';
import {
  MEDIAN_PHONE_ATTEMPTS_PER_SECOND,
  P95_DEVICE_ATTEMPTS_PER_SECOND,
} from './visitor-rates.ts';

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

/** What the gate serves without work, a minute, to one network with one address in use. */
export interface UnpaidPace {
  readonly requests: number;
  /** Redemptions that these requests take. */
  readonly passes: number;
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
  /** Patience and free requests; absent: there are none. */
  readonly unpaid?: { readonly network: UnpaidPace; readonly hosting: UnpaidPace };
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
  /** Networks that the attacker takes at the wanted rate: as many as are cheapest. */
  readonly networks: number;
  /** Part of the requests that is had by waiting or free of charge, 0..1. */
  readonly unpaidShare: number;
}

/** What visitors may be asked for. */
export interface VisitorBudget {
  /** Seconds that a median phone computes, on average. */
  readonly medianSeconds: number;
  /** Seconds within which 95 of 100 runs are over on the device that is slower than 95 of 100. */
  readonly p95Seconds: number;
}

/** What is charged where a rule says nothing else: the part of a charge's terms that is a price. */
export interface PriceTerms {
  readonly minSolutions: number;
  readonly maxSolutions: number;
  readonly attemptsPerSolution: number;
  readonly requestPrice: number;
}

const SECONDS_PER_HOUR = 3600;
const MINUTES_PER_MONTH = 30 * 24 * 60;
const BYTES_PER_GIGABYTE = 1e9;

/**
 * Bytes through a proxy for one pass. Measured on the local gate, November 2026, JSON form: challenge
 * 0.9 KB, redemption of 256 solutions 1.9 KB, its answer 1.1 KB, headers included where they come
 * from the gate; 0.7 KB for the client's headers and 4.4 KB for a TLS handshake are estimates.
 */
export const PASS_BYTES = 9000;

/** Seconds that a device works for `attempts`, on average. */
export function visitorSeconds(
  attempts: number,
  device: { readonly attemptsPerSecond: number },
): number {
  return attempts / device.attemptsPerSecond;
}

/** Seconds within which 95 of 100 runs for a fee of `solutions` sub-puzzles are over on a device. */
export function visitorSecondsP95(
  fee: { readonly attempts: number; readonly solutions: number },
  device: { readonly attemptsPerSecond: number },
): number {
  return visitorSeconds(fee.attempts, device) * p95Luck(fee.solutions);
}

/** Attempts that a device makes in `seconds`: the inverse of `visitorSeconds`. */
export function attemptsIn(
  seconds: number,
  device: { readonly attemptsPerSecond: number },
): number {
  return seconds * device.attemptsPerSecond;
}

type Rent = Pick<AttackerHardware, 'attemptsPerSecond' | 'dollarsPerHour'>;

/** Dollars that `attempts` cost in compute. */
export function computeDollars(
  attempts: number,
  { attemptsPerSecond, dollarsPerHour }: Rent,
): number {
  return (attempts / attemptsPerSecond / SECONDS_PER_HOUR) * dollarsPerHour;
}

/** Attempts that `dollars` buy: the inverse of `computeDollars`; `Infinity` where compute is free. */
export function attemptsFor(dollars: number, { attemptsPerSecond, dollarsPerHour }: Rent): number {
  if (dollarsPerHour === 0) return Infinity;
  return (dollars / dollarsPerHour) * SECONDS_PER_HOUR * attemptsPerSecond;
}

/** Whole requests that a pass worth `credit` attempts buys. */
export function requestsOf(credit: number, requestPrice: number): number {
  return Math.floor(credit / requestPrice);
}

/** Attempts of the least and the largest pass that one challenge sells. */
export function feesOf({ minSolutions, maxSolutions, attemptsPerSolution }: PriceTerms): {
  readonly entryFee: number;
  readonly largestFee: number;
} {
  return {
    entryFee: minSolutions * attemptsPerSolution,
    largestFee: Math.max(minSolutions, maxSolutions) * attemptsPerSolution,
  };
}

/**
 * The largest entry fee, in attempts, that keeps within both halves of the budget.
 * @param solutions sub-puzzles that it is divided into: more of them, less bad luck
 */
export function longestFeeWithin(
  { medianSeconds, p95Seconds }: VisitorBudget,
  solutions: number,
): number {
  const median = medianSeconds * MEDIAN_PHONE_ATTEMPTS_PER_SECOND;
  const slowest = (p95Seconds * P95_DEVICE_ATTEMPTS_PER_SECOND) / p95Luck(solutions);
  return Math.min(median, slowest);
}

/** Dollars of one request of either kind, without the rent of networks. */
interface UnitCosts {
  readonly compute: number;
  readonly paidTraffic: number;
  readonly unpaidTraffic: number;
}

function unitCosts(toll: Toll, plan: AttackPlan, unpaid: UnpaidPace): UnitCosts {
  const { hardware, addresses, bytesPerRequest } = plan;
  const dollarsPerByte = addresses.dollarsPerGigabyte / BYTES_PER_GIGABYTE;
  const passesPerRequest = toll.requestPrice / (toll.largestFee * toll.overspend);
  const unpaidPasses = unpaid.requests > 0 ? unpaid.passes / unpaid.requests : 0;
  return {
    compute: computeDollars(toll.requestPrice / toll.overspend, hardware),
    paidTraffic: (bytesPerRequest + PASS_BYTES * passesPerRequest) * dollarsPerByte,
    unpaidTraffic: (bytesPerRequest + PASS_BYTES * unpaidPasses) * dollarsPerByte,
  };
}

const NOTHING_UNPAID: UnpaidPace = { requests: 0, passes: 0 };

/**
 * What a thousand requests cost: compute and addresses, added up, with as many networks as are
 * cheapest (at least those that the ceilings ask for; more where waiting is cheaper than work).
 */
export function attackCost(toll: Toll, plan: AttackPlan): AttackCost {
  const { addresses, requestsPerMinute: rate } = plan;
  const kind = addresses.isHosting ? 'hosting' : 'network';
  const unpaid = toll.unpaid?.[kind] ?? NOTHING_UNPAID;
  const units = unitCosts(toll, plan, unpaid);
  const takesUnpaid =
    unpaid.requests > 0 && units.compute + units.paidTraffic > units.unpaidTraffic;
  const costWith = (networks: number): AttackCost => {
    const unpaidShare = takesUnpaid ? Math.min(1, (networks * unpaid.requests) / rate) : 0;
    const traffic = units.paidTraffic * (1 - unpaidShare) + units.unpaidTraffic * unpaidShare;
    const rent = (networks * addresses.dollarsPerNetworkMonth) / (rate * MINUTES_PER_MONTH);
    const compute = 1000 * units.compute * (1 - unpaidShare);
    const addressDollars = 1000 * (traffic + rent);
    const totalDollars = compute + addressDollars;
    return { computeDollars: compute, addressDollars, totalDollars, networks, unpaidShare };
  };
  const least = Math.max(1, Math.ceil(rate / toll.ceilings[kind]));
  // The cost is linear in the networks up to where nothing is paid, so the least is at an end.
  const enough = takesUnpaid ? rate / unpaid.requests : least;
  const choices = [least, Math.floor(enough), Math.ceil(enough)].filter((n) => n >= least);
  return choices.map(costWith).reduce((a, b) => (b.totalDollars < a.totalDollars ? b : a));
}

/** What an attacker can choose from. */
export interface Arsenal {
  readonly hardware: readonly AttackerHardware[];
  readonly addresses: readonly AddressSupply[];
}

/** Every way to get `wish`: each hardware with each supply of addresses. */
export function plansOf(
  { hardware, addresses }: Arsenal,
  wish: Pick<AttackPlan, 'requestsPerMinute' | 'bytesPerRequest'>,
): readonly AttackPlan[] {
  return hardware.flatMap((machine) =>
    addresses.map((supply) => ({ hardware: machine, addresses: supply, ...wish })),
  );
}

/** The cheapest of `plans`; `undefined` where there are none. */
export function cheapestAttack(
  toll: Toll,
  plans: readonly AttackPlan[],
): { readonly plan: AttackPlan; readonly cost: AttackCost } | undefined {
  return plans
    .map((plan) => ({ plan, cost: attackCost(toll, plan) }))
    .reduce<{ plan: AttackPlan; cost: AttackCost } | undefined>(
      (best, each) =>
        best === undefined || each.cost.totalDollars < best.cost.totalDollars ? each : best,
      undefined,
    );
}
