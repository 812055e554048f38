/**
 * Who comes in a simulation, and what stands behind the gate.
 *
 * Owns the shapes; how they are written is the affair of `decode-scenario.ts`.
 */
import type { AddressSupply, AttackerHardware, VisitorDevice } from '../price/economics.ts';

export const STRATEGIES = [
  /** Solves nothing: every request comes without a pass. */
  'floods',
  /** Buys one pass and presents it for ever. */
  'replays',
  /** Takes patience passes and free requests, and computes nothing. */
  'waits',
  /** Computes at a fixed rate: the dearer a request, the fewer it makes. */
  'buys',
  /** Wants its rate at any price: computes as much as that takes, up to its budget. */
  'insists',
] as const;

export type Strategy = (typeof STRATEGIES)[number];

/** Parts of a day's cycle; absent: always. */
export interface OnOff {
  readonly onMinutes: number;
  readonly offMinutes: number;
}

export interface Attacker {
  /** Unique. */
  readonly name: string;
  readonly strategy: Strategy;
  readonly hardware: AttackerHardware;
  /** How many of it; counts for `buys` alone. */
  readonly units: number;
  readonly addresses: AddressSupply;
  /** In use at the same time. */
  readonly networks: number;
  /** Part of its networks, 0..1, in which visitors live too. */
  readonly besideVisitors: number;
  /** Takes new networks after so many minutes; absent: keeps them. */
  readonly rotateMinutes: number | undefined;
  /** What it would take if nothing stopped it, over all its networks. */
  readonly requestsPerSecond: number;
  /** Dollars an hour for computation and addresses together; absent: no bound. */
  readonly budgetPerHour: number | undefined;
  /** Dollars that a thousand answers are worth to it; absent: it never counts. */
  readonly yieldPerThousand: number | undefined;
  /** Hours since the start of the simulation. */
  readonly fromHour: number;
  readonly untilHour: number;
  readonly onOff: OnOff | undefined;
  /** Spreads each pass over all locations and isolates, instead of those nearest to the network. */
  readonly isEverywhere: boolean;
  readonly path: string;
  readonly agent: string;
}

export interface VisitorPopulation {
  /** Sessions in 24 hours, at the day's mean. */
  readonly perDay: number;
  /** Over which visitors are spread evenly. */
  readonly networks: number;
  /** Visits at the quietest hour for one at the busiest, 0..1. */
  readonly nightShare: number;
  /** Of a session; at least one. */
  readonly pagesMedian: number;
  readonly pagesSpread: number;
  /** Between two pages. */
  readonly pauseSecondsMedian: number;
  readonly pauseSpread: number;
  readonly agent: string;
  /** Shares add up to 1. */
  readonly devices: readonly VisitorDevice[];
}

export interface SitePage {
  readonly path: string;
  /** Part of the pages that are asked for; all together 1. */
  readonly share: number;
}

export interface SimulatedSite {
  readonly pages: readonly SitePage[];
  /** Style sheets, scripts, images and fonts that a browser asks for with a page. */
  readonly staticPerPage: number;
  /** Of a page, headers included. */
  readonly pageBytes: number;
  /** Of a challenge, headers included. */
  readonly challengeBytes: number;
}

export interface SimulatedOrigin {
  /** Pages a second that it can answer. */
  readonly requestsPerSecond: number;
  /** Of a page while it is idle. */
  readonly latencyMs: number;
  /** Whoever would wait longer gets an error. */
  readonly timeoutSeconds: number;
  /** Load of a static response, for 1 of a page. */
  readonly staticLoad: number;
}

/** How those clients of a log that are no browsers and no proven bots reckon. */
export interface ReplayedAttackers {
  readonly hardware: AttackerHardware;
  readonly addresses: AddressSupply;
  readonly yieldPerThousand: number;
}

export interface Scenario {
  readonly title: string;
  readonly hours: number;
  readonly stepSeconds: number;
  /** Hour of the day at which the simulation begins. */
  readonly startHour: number;
  /** Of Cloudflare, that requests arrive at. */
  readonly locations: number;
  readonly isolatesPerLocation: number;
  readonly site: SimulatedSite;
  readonly origin: SimulatedOrigin;
  readonly visitors: VisitorPopulation;
  readonly attackers: readonly Attacker[];
  readonly replay: ReplayedAttackers;
}

/** What scenarios name. */
export interface ScenarioTables {
  readonly hardware: readonly AttackerHardware[];
  readonly addresses: readonly AddressSupply[];
  readonly devices: readonly VisitorDevice[];
}
