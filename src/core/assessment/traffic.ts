/**
 * What was measured: who came, what they took, when and from where.
 *
 * Owns the shape alone. Counts are exact, except where a member says that it is an estimate from a
 * sample, and except for clients that were forgotten early and came back (`clientsForgotten`).
 */
import type { ClientClass } from './client-class.ts';
import type { SampledRequest } from './request-sample.ts';
import type { SiteFacts } from './site-facts.ts';
import type { NamedSum } from './top-counter.ts';
import type { Evidence } from './verdict.ts';

export interface ClassTraffic {
  readonly clients: number;
  readonly requests: number;
  readonly bytes: number;
  readonly documents: number;
  readonly statics: number;
  readonly notFound: number;
  /** 401, 403 and 429. */
  readonly refused: number;
  readonly serverErrors: number;
  readonly originMs: number;
  /** Hours in which a client came, added up over clients: each would have needed a pass. */
  readonly clientHours: number;
}

export interface FamilyTraffic {
  readonly family: string;
  readonly requests: number;
  readonly bytes: number;
  readonly originMs: number;
  /** 400..599. */
  readonly errors: number;
  /** Estimated from the sample, 0..1, together 1. */
  readonly shares: Readonly<Record<ClientClass, number>>;
}

export interface HourTraffic {
  /** Unix seconds. */
  readonly start: number;
  readonly requests: number;
  /** Estimated from the sample. */
  readonly byClass: Readonly<Record<ClientClass, number>>;
}

export interface JudgedClient {
  readonly address: string;
  readonly agent: string;
  readonly class: ClientClass;
  readonly requests: number;
  readonly bytes: number;
  readonly score: number;
  readonly evidence: readonly Evidence[];
}

export interface SignalCount {
  readonly signal: string;
  /** Clients called automation that show it. */
  readonly automation: number;
  /** Clients called browsers that show it. */
  readonly browsers: number;
  /** Its mean weight where it counts. */
  readonly meanWeight: number;
}

/** A request of the sample, its client judged. */
export interface WeighedRequest extends SampledRequest {
  readonly class: ClientClass;
  /** Requests of its class that it stands for. */
  readonly standsFor: number;
}

export interface Traffic {
  /** Unix seconds of the first and the last request. */
  readonly from: number;
  readonly to: number;
  readonly requests: number;
  readonly bytes: number;
  readonly hasOriginTime: boolean;
  /** Clients that were judged before the end, to make room. */
  readonly clientsForgotten: number;
  readonly classes: Readonly<Record<ClientClass, ClassTraffic>>;
  readonly families: readonly FamilyTraffic[];
  readonly hours: readonly HourTraffic[];
  readonly networks: readonly NamedSum[];
  readonly asns: readonly NamedSum[];
  readonly countries: readonly NamedSum[];
  /** Networks with the most automation. */
  readonly automationNetworks: readonly NamedSum[];
  /** User agents with the most automation. */
  readonly automationAgents: readonly NamedSum[];
  /** Known bots by name. */
  readonly bots: readonly NamedSum[];
  /** Agents of programs that are no known bots. */
  readonly programs: readonly NamedSum[];
  readonly signals: readonly SignalCount[];
  /** Automation with the most requests, each with its evidence. */
  readonly examples: readonly JudgedClient[];
  readonly site: SiteFacts;
  /** Most pages in a minute of 50, 99 and 99.9 % of the clients that are browsers. */
  readonly browserPeak: { readonly p50: number; readonly p99: number; readonly p999: number };
  readonly sample: readonly WeighedRequest[];
}
