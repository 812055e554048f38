/**
 * The gate of a simulation: locations with their ceilings, isolates with their debits.
 *
 * Owns the order in which a request is charged (debit, ceiling of the pass, ceiling of the network) and
 * the sums that must agree afterwards: bought, debited, overspent. Requests come in numbers; whatever
 * is ours is asked of the modules that the Worker uses.
 */
import type { Decision } from '../policy/decision.ts';
import type { ChargeTerms } from '../policy/rule.ts';
import { PATIENCE_CREDIT } from '../puzzle/patience.ts';
import { MinuteCeiling } from './minute-ceiling.ts';
import { SimulatedIsolate, type SimulatedBook, type SimulatedPass } from './simulated-isolate.ts';

/** Requests a minute and location, as `wrangler.toml` states them. */
export interface SimulatedCeilings {
  readonly pass: number;
  readonly network: number;
  readonly hosting: number;
  /** Patience redemptions of an address, or of a whole hosting network. */
  readonly patience: number;
  /** Absent: none. */
  readonly free: number | undefined;
}

/** What a policy is asked about. */
export interface AskedShape {
  readonly path: string;
  readonly agent: string;
  readonly method: string;
  readonly address: string;
  readonly asn: number | undefined;
}

/** Everything of the gate that settings and policy decide. */
export interface GateTerms {
  readonly decide: (asked: AskedShape) => Decision;
  /** Terms `bits` above the base, bounded by the visitor budget. */
  readonly scale: (terms: ChargeTerms, bits: number) => ChargeTerms;
  readonly ceilings: SimulatedCeilings;
  readonly patienceWaitSeconds: number;
  readonly hasTopUp: boolean;
  /** A new price book; absent: none is bound. */
  readonly createBook: (() => SimulatedBook) | undefined;
}

/** Where requests come from. */
export interface Place {
  readonly network: string;
  readonly asn: number | undefined;
  readonly isHosting: boolean;
  /** Index of the nearest location. */
  readonly location: number;
  /** What patience and free requests are counted under. */
  readonly pacingKey: string;
}

interface Location {
  readonly passes: MinuteCeiling;
  readonly networks: MinuteCeiling;
  readonly pacing: MinuteCeiling;
  readonly free: MinuteCeiling;
  readonly isolates: readonly SimulatedIsolate[];
}

/** The isolate that requests meet. */
export interface Way {
  readonly location: number;
  readonly isolate: SimulatedIsolate;
}

export interface Payment {
  readonly pass: SimulatedPass;
  /** At base prices. */
  readonly terms: ChargeTerms;
  readonly wanted: number;
  /** 1 for a document, 20 for a static response. */
  readonly divisor: number;
}

export interface Paid {
  readonly served: number;
  /** Why the rest was refused, where there is a rest. */
  readonly lack: 'credit' | 'ceiling' | undefined;
}

/** All in attempts, over the whole simulation. */
export interface Ledger {
  bought: number;
  /** Credit that was given for waiting. */
  waited: number;
  debited: number;
  /** Debited above a pass's credit. */
  overspent: number;
}

/** Static responses are debited a twentieth of the price. */
export const STATIC_DIVISOR = 20;

export class SimulatedGate {
  readonly ledger: Ledger = { bought: 0, waited: 0, debited: 0, overspent: 0 };
  readonly ways: readonly Way[];
  readonly #terms: GateTerms;
  readonly #locations: readonly Location[];
  readonly #scaled = new Map<ChargeTerms, Map<number, ChargeTerms>>();
  #passes = 0;
  #calls = 0;

  constructor(terms: GateTerms, size: { locations: number; isolatesPerLocation: number }) {
    this.#terms = terms;
    const { ceilings } = terms;
    const book = terms.createBook?.();
    this.#locations = Array.from({ length: size.locations }, (_, at) => ({
      passes: new MinuteCeiling(ceilings.pass),
      networks: new MinuteCeiling(ceilings.network),
      pacing: new MinuteCeiling(ceilings.patience),
      free: new MinuteCeiling(ceilings.free ?? 0),
      isolates: Array.from(
        { length: size.isolatesPerLocation },
        (_isolate, index) => new SimulatedIsolate(`L${at}-I${index}`, book),
      ),
    }));
    this.ways = this.#locations.flatMap(({ isolates }, location) =>
      isolates.map((isolate) => ({ location, isolate })),
    );
  }

  get hasTopUp(): boolean {
    return this.#terms.hasTopUp;
  }

  get patienceWaitSeconds(): number {
    return this.#terms.patienceWaitSeconds;
  }

  /** Calls that the price book received. */
  get calls(): number {
    return this.#calls;
  }

  decide(asked: AskedShape): Decision {
    return this.#terms.decide(asked);
  }

  /** The isolates of the location nearest to a place. */
  waysNear({ location }: Place): readonly Way[] {
    return this.ways.filter((way) => way.location === location);
  }

  bitsFor({ isolate }: Way, place: Place): number {
    return isolate.bitsOf(place.network, place.asn);
  }

  /** What a client is asked for now. */
  quote(way: Way, place: Place, terms: ChargeTerms): ChargeTerms {
    const bits = this.bitsFor(way, place);
    const known = this.#scaled.get(terms) ?? new Map<number, ChargeTerms>();
    const scaled = known.get(bits) ?? this.#terms.scale(terms, bits);
    this.#scaled.set(terms, known.set(bits, scaled));
    return scaled;
  }

  /** A pass that was worked for: `attempts` of credit. */
  sell(place: Place, attempts: number, expiresSeconds: number): SimulatedPass {
    this.ledger.bought += attempts;
    return this.#issue(place, { credit: attempts, expiresSeconds, isPatience: false });
  }

  /** A pass for waiting; `undefined` where this place redeems too many. */
  grant(
    way: Way,
    place: Place,
    { nowSeconds, ttlSeconds }: { nowSeconds: number; ttlSeconds: number },
  ): SimulatedPass | undefined {
    const { pacing } = this.#locationOf(way);
    if (pacing.admit(place.pacingKey, 1, { nowSeconds }) === 0) return undefined;
    this.ledger.waited += PATIENCE_CREDIT;
    const expiresSeconds = nowSeconds + ttlSeconds;
    return this.#issue(place, { credit: PATIENCE_CREDIT, expiresSeconds, isPatience: true });
  }

  #issue(
    { network, asn }: Place,
    pass: Pick<SimulatedPass, 'credit' | 'expiresSeconds' | 'isPatience'>,
  ): SimulatedPass {
    this.#passes += 1;
    return { ...pass, id: `pass-${this.#passes}`, network, asn, spent: 0 };
  }

  #locationOf({ location }: Way): Location {
    const found = this.#locations[location];
    if (found === undefined) throw new RangeError(`no location ${location}`);
    return found;
  }

  #networkLimit(way: Way, { network, isHosting }: Place): number {
    const { ceilings } = this.#terms;
    const isLow = isHosting || way.isolate.isCurbed(network);
    return isLow ? ceilings.hosting : ceilings.network;
  }

  /** Requests that the network's ceiling has left in this minute. */
  networkLeft(way: Way, place: Place, nowSeconds: number): number {
    const { networks } = this.#locationOf(way);
    return networks.left(place.network, nowSeconds, this.#networkLimit(way, place));
  }

  /** How many of `wanted` pass the network's ceiling. */
  admitBelowCeiling(way: Way, place: Place, ask: { wanted: number; nowSeconds: number }): number {
    const { networks } = this.#locationOf(way);
    const limit = this.#networkLimit(way, place);
    return networks.admit(place.network, ask.wanted, { nowSeconds: ask.nowSeconds, limit });
  }

  /** How many of `wanted` are answered although nothing was paid. */
  admitFree(way: Way, place: Place, ask: { wanted: number; nowSeconds: number }): number {
    if (place.isHosting || this.#terms.ceilings.free === undefined) return 0;
    const { free } = this.#locationOf(way);
    return free.admit(place.pacingKey, ask.wanted, ask);
  }

  /** How many of `wanted` the pass pays and the ceilings let through. */
  pay(way: Way, place: Place, { nowSeconds, ...payment }: Payment & { nowSeconds: number }): Paid {
    const { pass, terms, wanted, divisor } = payment;
    const { requestPrice } = this.quote(way, place, terms);
    const debit = {
      price: Math.ceil(requestPrice / divisor),
      demand: Math.ceil(terms.requestPrice / divisor),
    };
    const before = pass.spent;
    const isUsable = nowSeconds < pass.expiresSeconds;
    const paid = isUsable ? way.isolate.debit(pass, debit, wanted) : 0;
    const below = this.#locationOf(way).passes.admit(pass.id, paid, { nowSeconds });
    const served = this.admitBelowCeiling(way, place, { wanted: below, nowSeconds });
    if (served < paid) way.isolate.refund(pass, debit, paid - served);
    this.#enter(pass, before);
    const { requests } = way.isolate;
    requests.paid += served;
    requests.challenged += wanted - served;
    requests.slowed += paid - served;
    if (served === wanted) return { served, lack: undefined };
    return { served, lack: served < paid ? 'ceiling' : 'credit' };
  }

  #enter(pass: SimulatedPass, before: number): void {
    const above = (spent: number): number => Math.max(0, spent - pass.credit);
    this.ledger.debited += pass.spent - before;
    this.ledger.overspent += above(pass.spent) - above(before);
  }

  /** The end of a step: what the origin did, and the calls that are due. */
  report(
    nowSeconds: number,
    origin: { requests: number; errors: number; latencyMs: number },
  ): void {
    const each = 1 / this.ways.length;
    for (const { isolate } of this.ways) {
      isolate.origin.requests += origin.requests * each;
      isolate.origin.errors += origin.errors * each;
      isolate.origin.latencyMs += origin.latencyMs * origin.requests * each;
      if (isolate.reportIfDue(nowSeconds)) this.#calls += 1;
    }
  }
}
