/**
 * nginx with a JSON `log_format`, whose members bear the names of nginx's variables.
 *
 * Owns those names (https://nginx.org/en/docs/varindex.html, 2026-11). `request_time` and
 * `upstream_response_time` are seconds.
 */
import type { JsonFields } from './json-fields.ts';

export const NGINX_FIELDS: JsonFields = {
  time: ['time_iso8601', 'time_local', 'msec', 'time', 'timestamp', '@timestamp'],
  address: ['remote_addr', 'remote_ip', 'client_ip'],
  request: ['request'],
  method: ['request_method', 'method'],
  target: ['request_uri', 'uri', 'path', 'url'],
  query: ['args', 'query_string'],
  protocol: ['server_protocol', 'protocol'],
  status: ['status'],
  bytes: ['body_bytes_sent', 'bytes_sent', 'bytes'],
  userAgent: ['http_user_agent', 'user_agent'],
  referer: ['http_referer', 'http_referrer', 'referer', 'referrer'],
  host: ['host', 'http_host', 'server_name', 'vhost'],
  originTime: ['upstream_response_time', 'request_time'],
  asn: ['geoip_asn', 'asn'],
  country: ['geoip_country_code', 'geoip2_data_country_code', 'country', 'http_cf_ipcountry'],
  originUnitMs: 1000,
};

/** Members that only this format has. */
export const NGINX_MARKS: readonly string[] = [
  'remote_addr',
  'http_user_agent',
  'request_uri',
  'body_bytes_sent',
  'time_iso8601',
  'time_local',
];
