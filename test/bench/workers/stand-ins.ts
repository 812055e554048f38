/**
 * What raw workerd lacks: a KV namespace, rate limiters and assets, in the memory of the gate's
 * isolate.
 *
 * Owns all three; each call is asynchronous, as on Cloudflare, and costs what a map costs. The real
 * ones add calls out of the isolate, whose CPU time Cloudflare does not bill to the Worker.
 */

interface RateLimit {
  readonly limit: number;
  readonly periodSeconds: number;
}

/** Fixed windows: so many calls per key and period succeed. */
export function createLimiter({ limit, periodSeconds }: RateLimit) {
  const counts = new Map<string, number>();
  let window = 0;
  return {
    async limit({ key }: { readonly key: string }) {
      const now = Math.floor(Date.now() / (periodSeconds * 1000));
      if (now !== window) {
        window = now;
        counts.clear();
      }
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      return { success: count <= limit };
    },
  };
}

/** @param content what is in it from the start */
export function createKvNamespace(content: readonly (readonly [string, string])[] = []) {
  const values = new Map<string, string>(content);
  return {
    get: async (key: string) => values.get(key) ?? null,
    put: async (key: string, value: string) => {
      values.set(key, value);
    },
  };
}

/** Asked for by no target: assets do not run the Worker. */
export const emptyAssets = { fetch: async () => new Response(null, { status: 404 }) };
