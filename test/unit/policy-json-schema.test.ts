import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPlacedText } from '../../src/cli/placed-text.ts';
import { CONDITION_NAMES, CONDITIONS } from '../../src/core/policy/conditions/condition-table.ts';
import { policySchema } from '../../src/core/policy/document/json-schema.ts';
import { decodeDocument } from '../../src/core/policy/document/policy-document.ts';
import { PRESETS } from '../../src/core/policy/document/presets.ts';

const validate = new Ajv2020({
  strict: true,
  allowUnionTypes: true,
  strictRequired: false,
}).compile(policySchema());

function isDecoded(document: unknown): boolean {
  return decodeDocument(document).ok;
}

const FULL = {
  schema: 1,
  preset: 'balanced',
  mode: 'live',
  conditions: { reading: { method: ['GET', 'HEAD'] }, feeds: { use: ['reading'], path: ['/f*'] } },
  prices: { dear: { requestPrice: 43_690, minSolutions: 64, puzzle: 'work', remember: true } },
  rules: [
    { name: 'a', action: 'allow', limited: true, use: ['feeds'] },
    {
      name: 'b',
      action: 'allow',
      spoofable: true,
      header: ['X-A', { name: 'Accept', equals: 'a' }],
    },
    { name: 'c', action: 'deny', status: 402, all: [{ country: ['DE'] }], any: [{ asn: [1] }] },
    { name: 'd', action: 'charge', price: 'dear', tier: 3, onFailure: 'open', onError: 'deny' },
    { name: 'e', action: 'weigh', points: -5, not: { verifiedBot: ['*'], continent: ['EU'] } },
    { name: 'f', action: 'tag', tags: 'one', mode: 'dry-run', tls: ['version=TLSv1.2'] },
    { name: 'g', action: 'tag', tags: ['one', 'two'], host: ['*.example.com', 'a.test:8080'] },
    { name: 'h', action: 'deny', network: ['192.0.2.0/24', '2001:db8::/32'], query: ['a', 'a=b'] },
    { name: 'i', action: 'deny', agent: ['MSIE'], agentPattern: ['^x'], pathPattern: ['^/a'] },
    { name: 'j', action: 'deny', protocol: ['HTTP/1.1'], claimedBot: ['a'], falseBot: ['b'] },
    { name: 'k', action: 'deny', expression: 'true', tag: ['one'] },
    { name: 'l', action: 'deny', header: [{ name: 'A', present: false }, { name: 'B' }] },
  ],
  thresholds: [{ name: 't', from: -3, below: 9, action: 'charge' }],
  default: { action: 'allow', spoofable: true },
};

/** FULL with one member replaced, by its path; `undefined` removes it. */
function mutate(path: string, value: unknown): unknown {
  const copy = structuredClone(FULL) as unknown as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let target: Record<string, unknown> = copy;
  for (const key of keys) target = target[key] as Record<string, unknown>;
  if (value === undefined) delete target[last];
  else target[last] = value;
  return copy;
}

const MUTANTS: readonly (readonly [string, unknown])[] = [
  ['schema', undefined],
  ['schema', 2],
  ['schema', '1'],
  ['extra', 1],
  ['preset', 'lax'],
  ['mode', 'dry'],
  ['conditions', []],
  ['conditions.reading', {}],
  ['conditions.reading', { method: [] }],
  ['conditions.bad name', { method: ['GET'] }],
  ['conditions.reading.name', 'x'],
  ['prices.dear.requestPrice', 0],
  ['prices.dear.requestPrice', 1.5],
  ['prices.dear.minSolutions', 257],
  ['prices.dear.status', 403],
  ['prices.dear.puzzle', 'picture'],
  ['prices.dear.remember', 'yes'],
  ['rules', {}],
  ['rules', Array.from({ length: 257 }, (_, index) => ({ name: `r${index}`, action: 'deny' }))],
  ['rules.0.name', ''],
  ['rules.0.name', 'default'],
  ['rules.0.name', 'a b'],
  ['rules.0.name', 'x'.repeat(65)],
  ['rules.0.name', undefined],
  ['rules.0.action', undefined],
  ['rules.0.action', 'ALLOW'],
  ['rules.0.limited', 1],
  ['rules.0.status', 403],
  ['rules.0.unknown', true],
  ['rules.0.use', []],
  ['rules.2.status', 399],
  ['rules.2.status', 500],
  ['rules.2.all', []],
  ['rules.2.all', [{}]],
  ['rules.2.any', {}],
  ['rules.2.country', ['de']],
  ['rules.2.country', 'DE'],
  ['rules.3.tier', 16],
  ['rules.3.tier', -1],
  ['rules.3.ttlSeconds', 599],
  ['rules.3.attemptsPerSolution', 2 ** 26 + 1],
  ['rules.3.onFailure', 'ajar'],
  ['rules.3.onError', 'allow'],
  ['rules.3.points', 1],
  ['rules.4.points', undefined],
  ['rules.4.points', 1_000_001],
  ['rules.4.points', Number.MAX_VALUE],
  ['rules.4.not', []],
  ['rules.4.not.continent', ['XX']],
  ['rules.4.onFailure', 'open'],
  ['rules.5.tags', undefined],
  ['rules.5.tags', 'Upper'],
  ['rules.5.tls', ['colour=red']],
  ['rules.6.tags', []],
  ['rules.6.host', ['Example.com']],
  ['rules.7.network', ['everywhere']],
  ['rules.7.query', ['=b']],
  ['rules.8.agent', ['']],
  ['rules.8.agent', ['x'.repeat(129)]],
  ['rules.9.protocol', ['HTTP/4']],
  ['rules.9.claimedBot', ['Googlebot']],
  ['rules.10.expression', 1],
  ['rules.11.header', [{ name: 'A', equals: 'a', contains: 'b' }]],
  ['rules.11.header', [{ equals: 'a' }]],
  ['rules.11.header', ['a b']],
  ['rules.2.path', ['no-slash']],
  ['rules.2.path', ['/a?b']],
  ['rules.2.method', ['get']],
  ['rules.2.asn', [0]],
  ['thresholds', []],
  ['thresholds.0.action', 'weigh'],
  ['thresholds.0.from', '1'],
  ['thresholds.0.name', undefined],
  ['thresholds.0.path', ['/a']],
  ['default.spoofable', undefined],
  ['default.action', 'tag'],
  ['default.name', 'x'],
];

describe('the JSON Schema of a policy', () => {
  it('lies in static/ as it is generated', async () => {
    const text = `${JSON.stringify(policySchema(), undefined, 2)}\n`;
    await expect(text).toMatchFileSnapshot('../../static/policy.schema.json');
  });

  it('takes what the decoder takes', () => {
    const example = readPlacedText(readFileSync('policy.yaml', 'utf8')).value;
    for (const document of [FULL, example, { schema: 1 }, ...Object.values(PRESETS)]) {
      expect(decodeDocument(document)).toMatchObject({ ok: true });
      expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    }
  });

  it('E08: refuses mutants that the decoder refuses', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(40);
    for (const [path, value] of MUTANTS) {
      const document = mutate(path, value);
      expect([path, value, validate(document), isDecoded(document)]).toEqual([
        path,
        value,
        false,
        false,
      ]);
    }
  });

  it('refuses no entry of any condition that its decoder takes', () => {
    const words =
      'GET DE T1 EU HTTP/2 a.test *.a.test:81 googlebot * tag_1 ja3=ab12 /a* /%41 192.0.2.0/24 ::ffff:192.0.2.0/120 ::/0 a=b Accept x-A 10.0.0.1 2001:db8::1 version=TLSv1.3 ünïcode /ä';
    const word = fc.constantFrom(...words.split(' '), ' ');
    const entry = fc.oneof(
      word,
      fc.string({ maxLength: 12 }),
      fc.integer({ min: -2, max: 2 ** 33 }),
      fc.record({ name: word, equals: fc.string() }),
      fc.record({ name: word, present: fc.boolean() }),
      fc.record({ name: word }),
      fc.constantFrom(null, true, [], {}),
    );
    fc.assert(
      fc.property(fc.constantFrom(...CONDITION_NAMES), entry, (name, value) => {
        if (!CONDITIONS[name].decodeEntry(value).ok) return;
        const document = { schema: 1, rules: [{ name: 'r', action: 'deny', [name]: [value] }] };
        expect([name, value, validate(document)]).toEqual([name, value, true]);
      }),
      { numRuns: 5000 },
    );
  });
});
