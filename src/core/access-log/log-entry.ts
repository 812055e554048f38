/**
 * One request as an access log tells it.
 *
 * Owns the shape that every format is read into; must not know any format. What a format lacks may be
 * absent or undefined: readers make all entries of one shape, which is what makes them fast.
 */
export interface LogEntry {
  /** Milliseconds since the Unix epoch. */
  readonly timeMs: number;
  /** The client's address as it was written. */
  readonly address: string;
  readonly method: string;
  /** Path and query as they were written. */
  readonly target: string;
  /** 100..599, or 0 where the log has none. */
  readonly status: number;
  /** Bytes of the response body; 0 where the log has none. */
  readonly bytes: number;
  /** Empty where absent. */
  readonly userAgent: string;
  /** The format has no user agents at all (Common Log Format). */
  readonly lacksAgent?: true | undefined;
  /** Empty where absent. */
  readonly referer: string;
  /** As the request line had it, such as `HTTP/1.1`, where the format has it. */
  readonly protocol?: string | undefined;
  /** The host that was asked, where the format has it. */
  readonly host?: string | undefined;
  /** Milliseconds that the origin took, where the format has it. */
  readonly originMs?: number | undefined;
  readonly asn?: number | undefined;
  /** Two characters as Cloudflare has them. */
  readonly country?: string | undefined;
}
