/**
 * What becomes of a request body that met the gate (SECURITY-BAR F05).
 *
 * Owns the decision: a same-origin urlencoded POST of at most 64 KB is carried inside
 * the page and sent again after the pass; the visitor is told that anything else was
 * not sent. A cross-site POST must never become a same-origin one, so `Origin` has to
 * equal the host, and fetch metadata must agree where present.
 */
import type { PendingForm } from '../core/wire/page-data.ts';
import { FORM_TYPE, mediaType, readBodyText } from './body.ts';

/** Largest body that is carried, in bytes. */
export const MAX_CARRIED_BYTES = 65_536;

/** Most fields of such a form: reading tens of thousands costs milliseconds. */
const MAX_CARRIED_FIELDS = 1000;

const LONE_BREAK = /\r(?!\n)|(?<!\r)\n/;

const NONE: PendingForm = { kind: 'none' };
const NOT_SENT: PendingForm = { kind: 'not-sent' };

/**
 * Whether a browser form rebuilt from `body` sends the same bytes: it reads back and
 * writes again identically, and holds no line break that a form would turn into CRLF.
 */
export function survivesForm(body: string): boolean {
  if (body.split('&', MAX_CARRIED_FIELDS + 1).length > MAX_CARRIED_FIELDS) return false;
  const fields = new URLSearchParams(body);
  if (fields.toString() !== body) return false;
  // Names and values are normalised apart from each other: a CR and an LF in neighbours are no pair.
  return [...fields].every(
    ([name, value]) => name !== '' && !LONE_BREAK.test(name) && !LONE_BREAK.test(value),
  );
}

/** Parameters that say what a form without parameters says anyway. */
const IDLE_PARAMETERS: ReadonlySet<string> = new Set(['', 'charset=utf-8', 'charset="utf-8"']);

/** A form is sent without parameters of its type: only what means the same without them is carried. */
function isPlainForm(headers: Headers): boolean {
  const [, ...parameters] = (headers.get('Content-Type') ?? '').split(';');
  const areIdle = parameters.every((one) => IDLE_PARAMETERS.has(one.trim().toLowerCase()));
  return mediaType(headers) === FORM_TYPE && areIdle;
}

function isSameOrigin(request: Request, url: URL): boolean {
  const site = request.headers.get('Sec-Fetch-Site');
  return request.headers.get('Origin') === url.origin && (site === null || site === 'same-origin');
}

/**
 * Reads the body only where it may be carried; otherwise cancels it.
 * @param mayCarry whether the page can send it to the same place again
 */
export async function readPendingForm(
  request: Request,
  url: URL,
  mayCarry: boolean,
): Promise<PendingForm> {
  const { method } = request;
  if (method === 'GET' || method === 'HEAD') return NONE;
  const isCarried =
    mayCarry && method === 'POST' && isSameOrigin(request, url) && isPlainForm(request.headers);
  if (!isCarried) {
    await request.body?.cancel();
    return NOT_SENT;
  }
  const reading = await readBodyText(request, MAX_CARRIED_BYTES);
  if (reading.kind !== 'text' || !survivesForm(reading.text)) return NOT_SENT;
  return { kind: 'carried', body: reading.text };
}
