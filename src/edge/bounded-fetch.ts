/**
 * Reads a small text from a fixed URL, or sends one there.
 *
 * Owns the bounds (SECURITY-BAR F08): https, no redirect, two seconds for all of it (five to send),
 * bytes counted while they arrive, UTF-8 alone. Must not know what the text is.
 */

import { within } from './within.ts';

/** The part of `fetch` that is used. */
export type FetchUrl = (
  url: string,
  init: {
    readonly redirect: 'manual';
    readonly method?: 'POST';
    readonly body?: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  },
) => Promise<Response>;

export interface TextRequest {
  /** A constant, or the well-known path on a host of the operator's own list. */
  readonly url: string;
  readonly maxBytes: number;
  /** Media types that are read; `undefined`: any. */
  readonly mediaTypes: readonly string[] | undefined;
}

export type FetchProblem =
  | 'not-https'
  | 'unreachable'
  | 'redirect'
  | 'status'
  | 'media-type'
  | 'too-large'
  | 'not-utf8';

export type FetchedText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: FetchProblem };

export const FETCH_TIMEOUT_MS = 2000;
export const POST_TIMEOUT_MS = 5000;

const fail = (problem: FetchProblem): FetchedText => ({ ok: false, problem });

function findProblem(response: Response, request: TextRequest): FetchProblem | undefined {
  const isRedirect = response.redirected || (response.status >= 300 && response.status < 400);
  if (isRedirect) return 'redirect';
  if (response.status !== 200) return 'status';
  const mediaType = response.headers.get('Content-Type')?.split(';', 1)[0]?.trim().toLowerCase();
  const { mediaTypes } = request;
  return mediaTypes === undefined || mediaTypes.includes(mediaType ?? '')
    ? undefined
    : 'media-type';
}

async function readBody(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    total += value.byteLength;
    if (total > maxBytes) {
      await reader.cancel();
      return undefined;
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

function decodeText(bytes: Uint8Array): FetchedText {
  try {
    return {
      ok: true,
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes),
    };
  } catch {
    return fail('not-utf8');
  }
}

async function readText(
  fetchUrl: FetchUrl,
  request: TextRequest,
  signal: AbortSignal,
): Promise<FetchedText> {
  const accept = request.mediaTypes?.join(', ') ?? '*/*';
  const response = await fetchUrl(request.url, {
    redirect: 'manual',
    headers: { Accept: accept },
    signal,
  });
  const problem = findProblem(response, request);
  if (problem !== undefined) {
    await response.body?.cancel();
    return fail(problem);
  }
  if (response.body === null) return decodeText(new Uint8Array(0));
  const bytes = await readBody(response.body, request.maxBytes);
  return bytes === undefined ? fail('too-large') : decodeText(bytes);
}

/** What `task` says; `undefined` where it fails, or takes longer than `timeoutMs` and is aborted. */
export async function withinTime<Result>(
  timeoutMs: number,
  task: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | undefined> {
  const abort = new AbortController();
  try {
    // A body that stops arriving is not always ended by the signal, so time runs beside it.
    return await within(task(abort.signal), timeoutMs);
  } catch {
    return undefined;
  } finally {
    abort.abort();
  }
}

/** The text, or why there is none. Never throws, and never takes longer than two seconds. */
export async function fetchText(fetchUrl: FetchUrl, request: TextRequest): Promise<FetchedText> {
  if (!request.url.startsWith('https://')) return fail('not-https');
  const fetched = await withinTime(FETCH_TIMEOUT_MS, (signal) =>
    readText(fetchUrl, request, signal),
  );
  return fetched ?? fail('unreachable');
}

export type PostProblem = Extract<FetchProblem, 'not-https' | 'unreachable' | 'status'>;

/**
 * Sends `json` once and reads nothing of the answer but whether its status is 2xx.
 * @returns why it did not arrive; a redirect is a `status`. Never throws, at most five seconds
 */
export async function postJson(
  fetchUrl: FetchUrl,
  url: string,
  json: string,
): Promise<PostProblem | undefined> {
  if (!url.startsWith('https://')) return 'not-https';
  const sent = await withinTime(POST_TIMEOUT_MS, async (signal) => {
    const response = await fetchUrl(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'Content-Type': 'application/json' },
      body: json,
      signal,
    });
    await response.body?.cancel();
    return response.ok;
  });
  if (sent === undefined) return 'unreachable';
  return sent ? undefined : 'status';
}
