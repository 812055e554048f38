/**
 * Binds a token to the client that asked for it.
 *
 * Owns the keyed digests of `bind`; must not know how a client is identified. A digest
 * says nothing about the client without the secret, and differs between secrets:
 *
 *   digest(name, text) = first 16 characters of base64url(HMAC-SHA256(digestKey, name | 0 | text))
 */
import { encodeBase64url } from '../wire/base64url.ts';
import type { KeyGeneration } from './key-ring.ts';

export type BindingMode = 'network' | 'roaming';

/** What of a client is bound. */
export interface BoundClient {
  /** /24 or /56, canonical text. */
  readonly network: string;
  readonly userAgent: string;
  readonly asn: number | undefined;
  readonly country: string | undefined;
  /** Hosting networks never roam. */
  readonly isHosting: boolean;
}

/** The claim `bind`. */
export interface Binding {
  readonly net: string;
  readonly ua: string;
  /** With roaming alone: ASN and country, which may match instead of `net`. */
  readonly as?: string;
}

const DIGEST_LENGTH = 16;

/** Two bytes a code unit: `core` has no TextEncoder, and lone surrogates must not throw. */
function encodeUnits(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length * 2);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    bytes[at * 2] = unit >> 8;
    bytes[at * 2 + 1] = unit & 0xff;
  }
  return bytes;
}

/** A keyed digest of `text` under `name`, 96 bits as 16 characters. */
export async function digestText(
  generation: KeyGeneration,
  name: string,
  text: string,
): Promise<string> {
  const mac = await crypto.subtle.sign(
    'HMAC',
    generation.digestKey,
    encodeUnits(`${name}\0${text}`),
  );
  return encodeBase64url(new Uint8Array(mac)).slice(0, DIGEST_LENGTH);
}

function digestSystem(generation: KeyGeneration, client: BoundClient): Promise<string> | undefined {
  if (client.isHosting || client.asn === undefined) return undefined;
  return digestText(generation, 'as', `${client.asn} ${client.country ?? ''}`);
}

export async function createBinding(
  generation: KeyGeneration,
  client: BoundClient,
  mode: BindingMode,
): Promise<Binding> {
  const system = mode === 'roaming' ? digestSystem(generation, client) : undefined;
  const [net, ua] = await Promise.all([
    digestText(generation, 'net', client.network),
    digestText(generation, 'ua', client.userAgent),
  ]);
  return system === undefined ? { net, ua } : { net, ua, as: await system };
}

/** Whether `client` is the one that `binding`, made under `generation`, was issued to. */
export async function matchesBinding(
  generation: KeyGeneration,
  binding: Binding,
  client: BoundClient,
): Promise<boolean> {
  if ((await digestText(generation, 'ua', client.userAgent)) !== binding.ua) return false;
  if ((await digestText(generation, 'net', client.network)) === binding.net) return true;
  return binding.as !== undefined && (await digestSystem(generation, client)) === binding.as;
}

/** The claim exactly as the format draws it; `undefined` for anything else. */
export function parseBinding(value: unknown): Binding | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('net' in value && 'ua' in value)) return undefined;
  const { net, ua } = value;
  if (typeof net !== 'string' || typeof ua !== 'string') return undefined;
  if (!('as' in value)) return Object.keys(value).length === 2 ? { net, ua } : undefined;
  const { as } = value;
  return typeof as === 'string' && Object.keys(value).length === 3 ? { net, ua, as } : undefined;
}
