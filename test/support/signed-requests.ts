/**
 * Requests as signed agents send them, written without the code under test.
 *
 * Owns a plan of a request, whose signature base is put together from literal lines, so that a
 * test says itself what is signed. The key is the Ed25519 test key of RFC 9421 appendix B.1.4.
 */
import type { AcceptanceRules, FindKey } from '../../src/core/signed-agent/signed-agent.ts';
import type { SignedRequest } from '../../src/core/signed-agent/signature-base.ts';

export const NOW_SECONDS = 1_800_000_000;
export const AGENT_HOST = 'signature-agent.test';
export const OTHER_HOST = 'other-agent.test';
export const AGENTS: ReadonlyMap<string, string> = new Map([
  [AGENT_HOST, 'test-agent'],
  [OTHER_HOST, 'other-agent'],
]);

/** RFC 9421 B.1.4; the thumbprint is RFC 8037's way over `x`, as the published vectors have it. */
export const RFC_KEY = {
  d: 'n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU',
  x: 'JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs',
  thumbprint: 'poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U',
};
/** RFC 8032 section 7.1, test 1; the thumbprint is in RFC 8037 A.3. */
export const OTHER_KEY = {
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  thumbprint: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
};

export interface Plan {
  readonly label: string;
  /** Component identifiers as they are covered, with the value that the signer gives each. */
  readonly covered: readonly (readonly [identifier: string, value: string])[];
  /** Text of the signature's parameters, from the first semicolon on. */
  readonly parameters: string;
  readonly key: typeof RFC_KEY;
  readonly method: string;
  readonly scheme: 'http' | 'https';
  readonly authority: string;
  readonly path: string;
  readonly query: string;
  /** Header fields by lower-case name, beside the two of the signature. */
  readonly fields: Readonly<Record<string, string>>;
}

export const AGENT_FIELD = `"https://${AGENT_HOST}"`;

export function parametersOf(change: Readonly<Record<string, string | undefined>> = {}): string {
  const all: Readonly<Record<string, string | undefined>> = {
    created: String(NOW_SECONDS - 10),
    expires: String(NOW_SECONDS + 60),
    keyid: `"${RFC_KEY.thumbprint}"`,
    alg: '"ed25519"',
    nonce: '"bm9uY2U="',
    tag: '"web-bot-auth"',
    ...change,
  };
  return Object.entries(all)
    .map(([name, value]) => (value === undefined ? '' : `;${name}=${value}`))
    .join('');
}

/** What the first version of the architecture sends, at its plainest. */
export const PLAN: Plan = {
  label: 'sig1',
  covered: [
    ['"@authority"', 'example.com'],
    ['"signature-agent"', AGENT_FIELD],
  ],
  parameters: parametersOf(),
  key: RFC_KEY,
  method: 'GET',
  scheme: 'https',
  authority: 'example.com',
  path: '/path/to/resource',
  query: '?q=1',
  fields: { 'signature-agent': AGENT_FIELD },
};

export function requestOf(
  plan: Omit<Plan, 'covered' | 'parameters' | 'key' | 'label'>,
): SignedRequest {
  const { method, scheme, authority, path, query, fields } = plan;
  const header = (name: string): string | undefined =>
    Object.hasOwn(fields, name) ? fields[name] : undefined;
  return { method, scheme, authority, path, query, header };
}

function toBase64(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}

export async function signBase(base: string, { d, x }: typeof RFC_KEY): Promise<string> {
  const jwk = { kty: 'OKP', crv: 'Ed25519', d, x };
  const key = await crypto.subtle.importKey('jwk', jwk, { name: 'Ed25519' }, false, ['sign']);
  const bytes = new TextEncoder().encode(base);
  return toBase64(await crypto.subtle.sign({ name: 'Ed25519' }, key, bytes));
}

/** The plan with its two fields of the signature. */
export async function sign(plan: Plan): Promise<Plan> {
  const list = `(${plan.covered.map(([identifier]) => identifier).join(' ')})${plan.parameters}`;
  const lines = plan.covered.map(([identifier, value]) => `${identifier}: ${value}`);
  const base = [...lines, `"@signature-params": ${list}`].join('\n');
  const signature = await signBase(base, plan.key);
  const fields = {
    ...plan.fields,
    'signature-input': `${plan.label}=${list}`,
    signature: `${plan.label}=:${signature}:`,
  };
  return { ...plan, fields };
}

/** Keys by host and thumbprint; counts its look-ups. */
export function createFindKey(): { findKey: FindKey; lookups: () => number } {
  let lookups = 0;
  const keys = new Map([
    [`${AGENT_HOST} ${RFC_KEY.thumbprint}`, RFC_KEY.x],
    [`${OTHER_HOST} ${OTHER_KEY.thumbprint}`, OTHER_KEY.x],
  ]);
  return {
    async findKey(host, thumbprint) {
      lookups += 1;
      const x = keys.get(`${host} ${thumbprint}`);
      if (x === undefined) return undefined;
      const jwk = { kty: 'OKP', crv: 'Ed25519', x };
      return crypto.subtle.importKey('jwk', jwk, { name: 'Ed25519' }, false, ['verify']);
    },
    lookups: () => lookups,
  };
}

export function rulesOf(change: Partial<AcceptanceRules> = {}): AcceptanceRules {
  const { findKey } = createFindKey();
  return { agents: AGENTS, findKey, nowSeconds: NOW_SECONDS, maxLifetimeSeconds: 300, ...change };
}
