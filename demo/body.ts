/**
 * Facts about a request body: how many bytes arrived, and their SHA-256.
 *
 * Owns reading and digesting; must not know forms or JSON. The digest of the exact
 * bytes is what shows that the gate changed nothing on the way.
 */

export interface BodyFacts {
  readonly bytes: number;
  /** Lowercase hex. */
  readonly sha256: string;
}

function formatHex(digest: ArrayBuffer): string {
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Digests bytes that are already in memory. */
export async function measureBytes(bytes: Uint8Array<ArrayBuffer>): Promise<BodyFacts> {
  return {
    bytes: bytes.byteLength,
    sha256: formatHex(await crypto.subtle.digest('SHA-256', bytes)),
  };
}

/** Digests a body as it streams by, in constant memory; no body counts as an empty one. */
export async function measureStream(body: ReadableStream | null): Promise<BodyFacts> {
  const digest = new crypto.DigestStream('SHA-256');
  if (body === null) {
    await digest.getWriter().close();
  } else {
    await body.pipeTo(digest);
  }
  return { bytes: Number(digest.bytesWritten), sha256: formatHex(await digest.digest) };
}

/**
 * Reads a body of at most `limitBytes` into memory, or returns `undefined` when it is longer.
 * It stops reading there.
 */
export async function readBounded(
  body: ReadableStream<Uint8Array> | null,
  limitBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of body ?? []) {
    total += chunk.byteLength;
    if (total > limitBytes) return undefined;
    chunks.push(chunk);
  }
  const joined = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return joined;
}
