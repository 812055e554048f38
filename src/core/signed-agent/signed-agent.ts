/**
 * Verification of signed agents: Web Bot Auth over HTTP Message Signatures.
 *
 * Owns what a signature must cover and when it counts (SECURITY-BAR D04). Must not know where
 * keys are kept. The order is the cost: length, grammar, label, components, times, allow-list,
 * and only then a key look-up and one signature.
 *
 *   Signature-Input: sig1=("@authority" "signature-agent");created=C;expires=E;
 *                    keyid="<JWK thumbprint>";alg="ed25519";nonce="...";tag="web-bot-auth"
 *   Signature-Agent: "https://agent.example"            first version of the architecture
 *   Signature-Agent: a="https://agent.example"          second; covered as "signature-agent";key="a"
 *   Signature:       sig1=:<64 bytes>:
 *
 * A nonce is signed like everything else and not remembered: whoever can replay a request within
 * five minutes, to the same host, gets what the agent gets.
 */
import { SIGNATURE_BYTES, verifyEd25519 } from './ed25519.ts';
import { AGENT_FIELD, createSignatureBase, readComponents } from './signature-base.ts';
import type { Component, SignedRequest } from './signature-base.ts';
import { MAX_FIELD_LENGTH, parseDictionary, parseItem } from './structured-fields.ts';
import type { InnerList, Parameters } from './structured-fields.ts';

/** Finds a key in the directory of an allow-listed agent, by its thumbprint. May throw. */
export type FindKey = (agentHost: string, thumbprint: string) => Promise<CryptoKey | undefined>;

export interface AcceptanceRules {
  /** From the host of an allow-listed agent to the name of its bot. */
  readonly agents: ReadonlyMap<string, string>;
  readonly findKey: FindKey;
  readonly nowSeconds: number;
  /** Longest time from `created` to `expires`; 300 for live traffic. */
  readonly maxLifetimeSeconds: number;
}

export type SignatureRefusal =
  /** A field is too long, not a dictionary, or half of the pair is absent. */
  | 'malformed'
  /** More than one signature has the tag. */
  | 'several-signatures'
  /** A component is not understood, or stands there twice. */
  | 'components'
  | 'authority-not-covered'
  | 'agent-absent'
  | 'agent-not-covered'
  /** `Signature-Agent` is no `https://host`. */
  | 'agent-malformed'
  /** A parameter is absent, unknown, or of another type. */
  | 'parameters'
  | 'algorithm'
  | 'lifetime'
  | 'not-yet-valid'
  | 'expired'
  | 'agent-not-listed'
  | 'unknown-key'
  /** The key could not be looked up. */
  | 'key-unavailable'
  | 'bad-signature';

export type SignedAgentVerdict =
  /** No signature for this purpose: nothing was looked at but two fields. */
  | { readonly kind: 'none' }
  | { readonly kind: 'verified'; readonly agent: string; readonly keyId: string }
  | { readonly kind: 'refused'; readonly reason: SignatureRefusal };

export const LIVE_LIFETIME_SECONDS = 300;
/** How far ahead an agent's clock may be. */
export const CLOCK_SKEW_SECONDS = 30;

const TAG = 'web-bot-auth';
const ALGORITHM = 'ed25519';
const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/;
const MAX_NONCE_LENGTH = 256;
const PARAMETERS: ReadonlySet<string> = new Set([
  'alg',
  'created',
  'expires',
  'keyid',
  'nonce',
  'tag',
]);
/** A host name in lower case, two labels at least: no port, path, user or address. */
const AGENT_URL =
  /^https:\/\/((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z](?:[a-z0-9-]{0,61}[a-z0-9]))$/;
const MAX_AGENT_URL = 261;

/** A refusal on its way up; caught in this module alone. */
type Step<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: SignatureRefusal };

const pass = <Value>(value: Value): Step<Value> => ({ ok: true, value });
const refuse = (reason: SignatureRefusal): { ok: false; reason: SignatureRefusal } => ({
  ok: false,
  reason,
});

interface LabelledList {
  readonly label: string;
  readonly list: InnerList;
}

/** The signature with the tag; `undefined` where none has it, as signatures for other uses. */
function findTagged(input: string): Step<LabelledList | undefined> {
  const members = input.length > MAX_FIELD_LENGTH ? undefined : parseDictionary(input);
  if (members === undefined) return refuse('malformed');
  const tagged: LabelledList[] = [];
  for (const [label, member] of members) {
    if (member.kind !== 'inner-list') return refuse('malformed');
    const tag = member.parameters.get('tag');
    if (tag?.kind === 'string' && tag.value === TAG) tagged.push({ label, list: member });
  }
  return tagged.length > 1 ? refuse('several-signatures') : pass(tagged[0]);
}

interface SignatureFacts {
  readonly keyId: string;
  readonly created: number;
  readonly expires: number;
}

function readSignatureFacts(parameters: Parameters): Step<SignatureFacts> {
  for (const name of parameters.keys()) if (!PARAMETERS.has(name)) return refuse('parameters');
  const algorithm = parameters.get('alg');
  if (algorithm !== undefined) {
    if (algorithm.kind !== 'string' || algorithm.value !== ALGORITHM) return refuse('algorithm');
  }
  const nonce = parameters.get('nonce');
  if (nonce !== undefined) {
    if (nonce.kind !== 'string' || nonce.value.length > MAX_NONCE_LENGTH)
      return refuse('parameters');
  }
  const created = parameters.get('created');
  const expires = parameters.get('expires');
  const keyId = parameters.get('keyid');
  if (created?.kind !== 'integer' || expires?.kind !== 'integer' || keyId?.kind !== 'string') {
    return refuse('parameters');
  }
  if (!THUMBPRINT.test(keyId.value)) return refuse('parameters');
  return pass({ keyId: keyId.value, created: created.value, expires: expires.value });
}

function checkTimes(facts: SignatureFacts, rules: AcceptanceRules): SignatureRefusal | undefined {
  const lifetime = facts.expires - facts.created;
  if (lifetime <= 0 || lifetime > rules.maxLifetimeSeconds) return 'lifetime';
  if (facts.created > rules.nowSeconds + CLOCK_SKEW_SECONDS) return 'not-yet-valid';
  return facts.expires <= rules.nowSeconds ? 'expired' : undefined;
}

/** The text of the agent that the signature covers, in either version of the architecture. */
function readAgentText(field: string, key: string | undefined): string | undefined {
  const item = key === undefined ? parseItem(field) : parseDictionary(field)?.get(key);
  if (item?.kind !== 'item' || item.bare.kind !== 'string' || item.parameters.size > 0) {
    return undefined;
  }
  return item.bare.value;
}

function readAgentHost(components: readonly Component[], request: SignedRequest): Step<string> {
  const field = request.header(AGENT_FIELD);
  if (field === undefined) return refuse('agent-absent');
  const covering = components.filter(({ name }) => name === AGENT_FIELD);
  const [component] = covering;
  if (component === undefined || covering.length > 1) return refuse('agent-not-covered');
  const text = readAgentText(field, component.key);
  if (text === undefined || text.length > MAX_AGENT_URL) return refuse('agent-malformed');
  const host = AGENT_URL.exec(text)?.[1];
  return host === undefined ? refuse('agent-malformed') : pass(host);
}

function readSignature(label: string, field: string | undefined): Uint8Array | undefined {
  if (field === undefined || field.length > MAX_FIELD_LENGTH) return undefined;
  const member = parseDictionary(field)?.get(label);
  if (member?.kind !== 'item' || member.bare.kind !== 'bytes' || member.parameters.size > 0) {
    return undefined;
  }
  return member.bare.value.length === SIGNATURE_BYTES ? member.bare.value : undefined;
}

interface Claim {
  readonly host: string;
  readonly agent: string;
  readonly keyId: string;
  readonly base: string;
  readonly signature: Uint8Array;
}

/** Everything that needs no key. */
function readClaim(
  { label, list }: LabelledList,
  request: SignedRequest,
  rules: AcceptanceRules,
): Step<Claim> {
  const components = readComponents(list);
  if (components === undefined) return refuse('components');
  if (!components.some(({ name }) => name === '@authority')) return refuse('authority-not-covered');
  const facts = readSignatureFacts(list.parameters);
  if (!facts.ok) return facts;
  const problem = checkTimes(facts.value, rules);
  if (problem !== undefined) return refuse(problem);
  const host = readAgentHost(components, request);
  if (!host.ok) return host;
  const agent = rules.agents.get(host.value);
  if (agent === undefined) return refuse('agent-not-listed');
  const signature = readSignature(label, request.header('signature'));
  const base = createSignatureBase(list, components, request);
  if (signature === undefined || base === undefined) return refuse('malformed');
  return pass({ host: host.value, agent, keyId: facts.value.keyId, base, signature });
}

async function checkClaim(claim: Claim, findKey: FindKey): Promise<SignedAgentVerdict> {
  let key: CryptoKey | undefined;
  try {
    key = await findKey(claim.host, claim.keyId);
  } catch {
    return { kind: 'refused', reason: 'key-unavailable' };
  }
  if (key === undefined) return { kind: 'refused', reason: 'unknown-key' };
  const isGenuine = await verifyEd25519(key, claim.signature, claim.base);
  if (!isGenuine) return { kind: 'refused', reason: 'bad-signature' };
  return { kind: 'verified', agent: claim.agent, keyId: claim.keyId };
}

/**
 * Who signed the request. `refused` for a signature with the tag `web-bot-auth` that does not
 * count; `none` for a request without one, at the price of one header look-up. Never throws.
 */
export async function verifySignedAgent(
  request: SignedRequest,
  rules: AcceptanceRules,
): Promise<SignedAgentVerdict> {
  const input = request.header('signature-input');
  if (input === undefined) return { kind: 'none' };
  const tagged = findTagged(input);
  if (!tagged.ok) return { kind: 'refused', reason: tagged.reason };
  if (tagged.value === undefined) return { kind: 'none' };
  const claim = readClaim(tagged.value, request, rules);
  if (!claim.ok) return { kind: 'refused', reason: claim.reason };
  return checkClaim(claim.value, rules.findKey);
}
