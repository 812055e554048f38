/**
 * One generated request, and who made it.
 *
 * Owns the shape that behaviours yield; must not know how a log is written.
 */
import type { LogEntry } from '../access-log/log-entry.ts';
import type { ClientClass } from '../assessment/client-class.ts';

/** One address with one user agent: what a log can tell apart. */
export interface Visitor {
  readonly address: string;
  readonly agent: string;
  readonly asn: number;
  /** Two lower-case letters. */
  readonly country: string;
  readonly class: ClientClass;
  readonly behaviour: string;
  /** As servers log it: `HTTP/2.0`. */
  readonly protocol: string;
}

export interface TrafficRequest {
  readonly visitor: Visitor;
  /** Milliseconds since the Unix epoch. */
  readonly timeMs: number;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly status: number;
  readonly bytes: number;
  /** Empty: none was sent. */
  readonly referer: string;
  /** Milliseconds that the origin took. */
  readonly originMs: number;
}

/** The request as a reader of a format with every field sees it. */
export function toLogEntry(request: TrafficRequest, host: string): LogEntry {
  const { visitor, timeMs, method, target, status, bytes, referer, originMs } = request;
  const entry = {
    timeMs,
    address: visitor.address,
    method,
    target,
    status,
    bytes,
    userAgent: visitor.agent,
    referer,
    host,
    originMs,
    asn: visitor.asn,
    country: visitor.country,
    protocol: visitor.protocol,
  };
  return entry;
}
