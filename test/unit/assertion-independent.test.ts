/** `Toll-Assertion` before two verifiers that share no code: ours, and one of node:crypto alone. */
import { describe, expect, it } from 'vitest';
import { createAssertionVerifier } from '../../src/origin/toll-assertion.ts';
import {
  assertFor,
  keysOf,
  makePrivateJwk,
  NOW,
  SITE,
  type Asked,
} from '../support/assertion-fixtures.ts';
import { acceptsIndependently } from '../support/independent-assertion.ts';

const KEYS = await keysOf(await makePrivateJwk());
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'];
const VERDICTS = ['pass', 'free', 'allow', 'monitor', 'degraded'];
const pick = <Item>(items: readonly Item[], index: number) => items[index % items.length];

const requestOf = (index: number): Required<Pick<Asked, 'method' | 'target' | 'nowSeconds'>> => ({
  method: pick(METHODS, index) ?? 'GET',
  target: `/p${index}${'/x'.repeat(index % 7)}${index % 3 === 0 ? '' : `?q=${index}&r=%2F`}`,
  nowSeconds: NOW + (index % 50),
});
const CASES = await Promise.all(
  Array.from({ length: 1000 }, async (_, index) => {
    const asked = requestOf(index);
    const verdict = pick(VERDICTS, index) ?? 'pass';
    return { asked, token: await assertFor(KEYS, { ...asked, verdict }) };
  }),
);

async function judge(token: string, { method, target, nowSeconds }: ReturnType<typeof requestOf>) {
  const ours = await createAssertionVerifier({
    host: SITE,
    keys: KEYS.keySet,
    nowMs: () => nowSeconds * 1000,
  })({ method, target, assertion: token });
  const request = { method, target, nowSeconds, host: SITE };
  return [ours.kind === 'valid', acceptsIndependently(token, KEYS.keySet, request)];
}

/** A changed character, claim, request or time. */
function mutate(index: number): readonly [string, ReturnType<typeof requestOf>] {
  const { token, asked } = CASES[index] ?? { token: '', asked: requestOf(index) };
  const [head = '', body = '', mark = ''] = token.split('.');
  const position = (index * 7919) % token.length;
  const swap = token.charAt(position) === 'A' ? 'B' : 'A';
  const json = JSON.parse(Buffer.from(body, 'base64url').toString());
  const edited = (change: object) =>
    `${head}.${Buffer.from(JSON.stringify({ ...json, ...change })).toString('base64url')}.${mark}`;
  const other = CASES[(index + 1) % CASES.length]?.token ?? '';
  const mutants: readonly (() => readonly [string, ReturnType<typeof requestOf>])[] = [
    () => [token.slice(0, position) + swap + token.slice(position + 1), asked],
    () => [edited({ exp: json.exp + 1 }), asked],
    () => [
      edited({ htu: `${json.htu}x` }),
      { ...asked, target: asked.target.replace(/(\?|$)/, 'x$1') },
    ],
    () => [edited({ verdict: 'none' }), asked],
    () => [`${head}.${body}.${other.split('.')[2]}`, asked],
    () => [other, asked],
    () => [token, { ...asked, method: asked.method === 'GET' ? 'POST' : 'GET' }],
    () => [token, { ...asked, target: `${asked.target}/` }],
    () => [token, { ...asked, target: asked.target.toUpperCase() }],
    () => [token, { ...asked, nowSeconds: asked.nowSeconds + 60 + (index % 5) }],
    () => [token, { ...asked, nowSeconds: asked.nowSeconds - 31 }],
    () => [token.slice(0, position), asked],
  ];
  return pick(mutants, index)?.() ?? [token, asked];
}

describe('two verifiers that share no code', () => {
  it('G01, D07: accept 1,000 assertions', async () => {
    for (const { token, asked } of CASES) expect(await judge(token, asked)).toEqual([true, true]);
  });

  it('G01, D07: refuse 1,000 mutants of them', async () => {
    for (const index of CASES.keys()) {
      const [token, asked] = mutate(index);
      expect([index, ...(await judge(token, asked))]).toEqual([index, false, false]);
    }
  });
});
