/**
 * Responses that the gate makes itself.
 *
 * Owns the headers that all of them bear: `Toll-Version` marks them as ours, and none
 * may be stored by anybody (SECURITY-BAR C04). Must not know why a reply is made.
 */
import { WIRE_VERSION } from '../core/wire/challenge-object.ts';
import { FAILURES } from './failure.ts';
import type { FailureCode } from './failure.ts';

const OWN_HEADERS = {
  'Toll-Version': String(WIRE_VERSION),
  'Cache-Control': 'no-store, private',
  'CDN-Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
} as const;

const PROBLEM_HEADERS = { ...OWN_HEADERS, 'Content-Type': 'application/problem+json' } as const;
const JSON_HEADERS = { ...OWN_HEADERS, 'Content-Type': 'application/json' } as const;
const HTML_HEADERS = {
  ...OWN_HEADERS,
  'Content-Type': 'text/html; charset=utf-8',
  'X-Frame-Options': 'DENY',
} as const;

export type ExtraHeaders = Readonly<Record<string, string>>;

/** Seconds that a refused client is asked to wait. */
export const RETRY_AFTER_SECONDS = 30;

/** What a reply of this code says in `Retry-After`. */
export function retryAfterSeconds(code: FailureCode): number | undefined {
  return code === 'slow-down' || code === 'unavailable' ? RETRY_AFTER_SECONDS : undefined;
}

function retryHeaders(code: FailureCode): ExtraHeaders {
  const seconds = retryAfterSeconds(code);
  return seconds === undefined ? {} : { 'Retry-After': String(seconds) };
}

export interface ProblemParts {
  /** Overrides the code's own status: a rule may say how it denies. */
  readonly status?: number;
  /** Further members beside `status`, `code` and `detail` (RFC 9457 section 3.2). */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: ExtraHeaders;
}

/** `application/problem+json` (RFC 9457); `code` is the stable member that programs read. */
export function problemReply(code: FailureCode, parts: ProblemParts = {}): Response {
  const { detail } = FAILURES[code];
  const status = parts.status ?? FAILURES[code].status;
  const body = JSON.stringify({ status, code, detail, ...parts.members });
  const headers = { ...PROBLEM_HEADERS, ...retryHeaders(code), ...parts.headers };
  return new Response(body, { status, headers });
}

export function jsonReply(value: unknown, status = 200, headers: ExtraHeaders = {}): Response {
  return new Response(JSON.stringify(value), { status, headers: { ...JSON_HEADERS, ...headers } });
}

const STYLE_HEADERS = {
  'Toll-Version': OWN_HEADERS['Toll-Version'],
  'X-Content-Type-Options': 'nosniff',
  'Content-Type': 'text/css; charset=utf-8',
  'Cross-Origin-Resource-Policy': 'same-origin',
  // Named after what it holds, like the other assets; a release may still compute it otherwise.
  'Cache-Control': 'public, max-age=86400',
} as const;

/** A style sheet among the assets: the one kind of reply that may be stored. */
export function styleReply(css: string): Response {
  return new Response(css, { headers: STYLE_HEADERS });
}

/** 303: the browser follows with GET (RFC 9110 section 15.4.4). @param path of this origin, checked */
export function redirectReply(path: string, headers: ExtraHeaders): Response {
  return new Response(null, {
    status: 303,
    headers: { ...OWN_HEADERS, ...headers, Location: path },
  });
}

export interface PageParts {
  readonly code: FailureCode;
  readonly status?: number;
  readonly html: string;
  /** Language tag of the page. */
  readonly language: string;
  readonly contentSecurityPolicy: string;
}

/** Headers of pages, made once for each kind: a literal of ten members costs 7 us. */
const pageHeaders = new Map<string, Headers>();

function headersOfPage(code: FailureCode, { language, contentSecurityPolicy }: PageParts): Headers {
  const key = `${code} ${language} ${contentSecurityPolicy}`;
  const known = pageHeaders.get(key);
  if (known !== undefined) return known;
  const headers = new Headers({
    ...HTML_HEADERS,
    ...retryHeaders(code),
    'Content-Language': language,
    'Content-Security-Policy': contentSecurityPolicy,
  });
  pageHeaders.set(key, headers);
  return headers;
}

export function pageReply(parts: PageParts): Response {
  const { code, status, html } = parts;
  const headers = headersOfPage(code, parts);
  return new Response(html, { status: status ?? FAILURES[code].status, headers });
}
