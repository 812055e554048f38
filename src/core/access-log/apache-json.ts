/**
 * Apache with a JSON `LogFormat`, and what logstash makes of its lines.
 *
 * Owns the names that are in use: there is no standard, so the common ones are tried in turn.
 * `%D` is microseconds (https://httpd.apache.org/docs/2.4/mod/mod_log_config.html, 2026-11).
 */
import type { JsonFields } from './json-fields.ts';

export const APACHE_FIELDS: JsonFields = {
  time: ['time', 'timestamp', '@timestamp', 'datetime', 'date'],
  address: [
    'remoteIP',
    'remote_ip',
    'remoteHost',
    'remote_host',
    'clientip',
    'client_ip',
    'client',
    'ip',
    'host_ip',
  ],
  request: ['request', 'requestLine', 'request_line', 'first_line'],
  method: ['method', 'verb', 'requestMethod', 'request_method'],
  target: ['uri', 'url', 'path', 'request_uri', 'requestURI', 'filename_uri'],
  query: ['query', 'queryString', 'query_string'],
  protocol: ['protocol', 'httpversion', 'requestProtocol', 'request_protocol'],
  status: ['status', 'response', 'statusCode', 'status_code'],
  bytes: ['bytes', 'size', 'bytesSent', 'bytes_sent', 'responseSize', 'response_size'],
  userAgent: ['userAgent', 'user_agent', 'user-agent', 'agent', 'User-Agent', 'useragent'],
  referer: ['referer', 'referrer', 'Referer'],
  host: ['host', 'vhost', 'virtualHost', 'virtual_host', 'server_name', 'serverName'],
  originTime: [
    'duration',
    'duration_us',
    'responseTime',
    'response_time',
    'time_us',
    'microseconds',
  ],
  asn: ['asn'],
  country: ['country', 'country_code'],
  originUnitMs: 0.001,
};
