/**
 * Cloudflare Logpush, data set `http_requests`, as NDJSON.
 *
 * Owns its names (https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/zone/http_requests/,
 * 2026-11). The time is RFC 3339, seconds or nanoseconds, as the job was set up.
 */
import type { JsonFields } from './json-fields.ts';

export const LOGPUSH_FIELDS: JsonFields = {
  time: ['EdgeStartTimestamp', 'EdgeEndTimestamp'],
  address: ['ClientIP'],
  request: [],
  method: ['ClientRequestMethod'],
  target: ['ClientRequestURI', 'ClientRequestPath'],
  query: [],
  protocol: ['ClientRequestProtocol'],
  status: ['EdgeResponseStatus', 'OriginResponseStatus'],
  bytes: ['EdgeResponseBodyBytes', 'EdgeResponseBytes'],
  userAgent: ['ClientRequestUserAgent'],
  referer: ['ClientRequestReferer'],
  host: ['ClientRequestHost'],
  originTime: ['OriginResponseDurationMs'],
  asn: ['ClientASN'],
  country: ['ClientCountry'],
  originUnitMs: 1,
};

/** Members that only this format has. */
export const LOGPUSH_MARKS: readonly string[] = [
  'EdgeStartTimestamp',
  'ClientIP',
  'ClientRequestURI',
  'EdgeResponseStatus',
];
