/**
 * A request of the page that can be sent once more, as it was.
 *
 * Owns what of a `fetch` call is kept for that; must not know why. A page may change what it has
 * handed to `fetch` as soon as that has returned, so what can change is copied.
 */

/** A larger buffer is not kept twice; a Blob or File is kept by reference, whatever its size. */
const MAX_BUFFER_BYTES = 1_048_576;

export interface Replay {
  readonly url: string;
  readonly again: () => readonly [RequestInfo | URL, RequestInit | undefined];
}

function copyForm(form: FormData): FormData {
  const copy = new FormData();
  for (const [name, value] of form) copy.append(name, value);
  return copy;
}

/** `undefined` where the body can be read only once, or is too large to keep. */
function copyBody(body: BodyInit): BodyInit | undefined {
  if (typeof body === 'string' || body instanceof Blob) return body;
  if (body instanceof URLSearchParams) return new URLSearchParams(body);
  if (body instanceof FormData) return copyForm(body);
  if (body instanceof ReadableStream || body.byteLength > MAX_BUFFER_BYTES) return undefined;
  // Not a Blob, which would do as well but for a body of SharedArrayBuffer.
  return body instanceof ArrayBuffer
    ? body.slice(0)
    : new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice();
}

function copyInit(init: RequestInit): RequestInit | undefined {
  const { headers, body } = init;
  const copied = body === undefined || body === null ? undefined : copyBody(body);
  if (body !== undefined && body !== null && copied === undefined) return undefined;
  return {
    ...init,
    ...(headers === undefined ? {} : { headers: new Headers(headers) }),
    ...(copied === undefined ? {} : { body: copied }),
  };
}

/** `undefined` for a call that cannot be repeated, carries no cookie, or is wrong in itself. */
export function prepareReplay(
  input: RequestInfo | URL,
  init: RequestInit | undefined,
): Replay | undefined {
  try {
    const request = input instanceof Request ? input : undefined;
    const kept = init === undefined ? undefined : copyInit(init);
    if (init !== undefined && kept === undefined) return undefined;
    if ((init?.credentials ?? request?.credentials) === 'omit') return undefined;
    // A Request reads what it is given as fetch does: any object with a string of its own.
    const { url } = request ?? new Request(input);
    const target = request?.clone() ?? url;
    return { url, again: () => [target, kept] };
  } catch {
    // Whatever is wrong with it, fetch itself will say.
    return undefined;
  }
}
