/**
 * Fields of a log that is written as one JSON object a line.
 *
 * Owns reading a member by any of its names and as any of the types that servers write it in: a
 * status is `200`, `"200"` or `"-"`. Must not know any format.
 */
import type { LineReading } from './line-reading.ts';
import { parseLogTime } from './log-time.ts';
import { parseRequestLine } from './request-line.ts';

export type JsonLine = Readonly<Record<string, unknown>>;

/** Names of one field, the first that is present counts. */
export type FieldNames = readonly string[];

/** Which members hold what; absent: the format has none. */
export interface JsonFields {
  readonly time: FieldNames;
  readonly address: FieldNames;
  /** The whole first line of the request. */
  readonly request: FieldNames;
  readonly method: FieldNames;
  readonly target: FieldNames;
  /** Joined to `target` where that has none. */
  readonly query: FieldNames;
  readonly protocol: FieldNames;
  readonly status: FieldNames;
  readonly bytes: FieldNames;
  readonly userAgent: FieldNames;
  readonly referer: FieldNames;
  readonly host: FieldNames;
  readonly originTime: FieldNames;
  readonly asn: FieldNames;
  readonly country: FieldNames;
  /** Milliseconds of one unit of `originTime`. */
  readonly originUnitMs: number;
}

function isRecord(value: unknown): value is JsonLine {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `undefined` for anything but one object. Never throws. */
export function parseJsonLine(line: string): JsonLine | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function memberOf(line: JsonLine, names: FieldNames): unknown {
  for (const name of names) {
    const value = line[name];
    if (value !== undefined && value !== null && value !== '-') return value;
  }
  return undefined;
}

function textOf(line: JsonLine, names: FieldNames): string {
  const value = memberOf(line, names);
  return typeof value === 'string' ? value : '';
}

/** A number, or the last one of `0.004, 0.012`, which nginx writes for several upstreams. */
function numberOf(line: JsonLine, names: FieldNames): number | undefined {
  const value = memberOf(line, names);
  if (typeof value === 'number') return value >= 0 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.slice(value.lastIndexOf(',') + 1).trim();
  return /^\d{1,15}(?:\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}

function withQuery(target: string, query: string): string {
  if (query === '' || target.includes('?')) return target;
  return query.startsWith('?') ? `${target}${query}` : `${target}?${query}`;
}

function requestOf(line: JsonLine, fields: JsonFields) {
  const whole = textOf(line, fields.request);
  // Some formats name the path alone `request`.
  if (whole.includes(' ')) return parseRequestLine(whole);
  const target = textOf(line, fields.target) || whole;
  const protocol = textOf(line, fields.protocol);
  return {
    method: textOf(line, fields.method),
    target: withQuery(target, textOf(line, fields.query)),
    protocol: protocol === '' ? undefined : protocol,
  };
}

/** The entry that the members make, or what is missing. */
export function readJsonEntry(line: JsonLine, fields: JsonFields): LineReading {
  const address = textOf(line, fields.address);
  if (address === '') return 'no-address';
  const timeMs = parseLogTime(memberOf(line, fields.time));
  if (timeMs === undefined) return 'no-time';
  const { method, target, protocol } = requestOf(line, fields);
  const status = numberOf(line, fields.status);
  const hasRequest = target !== '' || memberOf(line, fields.request) !== undefined;
  if (!hasRequest && status === undefined) return 'no-request';
  if (status === undefined) return 'no-status';
  const host = textOf(line, fields.host);
  const origin = numberOf(line, fields.originTime);
  const asn = numberOf(line, fields.asn);
  const country = textOf(line, fields.country);
  return {
    timeMs,
    address,
    method,
    target,
    status: status >= 100 && status <= 599 ? Math.floor(status) : 0,
    bytes: numberOf(line, fields.bytes) ?? 0,
    userAgent: textOf(line, fields.userAgent),
    referer: textOf(line, fields.referer),
    lacksAgent: undefined,
    protocol,
    host: host === '' ? undefined : host,
    originMs: origin === undefined ? undefined : origin * fields.originUnitMs,
    asn: asn === 0 ? undefined : asn,
    country: country === '' ? undefined : country.toUpperCase(),
  };
}
