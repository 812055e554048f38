/**
 * Key directories of signed agents: JWK sets (RFC 7517) as their hosts publish them.
 *
 * Owns what is taken from a directory: public Ed25519 keys and nothing else. Must not know how it
 * was fetched. The name that a directory gives a key counts for nothing; a key is known by the
 * thumbprint that we compute.
 */
import { decodeBase64url } from '../wire/base64url.ts';

export const MAX_DIRECTORY_KEYS = 32;
/** Where a directory lies, on the agent's own host. */
export const DIRECTORY_PATH = '/.well-known/http-message-signatures-directory';

const PUBLIC_KEY_BYTES = 32;
/** Spellings in use: RFC 8037, RFC 9864, RFC 9421. */
const ALGORITHMS: ReadonlySet<unknown> = new Set(['EdDSA', 'Ed25519', 'ed25519']);

function membersOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return { ...value };
}

function readPublicKey(value: unknown): string | undefined {
  const jwk = membersOf(value);
  if (jwk?.['kty'] !== 'OKP' || jwk['crv'] !== 'Ed25519') return undefined;
  // A directory that gives its private key away speaks for nobody any more.
  if (Object.hasOwn(jwk, 'd')) return undefined;
  const [use, algorithm, x] = [jwk['use'], jwk['alg'], jwk['x']];
  if (use !== undefined && use !== 'sig') return undefined;
  if (algorithm !== undefined && !ALGORITHMS.has(algorithm)) return undefined;
  if (typeof x !== 'string' || x.length !== 43) return undefined;
  return decodeBase64url(x)?.length === PUBLIC_KEY_BYTES ? x : undefined;
}

/**
 * Members `x` of the Ed25519 keys of a JWK set. Keys of other kinds are passed over, as RFC 7517
 * section 5 asks. `undefined`: no JWK set, more than 32 keys, or no usable key among them.
 */
export function parseKeyDirectory(value: unknown): readonly string[] | undefined {
  const keys = membersOf(value)?.['keys'];
  if (!Array.isArray(keys) || keys.length > MAX_DIRECTORY_KEYS) return undefined;
  const usable = [...new Set(keys.flatMap((key: unknown) => readPublicKey(key) ?? []))];
  return usable.length === 0 ? undefined : usable;
}
