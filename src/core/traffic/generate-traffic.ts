/**
 * A log's requests in the order of time, and the truth about who made them.
 *
 * Owns the mixture: which behaviours come, how often each starts, and when the log ends. Must not
 * know formats or files. Memory holds the clients that are under way and a bounded number of people
 * who may come back, whatever the length of the log.
 */
import type { TrueClient } from '../assessment/client-class.ts';
import { createRandomSource, type RandomSource } from '../random-source.ts';
import { Arrivals } from './arrivals.ts';
import type { Behaviour } from './behaviour.ts';
import { createAutomation } from './behaviours/automation.ts';
import { createBots } from './behaviours/bots.ts';
import { createDisguisedAutomation } from './behaviours/disguised-automation.ts';
import { createHeldOutAutomation } from './behaviours/held-out-automation.ts';
import { createImitatingAutomation } from './behaviours/imitating-automation.ts';
import { createReaders } from './behaviours/readers.ts';
import { RequestQueue } from './request-queue.ts';
import type { SiteName } from './site.ts';
import type { TrafficRequest, Visitor } from './traffic-request.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';

export interface TrafficOptions {
  /** 1..1,000,000,000 */
  readonly lines: number;
  readonly seed: number;
  readonly site: SiteName;
  /** Beginning of the log, in milliseconds since the Unix epoch. */
  readonly startMs: number;
  /** Whether whoever reads the log sees autonomous systems. */
  readonly knowsAsn: boolean;
  /** Automation of the kinds that no classifier was developed on, in place of the others. */
  readonly automation: AutomationSet;
}

export interface Traffic {
  /** Where the site answers. */
  readonly host: string;
  /** The next request; `undefined` after the last. */
  next(): TrafficRequest | undefined;
}

const DAY_MS = 86_400_000;
/** Lines of a log of one day; longer logs are of more days and of more visitors. */
const DAY_LINES = 40_000;
/** What is measured before the log begins: starts of each behaviour, and requests of each. */
const PILOT_STARTS = 60;
const PILOT_REQUESTS = 4_000;

/** Whole days that a log of so many lines covers, 1 to 31. */
export function daysOf(lines: number): number {
  return Math.min(31, Math.max(1, Math.round(Math.sqrt(lines / DAY_LINES))));
}

const AUTOMATION = {
  development: (world: World) => [...createAutomation(world), ...createImitatingAutomation(world)],
  'held-out': createHeldOutAutomation,
  disguised: createDisguisedAutomation,
} as const satisfies Readonly<Record<string, (world: World) => readonly Behaviour[]>>;

/** Which kinds of automation a log has: those that the classifier was developed on, or others. */
export type AutomationSet = keyof typeof AUTOMATION;

function behavioursOf(world: World, set: AutomationSet): readonly Behaviour[] {
  return [...createReaders(world), ...createBots(world), ...AUTOMATION[set](world)];
}

/** Mean requests of a start whose length is its own. */
function measure(behaviour: Behaviour, random: RandomSource, world: World): number {
  let requests = 0;
  let starts = 0;
  while (starts < PILOT_STARTS && requests < PILOT_REQUESTS) {
    starts += 1;
    const timeMs = world.startMs + starts * 1000;
    const run = behaviour.start({ timeMs, requests: 1, random });
    while (run.next().done !== true) requests += 1;
  }
  return Math.max(0.2, requests / starts);
}

interface Source {
  readonly timeMs: number;
  readonly behaviour: Behaviour;
  readonly random: RandomSource;
  readonly arrivals: Arrivals;
  /** Requests of a campaign. */
  readonly size: number;
}

interface Running {
  readonly timeMs: number;
  readonly request: TrafficRequest;
  readonly run: Iterator<TrafficRequest, void>;
}

interface Plan {
  readonly behaviour: Behaviour;
  /** Requests that it is to make in all. */
  readonly requests: number;
  readonly starts: number;
}

function plan(options: TrafficOptions, worldOptions: WorldOptions): readonly Plan[] {
  const root = createRandomSource(options.seed);
  // Measured in a world of its own: what is remembered there must not be met again.
  const pilot = createWorld(worldOptions);
  const behaviours = behavioursOf(pilot, options.automation);
  const shares = behaviours.map(({ name, share }) => {
    return share * root.fork(`share/${name}`).logNormal(1, 0.3);
  });
  const sum = shares.reduce((total, share) => total + share, 0);
  return behaviours.map((behaviour, at) => {
    const { name, campaign } = behaviour;
    const requests = (options.lines * (shares[at] ?? 0)) / sum;
    const perStart =
      campaign === undefined
        ? measure(behaviour, root.fork(`pilot/${name}`), pilot)
        : pilot.constant(`${name}.campaign`, campaign);
    return { behaviour, requests, starts: Math.max(1, Math.round(requests / perStart)) };
  });
}

class Generator implements Traffic {
  readonly host: string;
  readonly #queue = new RequestQueue<Source | Running>();
  #left: number;

  constructor(options: TrafficOptions) {
    const durationMs = daysOf(options.lines) * DAY_MS;
    const { seed, site, startMs, knowsAsn } = options;
    const worldOptions = { seed, site, startMs, knowsAsn, durationMs };
    const world = createWorld(worldOptions);
    const root = createRandomSource(seed);
    this.host = world.site.host;
    this.#left = options.lines;
    const rhythm = { startMs, durationMs, offsets: world.addresses.offsets };
    const own = new Map(behavioursOf(world, options.automation).map((each) => [each.name, each]));
    for (const { behaviour, requests, starts } of plan(options, worldOptions)) {
      const used = own.get(behaviour.name);
      if (used === undefined) continue;
      const random = root.fork(`behaviour/${used.name}`);
      const arrivals = new Arrivals(used.rhythm, starts, rhythm);
      const size = requests / starts;
      this.#queue.push({
        timeMs: arrivals.nextMs(random),
        behaviour: used,
        random,
        arrivals,
        size,
      });
    }
  }

  next(): TrafficRequest | undefined {
    while (this.#left > 0) {
      const first = this.#queue.pop();
      if (first === undefined) return undefined;
      if ('request' in first) {
        this.#advance(first.run);
        this.#left -= 1;
        return first.request;
      }
      this.#begin(first);
    }
    return undefined;
  }

  #begin(source: Source): void {
    const { behaviour, random, arrivals, size, timeMs } = source;
    this.#queue.push({ ...source, timeMs: arrivals.nextMs(random) });
    // The mean of a log-normal number is its median times exp(spread^2 / 2).
    const requests = random.logNormal(size * Math.exp(-0.125), 0.5);
    this.#advance(behaviour.start({ timeMs, requests, random }));
  }

  #advance(run: Iterator<TrafficRequest, void>): void {
    const { value } = run.next();
    if (value !== undefined) this.#queue.push({ timeMs: value.timeMs, request: value, run });
  }
}

/** The same options give the same requests. */
export function createTraffic(options: TrafficOptions): Traffic {
  return new Generator(options);
}

/** FNV-1a (RFC 9923) over two texts, from a start value. */
function hashPair(a: string, b: string, start: number): number {
  let hash = start;
  for (let at = 0; at < a.length; at += 1) hash = Math.imul(hash ^ a.charCodeAt(at), 0x0100_0193);
  hash = Math.imul(hash ^ 0x100, 0x0100_0193);
  for (let at = 0; at < b.length; at += 1) hash = Math.imul(hash ^ b.charCodeAt(at), 0x0100_0193);
  return hash >>> 0;
}

/**
 * Says each pair of address and agent once. Keeps 53 bits of each: among a million pairs, one is
 * missed with a probability of 1 in 10,000, and memory stays at some tens of megabytes.
 */
export class TruthLedger {
  readonly #seen = new Set<number>();

  /** The truth about a visitor who was not seen before. */
  take({ address, agent, class: own, behaviour }: Visitor): TrueClient | undefined {
    const low = hashPair(address, agent, 0x811c_9dc5);
    const high = hashPair(agent, address, 0x1234_5678) >>> 11;
    const key = high * 2 ** 32 + low;
    if (this.#seen.has(key)) return undefined;
    this.#seen.add(key);
    return { address, agent, class: own, behaviour };
  }
}
