/**
 * What a verifier of signed agents has to do: one suite for Node and for workerd, whose
 * implementations of Ed25519 differ.
 */
import { describe, expect, it } from 'vitest';
import { verifyEd25519, importAgentKey } from '../../src/core/signed-agent/ed25519.ts';
import { verifySignedAgent } from '../../src/core/signed-agent/signed-agent.ts';
import type { SignedAgentVerdict } from '../../src/core/signed-agent/signed-agent.ts';
import { createSignatureBase, readComponents } from '../../src/core/signed-agent/signature-base.ts';
import { parseDictionary } from '../../src/core/signed-agent/structured-fields.ts';
import { PLAN_V2, PLAN_WIDE } from './signed-agent-changes.ts';
import { MUTANTS } from './signed-agent-mutants.ts';
import {
  AGENTS,
  AGENT_HOST,
  createFindKey,
  NOW_SECONDS,
  OTHER_KEY,
  parametersOf,
  PLAN,
  requestOf,
  RFC_KEY,
  rulesOf,
  sign,
} from './signed-requests.ts';
import type { Plan } from './signed-requests.ts';

const VERIFIED = { kind: 'verified', agent: 'test-agent', keyId: RFC_KEY.thumbprint };

async function verdictOf(
  plan: Plan,
  change: Parameters<typeof rulesOf>[0] = {},
): Promise<SignedAgentVerdict> {
  return verifySignedAgent(requestOf(plan), rulesOf(change));
}

export function describeSignedAgents(): void {
  describe('a signed agent', () => {
    it.each([
      ['as the first version of the architecture signs', PLAN],
      ['as the second version signs', PLAN_V2],
      ['with all that can be covered', PLAN_WIDE],
      [
        'without alg and nonce',
        { ...PLAN, parameters: parametersOf({ alg: undefined, nonce: undefined }) },
      ],
      [
        'with a nonce of 256 characters',
        { ...PLAN, parameters: parametersOf({ nonce: `"${'n'.repeat(256)}"` }) },
      ],
      ['under another label', { ...PLAN, label: '*a-1.b_c' }],
    ])('D04: is verified %s', async (_, plan) => {
      expect(await verdictOf(await sign(plan))).toEqual(VERIFIED);
    });

    it('D04: is verified beside a signature for another use', async () => {
      const signed = await sign(PLAN);
      const fields = {
        ...signed.fields,
        'signature-input': `proxy=("@method");created=1;keyid="k", ${signed.fields['signature-input']}`,
        signature: `proxy=:AAAA:, ${signed.fields['signature']}`,
      };
      expect(await verdictOf({ ...signed, fields })).toEqual(VERIFIED);
    });

    it('D04: an empty path and query are signed as "/" and "?"', async () => {
      const plan: Plan = {
        ...PLAN,
        path: '/',
        query: '',
        covered: [...PLAN.covered, ['"@path"', '/'], ['"@query"', '?']],
      };
      expect(await verdictOf(await sign(plan))).toEqual(VERIFIED);
    });

    it('D04: blanks around a field value are not signed', async () => {
      const signed = await sign(PLAN_WIDE);
      const fields = { ...signed.fields, 'x-trace': ' \ta, b\t ' };
      expect(await verdictOf({ ...signed, fields })).toEqual(VERIFIED);
    });

    it.each([
      {
        when: 'created 30 seconds ahead',
        created: NOW_SECONDS + 30,
        expires: NOW_SECONDS + 60,
        maxLifetimeSeconds: 300,
        kind: 'verified',
      },
      {
        when: 'created 31 seconds ahead',
        created: NOW_SECONDS + 31,
        expires: NOW_SECONDS + 60,
        maxLifetimeSeconds: 300,
        kind: 'refused',
      },
      {
        when: 'a second before it expires',
        created: NOW_SECONDS - 59,
        expires: NOW_SECONDS + 1,
        maxLifetimeSeconds: 300,
        kind: 'verified',
      },
      {
        when: 'when it expires',
        created: NOW_SECONDS - 60,
        expires: NOW_SECONDS,
        maxLifetimeSeconds: 300,
        kind: 'refused',
      },
      {
        when: 'a lifetime of 300 seconds',
        created: NOW_SECONDS - 100,
        expires: NOW_SECONDS + 200,
        maxLifetimeSeconds: 300,
        kind: 'verified',
      },
      {
        when: 'a lifetime of 301 seconds',
        created: NOW_SECONDS - 100,
        expires: NOW_SECONDS + 201,
        maxLifetimeSeconds: 300,
        kind: 'refused',
      },
      {
        when: 'a lifetime of 301 seconds under a wider rule',
        created: NOW_SECONDS - 100,
        expires: NOW_SECONDS + 201,
        maxLifetimeSeconds: 301,
        kind: 'verified',
      },
    ])('D04: $when', async ({ created, expires, maxLifetimeSeconds, kind }) => {
      const parameters = parametersOf({ created: String(created), expires: String(expires) });
      const verdict = await verdictOf(await sign({ ...PLAN, parameters }), { maxLifetimeSeconds });
      expect(verdict.kind).toBe(kind);
    });

    it('D04: none where nothing is signed, or for another use alone', async () => {
      const { findKey, lookups } = createFindKey();
      expect(await verdictOf(PLAN, { findKey })).toEqual({ kind: 'none' });
      const signature = {
        ...PLAN,
        fields: { ...PLAN.fields, signature: 'keyId="a",signature="b"' },
      };
      expect(await verdictOf(signature, { findKey })).toEqual({ kind: 'none' });
      const other = { ...PLAN, fields: { 'signature-input': 'a=("@method");created=1' } };
      expect(await verdictOf(other, { findKey })).toEqual({ kind: 'none' });
      expect(lookups()).toBe(0);
    });

    it('D04: looks no key up before all that is cheap has passed', async () => {
      const { findKey, lookups } = createFindKey();
      for (const { from, signed, sent, reason } of MUTANTS) {
        if (reason === 'bad-signature' || reason === 'unknown-key') continue;
        const plan = await sign(signed?.(from) ?? from);
        await verdictOf(sent?.(plan) ?? plan, { findKey });
      }
      expect(lookups()).toBe(0);
    });

    it('D04: a directory that cannot be had refuses', async () => {
      const findKey = () => Promise.reject(new Error('down'));
      const verdict = await verdictOf(await sign(PLAN), { findKey });
      expect(verdict).toEqual({ kind: 'refused', reason: 'key-unavailable' });
    });
  });

  describe('mutants of accepted requests', () => {
    it('are at least 40, each with a name of its own', () => {
      expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
      expect(MUTANTS.length).toBeGreaterThanOrEqual(40);
    });

    it.each(MUTANTS)('D04: $name: $reason', async ({ from, signed, sent, reason }) => {
      expect(await verdictOf(await sign(from))).toEqual(VERIFIED);
      const plan = await sign(signed?.(from) ?? from);
      const verdict = await verdictOf(sent?.(plan) ?? plan);
      expect(verdict).toEqual(reason === 'none' ? { kind: 'none' } : { kind: 'refused', reason });
    });
  });

  describe('thumbprints', () => {
    it('D04: are those of RFC 8037 and of the published vectors', async () => {
      for (const { x, thumbprint } of [RFC_KEY, OTHER_KEY]) {
        expect((await importAgentKey(x))?.thumbprint).toBe(thumbprint);
      }
    });

    it.each([
      ['31 bytes', 'A'.repeat(42)],
      ['33 bytes', 'A'.repeat(44)],
      ['other unused bits', `${RFC_KEY.x.slice(0, -1)}t`],
      ['padding', `${RFC_KEY.x}=`],
      ['nothing', ''],
    ])('D04: a key of %s is none', async (_, x) => {
      expect(await importAgentKey(x)).toBeUndefined();
    });
  });
}

interface Vector {
  readonly key: { readonly kty: string; readonly x?: string };
  readonly target_url: string;
  readonly created_ms: number;
  readonly expires_ms: number;
  readonly label: string;
  readonly signature: string;
  readonly signature_input: string;
  readonly signature_agent?: string;
}

function planOf(vector: Vector): Plan {
  const url = new URL(vector.target_url);
  return {
    ...PLAN,
    authority: url.host,
    path: url.pathname,
    query: url.search,
    fields: {
      'signature-input': vector.signature_input,
      signature: vector.signature,
      ...(vector.signature_agent === undefined
        ? {}
        : { 'signature-agent': vector.signature_agent }),
    },
  };
}

/** What the vector signs is right, whoever may be believed for how long. */
async function isGenuine(vector: Vector): Promise<boolean> {
  const request = requestOf(planOf(vector));
  const list = parseDictionary(vector.signature_input)?.get(vector.label);
  const signature = parseDictionary(vector.signature)?.get(vector.label);
  const key = await importAgentKey(vector.key.x ?? '');
  if (list?.kind !== 'inner-list' || signature?.kind !== 'item' || key === undefined) return false;
  const components = readComponents(list);
  const base =
    components === undefined ? undefined : createSignatureBase(list, components, request);
  if (base === undefined || signature.bare.kind !== 'bytes') return false;
  const id = list.parameters.get('keyid');
  if (id?.kind !== 'string' || id.value !== key.thumbprint) return false;
  return verifyEd25519(key.key, signature.bare.value, base);
}

/** The published vectors of Web Bot Auth, versions 1 and 2. */
export function describePublishedVectors(read: (version: 1 | 2) => unknown): void {
  describe.each([1, 2] as const)('published vectors, version %s', (version) => {
    const vectors = read(version) as readonly Vector[];
    const edwards = vectors.filter(({ key }) => key.kty === 'OKP');
    const others = vectors.filter(({ key }) => key.kty !== 'OKP');
    const rulesFor = (vector: Vector) => ({
      nowSeconds: vector.created_ms / 1000 + 1,
      maxLifetimeSeconds: (vector.expires_ms - vector.created_ms) / 1000,
      agents: AGENTS,
    });

    it('D04: 2 of 2 Ed25519 signatures are right', async () => {
      expect(await Promise.all(edwards.map(isGenuine))).toEqual([true, true]);
    });

    it('D04: of those the one that names its agent is verified, the other refused for that', async () => {
      const verdicts = await Promise.all(
        edwards.map((vector) => verdictOf(planOf(vector), rulesFor(vector))),
      );
      expect(verdicts).toEqual([{ kind: 'refused', reason: 'agent-absent' }, VERIFIED]);
      expect(planOf(edwards[1] as Vector).fields['signature-agent']).toContain(AGENT_HOST);
    });

    it('D04: 2 of 2 RSA signatures are refused for their algorithm', async () => {
      const verdicts = await Promise.all(
        others.map((vector) => verdictOf(planOf(vector), rulesFor(vector))),
      );
      const refused = { kind: 'refused', reason: 'algorithm' };
      expect(verdicts).toEqual([refused, refused]);
    });

    it('D04: none is accepted under the rules for live traffic: they live an hour and more', async () => {
      for (const vector of edwards) {
        const { nowSeconds } = rulesFor(vector);
        const verdict = await verdictOf(planOf(vector), { nowSeconds });
        expect(verdict).toEqual({ kind: 'refused', reason: 'lifetime' });
      }
    });
  });
}
