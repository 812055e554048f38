/**
 * A request of the page that can be sent once more, as it was.
 *
 * Owns what of a `fetch` call is kept for that; must not know why. A page may change what it has
 * handed to `fetch` as soon as that has returned, so what can change is copied.
 */

/** A larger buffer is not kept twice; a Blob or File is kept by reference, whatever its size. */
const MAX_BUFFER_BYTES = 1_048_576;

export interface Replay {
  /** Sending it twice does no more than sending it once, whatever became of the first. */
  readonly isSafe: boolean;
  readonly signal: AbortSignal | null | undefined;
  readonly again: () => readonly [RequestInfo | URL, RequestInit | undefined];
}

function copyForm(form: FormData): FormData {
  const copy = new FormData();
  for (const [name, value] of form) copy.append(name, value);
  return copy;
}

/** `undefined` where the body can be read only once, is too large to keep or of another kind. */
function copyBody(body: BodyInit): BodyInit | undefined {
  if (typeof body === 'string' || body instanceof Blob) return body;
  if (body instanceof URLSearchParams) return new URLSearchParams(body);
  if (body instanceof FormData) return copyForm(body);
  const isBuffer = body instanceof ArrayBuffer;
  if (!isBuffer && !ArrayBuffer.isView(body)) return undefined;
  if (body.byteLength > MAX_BUFFER_BYTES) return undefined;
  // Not a Blob, which would do as well but for a body of SharedArrayBuffer.
  return isBuffer
    ? body.slice(0)
    : new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice();
}

/** What has members of its own; those of a Request, say, are not, and `fetch` takes one as `init`. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** `undefined` where something in it can be read only once: an iterator as headers, say. */
function copyInit(init: RequestInit): RequestInit | undefined {
  const { headers = {}, body } = init;
  if (!isPlain(init)) return undefined;
  if (!(headers instanceof Headers || Array.isArray(headers) || isPlain(headers))) return undefined;
  const copied = body === undefined || body === null ? null : copyBody(body);
  if (copied === undefined) return undefined;
  return {
    ...init,
    ...(init.headers === undefined ? {} : { headers: new Headers(headers) }),
    ...(copied === null ? {} : { body: copied }),
  };
}

const SAFE_METHOD = /^(?:get|head)$/i;

/**
 * `undefined` for a call that cannot be repeated, carries no cookie to `origin`, or is wrong in
 * itself.
 */
export function prepareReplay(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  origin: string,
): Replay | undefined {
  try {
    const request = input instanceof Request ? input : undefined;
    // A Request reads what it is given as fetch does: any object with a string of its own.
    const { url } = request ?? new Request(input);
    if (new URL(url).origin !== origin) return undefined;
    if ((init?.credentials ?? request?.credentials) === 'omit') return undefined;
    const kept = init === undefined ? undefined : copyInit(init);
    if (init !== undefined && kept === undefined) return undefined;
    const target = request?.clone() ?? url;
    return {
      isSafe: SAFE_METHOD.test(init?.method ?? request?.method ?? 'GET'),
      signal: init?.signal === undefined ? request?.signal : init.signal,
      again: () => [target, kept],
    };
  } catch {
    // Whatever is wrong with it, fetch itself will say.
    return undefined;
  }
}
