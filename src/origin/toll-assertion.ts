/**
 * For the origin: did this request come through the gate?
 *
 * Owns the check of `Toll-Assertion` (`toll-assert+jwt`, drawn in src/core/token/assertion-token.ts).
 * One file that imports nothing, so that it can be copied into the origin's own code. It needs
 * WebCrypto with Ed25519 and `fetch`: Node 20, Workers, Deno, Bun. Must not know the gate's code.
 *
 *   const verify = createAssertionVerifier({
 *     host: 'example.com',
 *     keys: 'https://example.com/.toll/jwks.json',
 *   });
 *   const result = await verify(request);
 *   if (result.kind !== 'valid') return new Response('Come through the gate.', { status: 403 });
 */

/** A request as the origin's server received it. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query as they came, such as Express's `req.originalUrl`: compared byte for byte. */
  readonly target: string;
  /** The header `Toll-Assertion`. */
  readonly assertion: string | null | undefined;
}

export interface AssertionClaims {
  readonly aud: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  readonly htm: string;
  /** `pass`, `free`, `allow`, `monitor` or `degraded`: may be trusted, unlike a bare header. */
  readonly verdict: string;
}

export type AssertionRefusal =
  /** The request did not come through the gate, or no key is configured there. */
  | 'missing'
  | 'malformed'
  | 'bad-signature'
  | 'unknown-key'
  /** The key set cannot be had. */
  | 'keys-unavailable'
  | 'expired'
  /** Issued more than 30 seconds ahead of the clock here. */
  | 'not-yet-valid'
  | 'wrong-host'
  | 'wrong-method'
  | 'wrong-path'
  | 'wrong-query'
  /** Strict mode: seen before, or so old that it can no longer be told. */
  | 'replayed';

export type AssertionResult =
  | { readonly kind: 'valid'; readonly claims: AssertionClaims }
  | { readonly kind: AssertionRefusal };

export interface VerifierOptions {
  /** The site's host as visitors write it: lower case, without a default port. */
  readonly host: string;
  /** Address of the gate's `jwks.json`, or the key set itself. */
  readonly keys: string | { readonly keys: readonly unknown[] };
  /** Accepts each assertion once. Holds for this verifier alone: one process, or one isolate. */
  readonly strict?: boolean;
  /** How many assertions strict mode remembers; 100,000 (12 MB) are a minute of 1,600 a second. */
  readonly remembered?: number;
  /** For tests. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** For tests. */
  readonly nowMs?: () => number;
}

export type VerifyAssertion = (request: Request | ReceivedRequest) => Promise<AssertionResult>;

const TYPE = 'toll-assert+jwt';
const ISSUER = 'edgetoll';
const LIFETIME_SECONDS = 60;
const CLOCK_SKEW_SECONDS = 30;
const MAX_TOKEN_LENGTH = 4096;
const DEFAULT_REMEMBERED = 100_000;

const KEY_BYTES = 32;
const MAX_KEYS = 8;
const MAX_KEY_SET_BYTES = 16_384;
const FETCH_TIMEOUT_MS = 3000;
/** A key that the gate dropped is dropped here after this; what cannot be renewed, after an hour. */
const FRESH_MS = 300_000;
const LAST_GOOD_MS = 3_600_000;
/** An unknown `kid` causes at most one fetch in this time; without any key yet, another soon. */
const REFETCH_MS = 30_000;
const FIRST_RETRY_MS = 5000;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function encodeBase64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Canonical spelling only: no padding, no blanks, no unused bits. */
function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return encodeBase64url(bytes) === text ? bytes : undefined;
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', encoder.encode(text));
  return encodeBase64url(new Uint8Array(bytes));
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function parsePart(part: string): object | undefined {
  const bytes = decodeBase64url(part);
  try {
    return bytes === undefined ? undefined : parseObject(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}

type Keys = ReadonlyMap<string, CryptoKey>;

/** A public Ed25519 key whose `kid` is its thumbprint (RFC 7638); anything else is left out. */
async function importKey(jwk: unknown): Promise<readonly [string, CryptoKey] | undefined> {
  if (typeof jwk !== 'object' || jwk === null || 'd' in jwk) return undefined;
  if (!('kty' in jwk && 'crv' in jwk && 'x' in jwk && 'kid' in jwk)) return undefined;
  const { kty, crv, x, kid } = jwk;
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string') return undefined;
  const bytes = decodeBase64url(x);
  if (bytes?.length !== KEY_BYTES || typeof kid !== 'string') return undefined;
  if (kid !== (await digest(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`))) return undefined;
  return [kid, await crypto.subtle.importKey('raw', bytes, 'Ed25519', false, ['verify'])];
}

async function importKeySet(set: object | undefined): Promise<Keys | undefined> {
  const entries: readonly unknown[] =
    set !== undefined && 'keys' in set && Array.isArray(set.keys) ? set.keys : [];
  const imported = await Promise.all(entries.slice(0, MAX_KEYS).map((entry) => importKey(entry)));
  const keys = new Map(imported.filter((entry) => entry !== undefined));
  return keys.size === 0 ? undefined : keys;
}

async function readText(response: Response): Promise<string | undefined> {
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = response.body?.getReader();
  if (reader === undefined) return undefined;
  let text = '';
  let size = 0;
  const streaming = new TextDecoder();
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    size += chunk.value.length;
    if (size > MAX_KEY_SET_BYTES) {
      await reader.cancel();
      return undefined;
    }
    text += streaming.decode(chunk.value, { stream: true });
  }
  return text;
}

type FetchKeys = () => Promise<Keys | undefined>;

/** Never throws: what cannot be had is `undefined`. */
function createFetchKeys(url: string, fetchUrl: NonNullable<VerifierOptions['fetch']>): FetchKeys {
  return async () => {
    try {
      const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS);
      const response = await fetchUrl(url, { redirect: 'manual', signal });
      if (response.status === 200)
        return await importKeySet(parseObject((await readText(response)) ?? ''));
      await response.body?.cancel();
    } catch {
      // The last good keys stay.
    }
    return undefined;
  };
}

/** The gate's keys: renewed in time, and once where an unknown one is named. */
class KeySource {
  readonly #fetchKeys: FetchKeys;
  readonly #nowMs: () => number;
  #keys: Keys = new Map();
  #loadedMs = Number.NEGATIVE_INFINITY;
  #triedMs = Number.NEGATIVE_INFINITY;
  #pending: Promise<void> | undefined;

  constructor(fetchKeys: FetchKeys, nowMs: () => number) {
    this.#fetchKeys = fetchKeys;
    this.#nowMs = nowMs;
  }

  async find(kid: string): Promise<CryptoKey | 'unknown-key' | 'keys-unavailable'> {
    if (!this.#keys.has(kid) || this.#nowMs() - this.#loadedMs > FRESH_MS) await this.#renew();
    if (this.#nowMs() - this.#loadedMs > LAST_GOOD_MS) return 'keys-unavailable';
    return this.#keys.get(kid) ?? 'unknown-key';
  }

  async #renew(): Promise<void> {
    const pause = this.#keys.size === 0 ? FIRST_RETRY_MS : REFETCH_MS;
    if (this.#pending === undefined && Math.abs(this.#nowMs() - this.#triedMs) >= pause) {
      this.#triedMs = this.#nowMs();
      this.#pending = this.#load();
    }
    await this.#pending;
  }

  async #load(): Promise<void> {
    try {
      const keys = await this.#fetchKeys();
      if (keys === undefined) return;
      this.#keys = keys;
      this.#loadedMs = this.#nowMs();
    } finally {
      this.#pending = undefined;
    }
  }
}

/**
 * Which assertions were seen. Bounded, and closed where it forgets: once an entry is dropped, whatever
 * expires no later than it counts as seen, so neither a flood nor a clock that goes back lets one in twice.
 */
class SeenAssertions {
  readonly #limit: number;
  readonly #expiries = new Map<string, number>();
  #forgottenUntil = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @returns false where it was seen, or that can no longer be told */
  admit({ jti, exp }: AssertionClaims): boolean {
    if (exp <= this.#forgottenUntil || this.#expiries.has(jti)) return false;
    this.#expiries.set(jti, exp);
    for (const [oldest, expiry] of this.#expiries) {
      if (this.#expiries.size <= this.#limit) break;
      this.#expiries.delete(oldest);
      this.#forgottenUntil = Math.max(this.#forgottenUntil, expiry);
    }
    return true;
  }
}

interface SignedToken {
  readonly kid: string;
  readonly signed: string;
  readonly signature: Uint8Array<ArrayBuffer>;
  readonly payload: string;
}

function parseToken(token: string): SignedToken | AssertionRefusal {
  const parts = token.split('.');
  const [header = '', payload = '', mark = ''] = parts;
  if (token.length > MAX_TOKEN_LENGTH || parts.length !== 3 || payload === '') return 'malformed';
  const signature = decodeBase64url(mark);
  const members = parsePart(header);
  if (signature === undefined || members === undefined) return 'malformed';
  // Exactly these: no other algorithm, no `jwk`, `jku`, `crit`.
  if (!('alg' in members && 'typ' in members && 'kid' in members)) return 'bad-signature';
  const { alg, typ, kid } = members;
  if (alg !== 'EdDSA' || typ !== TYPE || Object.keys(members).length !== 3) return 'bad-signature';
  if (typeof kid !== 'string' || !/^[A-Za-z0-9_-]{43}$/.test(kid)) return 'unknown-key';
  return { kid, signed: `${header}.${payload}`, signature, payload };
}

interface AllClaims extends AssertionClaims {
  /** `htu`, or `uh`. */
  readonly place: { readonly htu: string } | { readonly uh: string };
  readonly qh: string | undefined;
}

const isSeconds = (value: unknown): value is number => Number.isSafeInteger(value);

function textOf(claims: object, name: string): string | undefined {
  const value: unknown = Object.getOwnPropertyDescriptor(claims, name)?.value;
  return typeof value === 'string' ? value : undefined;
}

function parseClaims(payload: string): AllClaims | undefined {
  const claims = parsePart(payload);
  if (claims === undefined || !('iat' in claims && 'exp' in claims)) return undefined;
  const { iat, exp } = claims;
  const [aud, jti, htm] = ['aud', 'jti', 'htm'].map((name) => textOf(claims, name));
  const [verdict, htu, uh, qh] = ['verdict', 'htu', 'uh', 'qh'].map((name) => textOf(claims, name));
  if (textOf(claims, 'iss') !== ISSUER || !isSeconds(iat) || !isSeconds(exp)) return undefined;
  if (exp <= iat || exp - iat > LIFETIME_SECONDS) return undefined;
  if (aud === undefined || htm === undefined || verdict === undefined) return undefined;
  if (jti === undefined || !/^[A-Za-z0-9_-]{22}$/.test(jti)) return undefined;
  if ((htu === undefined) === (uh === undefined) || ('qh' in claims && qh === undefined))
    return undefined;
  const place = uh === undefined ? { htu: htu ?? '' } : { uh };
  return { aud, jti, iat, exp, htm, verdict, place, qh };
}

function receivedOf(request: Request | ReceivedRequest): ReceivedRequest {
  if (!('headers' in request)) return request;
  const { pathname, search } = new URL(request.url);
  const assertion = request.headers.get('Toll-Assertion');
  return { method: request.method, target: pathname + search, assertion };
}

/** What the claims say of a request other than the one that was received. */
async function findMismatch(
  { aud, htm, place, qh }: AllClaims,
  { method, target }: ReceivedRequest,
  host: string,
): Promise<AssertionRefusal | undefined> {
  if (aud !== host) return 'wrong-host';
  // Cloudflare's cache asks with GET for what it will answer a HEAD with; the gate prices both alike.
  if (htm !== method && !(htm === 'HEAD' && method === 'GET')) return 'wrong-method';
  const [path = ''] = target.split('?', 1);
  const query = target.slice(path.length + 1);
  // Where the last hop is not encrypted, the origin cannot tell which scheme the visitor used.
  const urls = [`https://${host}${path}`, `http://${host}${path}`];
  const isPlace =
    'htu' in place
      ? urls.includes(place.htu)
      : (await Promise.all(urls.map(digest))).includes(place.uh);
  if (!isPlace) return 'wrong-path';
  return qh === (query === '' ? undefined : await digest(query)) ? undefined : 'wrong-query';
}

function createKeySource({ keys, fetch: fetchUrl, nowMs }: VerifierOptions): KeySource {
  const fetchKeys =
    typeof keys === 'string'
      ? createFetchKeys(keys, fetchUrl ?? ((url, init) => fetch(url, init)))
      : () => importKeySet(keys);
  return new KeySource(fetchKeys, nowMs ?? Date.now);
}

/** Makes the check of one site. It answers every request, however hostile, without throwing. */
export function createAssertionVerifier(options: VerifierOptions): VerifyAssertion {
  const { host, strict = false, remembered = DEFAULT_REMEMBERED, nowMs = Date.now } = options;
  const source = createKeySource(options);
  const seen = strict ? new SeenAssertions(remembered) : undefined;

  async function verifyToken(text: string): Promise<AllClaims | AssertionRefusal> {
    const token = parseToken(text);
    if (typeof token === 'string') return token;
    const key = await source.find(token.kid);
    if (typeof key === 'string') return key;
    const { signature, signed } = token;
    const bytes = encoder.encode(signed);
    if (!(await crypto.subtle.verify('Ed25519', key, signature, bytes))) return 'bad-signature';
    return parseClaims(token.payload) ?? 'malformed';
  }

  return async function verifyAssertion(request) {
    const received = receivedOf(request);
    const { assertion } = received;
    if (assertion === null || assertion === undefined || assertion === '')
      return { kind: 'missing' };
    const claims = await verifyToken(assertion);
    if (typeof claims === 'string') return { kind: claims };
    const nowSeconds = Math.floor(nowMs() / 1000);
    if (nowSeconds >= claims.exp) return { kind: 'expired' };
    if (claims.iat > nowSeconds + CLOCK_SKEW_SECONDS) return { kind: 'not-yet-valid' };
    const mismatch = await findMismatch(claims, received, host);
    if (mismatch !== undefined) return { kind: mismatch };
    if (seen?.admit(claims) === false) return { kind: 'replayed' };
    const { aud, jti, iat, exp, htm, verdict } = claims;
    return { kind: 'valid', claims: { aud, jti, iat, exp, htm, verdict } };
  };
}
