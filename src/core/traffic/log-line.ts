/**
 * Requests as the lines of access logs.
 *
 * Owns the formats that are written: Common and Combined (Apache HTTP Server, mod_log_config),
 * nginx with `escape=json` and its variables' names, Apache as JSON, and Cloudflare Logpush
 * (data set http_requests). Must not know who asks, nor why.
 */
import { createIsoTimeFormat, createLogTimeFormat } from './civil-time.ts';
import type { TrafficRequest } from './traffic-request.ts';

export const LOG_FORMATS = ['combined', 'common', 'nginx-json', 'apache-json', 'logpush'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** One line without its newline. */
export type FormatLine = (request: TrafficRequest) => string;

// oxlint-disable-next-line no-control-regex -- what servers escape
const UNSAFE = /["\\\u0000-\u001F\u007F]/;
// oxlint-disable-next-line no-control-regex -- as above
const EACH_UNSAFE = /["\\\u0000-\u001F\u007F]/g;

/** As nginx and Apache escape; an absent value is `-`. */
function field(text: string): string {
  if (text === '') return '-';
  if (!UNSAFE.test(text)) return text;
  return text.replaceAll(EACH_UNSAFE, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

function createCommon(): FormatLine {
  const timeOf = createLogTimeFormat();
  return ({ visitor, timeMs, method, target, status, bytes }) => {
    const request = `${method} ${field(target)} ${visitor.protocol}`;
    return `${visitor.address} - - [${timeOf(timeMs)}] "${request}" ${status} ${bytes}`;
  };
}

function createCombined(): FormatLine {
  const common = createCommon();
  return (request) =>
    `${common(request)} "${field(request.referer)}" "${field(request.visitor.agent)}"`;
}

function createNginxJson(host: string): FormatLine {
  const timeOf = createIsoTimeFormat('+00:00');
  return ({ visitor, timeMs, method, target, status, bytes, referer, originMs }) =>
    `{"time_iso8601":"${timeOf(timeMs)}","remote_addr":"${visitor.address}",` +
    `"request_method":"${method}","request_uri":${JSON.stringify(target)},` +
    `"server_protocol":"${visitor.protocol}","status":${status},"body_bytes_sent":${bytes},` +
    `"request_time":${(originMs / 1000).toFixed(3)},"http_referer":${JSON.stringify(referer)},` +
    `"http_user_agent":${JSON.stringify(visitor.agent)},"host":"${host}"}`;
}

/** The time as `%{%Y-%m-%dT%H:%M:%S%z}t` writes it. */
function createApacheJson(host: string): FormatLine {
  const timeOf = createIsoTimeFormat('+0000');
  return ({ visitor, timeMs, method, target, status, bytes, referer, originMs }) => {
    const at = target.indexOf('?');
    const [path, query] = at === -1 ? [target, ''] : [target.slice(0, at), target.slice(at)];
    return (
      `{"time":"${timeOf(timeMs)}","remoteIP":"${visitor.address}","host":"${host}",` +
      `"request":${JSON.stringify(path)},"query":${JSON.stringify(query)},"method":"${method}",` +
      `"protocol":"${visitor.protocol}","status":"${status}","bytes":"${bytes}","duration":"${Math.round(originMs * 1000)}",` +
      `"userAgent":${JSON.stringify(visitor.agent)},"referer":${JSON.stringify(referer || '-')}}`
    );
  };
}

function createLogpush(host: string): FormatLine {
  const timeOf = createIsoTimeFormat('Z');
  return ({ visitor, timeMs, method, target, status, bytes, referer, originMs }) =>
    `{"ClientASN":${visitor.asn},"ClientCountry":"${visitor.country}",` +
    `"ClientIP":"${visitor.address}","ClientRequestHost":"${host}",` +
    `"ClientRequestMethod":"${method}","ClientRequestProtocol":"${visitor.protocol}",` +
    `"ClientRequestReferer":${JSON.stringify(referer)},` +
    `"ClientRequestURI":${JSON.stringify(target)},` +
    `"ClientRequestUserAgent":${JSON.stringify(visitor.agent)},"EdgeResponseBytes":${bytes},` +
    `"EdgeResponseStatus":${status},"EdgeStartTimestamp":"${timeOf(timeMs)}",` +
    `"OriginResponseDurationMs":${Math.round(originMs)}}`;
}

const CREATORS: Readonly<Record<LogFormat, (host: string) => FormatLine>> = {
  combined: createCombined,
  common: createCommon,
  'nginx-json': createNginxJson,
  'apache-json': createApacheJson,
  logpush: createLogpush,
};

/** Writes lines in a format; times are expected not to fall, for speed alone. */
export function createLineFormat(format: LogFormat, host: string): FormatLine {
  return CREATORS[format](host);
}
