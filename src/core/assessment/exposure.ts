/**
 * What a policy would have charged each class, by a sample of requests.
 *
 * Owns the sums and their scaling up; must not know how a request is judged. A pass lives for an
 * hour at the most that matters here, so each hour in which a client came costs it one entry fee.
 */
import type { Decision } from '../policy/decision.ts';
import { CLIENT_CLASSES, type ClientClass } from './client-class.ts';
import type { ClientRecord } from './client-record.ts';
import { forEachClass } from './top-counter.ts';
import type { Traffic, WeighedRequest } from './traffic.ts';

/** Static types cost this part of a request (DESIGN.md section 3). */
export const STATIC_PART = 1 / 20;

export interface ClassCharge {
  readonly class: ClientClass;
  /** Requests that were judged. */
  readonly sampled: number;
  /** Parts of the requests of the class, together 1; 0 where none was judged. */
  readonly allowed: number;
  readonly denied: number;
  readonly charged: number;
  /** Attempts debited for requests. */
  readonly debited: number;
  /** Passes that would have been bought at the least. */
  readonly passes: number;
  /** Attempts for them, at least what is debited. */
  readonly attempts: number;
  /** Mean entry fee where anything is charged, in attempts. */
  readonly entryFee: number;
  /** Part of the sampled clients of which anything was denied. */
  readonly clientsDenied: number;
  /** Part of the sampled clients that is charged more than the default terms for anything. */
  readonly clientsChargedMore: number;
  /** Part of the sampled clients that has to pay at all. */
  readonly clientsCharged: number;
}

export interface Exposure {
  readonly classes: readonly ClassCharge[];
  /** Decisions of rules, by name, in requests. */
  readonly rules: readonly { readonly rule: string; readonly requests: number }[];
}

export interface ExposureTerms {
  readonly requestPrice: number;
  readonly minSolutions: number;
  readonly attemptsPerSolution: number;
}

/** Sums of one class. */
class ClassSum {
  sampled = 0;
  weight = 0;
  allowed = 0;
  denied = 0;
  charged = 0;
  debited = 0;
  fees = 0;
  readonly clients = new Set<ClientRecord>();
  readonly deniedClients = new Set<ClientRecord>();
  readonly chargedClients = new Set<ClientRecord>();
  readonly dearClients = new Set<ClientRecord>();

  add(request: WeighedRequest, decision: Decision, usual: ExposureTerms): void {
    const { standsFor, client, kind } = request;
    this.sampled += 1;
    this.weight += standsFor;
    this.clients.add(client);
    if (decision.kind === 'allow') this.allowed += standsFor;
    else if (decision.kind === 'deny') {
      this.denied += standsFor;
      this.deniedClients.add(client);
    } else {
      const { requestPrice, minSolutions, attemptsPerSolution } = decision.terms;
      const fee = minSolutions * attemptsPerSolution;
      this.charged += standsFor;
      this.debited += standsFor * requestPrice * (kind === 'static' ? STATIC_PART : 1);
      this.fees += standsFor * fee;
      this.chargedClients.add(client);
      const isDear =
        requestPrice > usual.requestPrice || fee > usual.minSolutions * usual.attemptsPerSolution;
      if (isDear) this.dearClients.add(client);
    }
  }

  result(kind: ClientClass, clientHours: number): ClassCharge {
    const part = (value: number): number => (this.weight === 0 ? 0 : value / this.weight);
    const ofClients = ({ size }: ReadonlySet<ClientRecord>): number =>
      this.clients.size === 0 ? 0 : size / this.clients.size;
    const entryFee = this.charged === 0 ? 0 : this.fees / this.charged;
    const visits = clientHours * ofClients(this.chargedClients);
    const passes = entryFee === 0 ? 0 : Math.max(visits, this.debited / entryFee);
    return {
      class: kind,
      sampled: this.sampled,
      allowed: part(this.allowed),
      denied: part(this.denied),
      charged: part(this.charged),
      debited: this.debited,
      passes,
      attempts: Math.max(passes * entryFee, this.debited),
      entryFee,
      clientsDenied: ofClients(this.deniedClients),
      clientsChargedMore: ofClients(this.dearClients),
      clientsCharged: ofClients(this.chargedClients),
    };
  }
}

/** @param judge what the policy says of a request; @param usual the terms of whatever no rule names */
export function measureExposure(
  { sample, classes }: Traffic,
  judge: (request: WeighedRequest) => Decision,
  usual: ExposureTerms,
): Exposure {
  const sums = forEachClass(() => new ClassSum());
  const rules = new Map<string, number>();
  for (const request of sample) {
    const decision = judge(request);
    sums[request.class].add(request, decision, usual);
    rules.set(decision.rule, (rules.get(decision.rule) ?? 0) + request.standsFor);
  }
  return {
    classes: CLIENT_CLASSES.map((kind) => sums[kind].result(kind, classes[kind].clientHours)),
    rules: [...rules]
      .map(([rule, requests]) => ({ rule, requests }))
      .toSorted((a, b) => b.requests - a.requests),
  };
}
