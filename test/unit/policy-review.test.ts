import { describe, expect, it } from 'vitest';
import { decodeDocument } from '../../src/core/policy/document/policy-document.ts';
import { reviewDocument } from '../../src/core/policy/document/review-document.ts';

function review(document: Record<string, unknown>): readonly string[] {
  const value = { schema: 1, ...document };
  const decoded = decodeDocument(value);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  return reviewDocument(value, decoded.document).map(({ path, message }) => `${path}: ${message}`);
}

function places(document: Record<string, unknown>): readonly string[] {
  return review(document).map((line) => line.slice(0, line.indexOf(':')));
}

const A = { name: 'a', action: 'charge', path: ['/a'] };

describe('warnings about a policy', () => {
  it('has none to say of a policy that means what it says', () => {
    expect(review({ rules: [A, { name: 'b', action: 'deny', path: ['/b'] }] })).toEqual([]);
  });

  it('names every rule behind one that decides about everything', () => {
    const open = { name: 'all', action: 'charge' };
    expect(places({ rules: [A, open, { ...A, name: 'b' }] })).toEqual(['rules[2]']);
    const anyPath = { name: 'all', action: 'charge', path: ['/*'] };
    expect(places({ rules: [anyPath, A] })).toEqual(['rules[1]']);
  });

  it('leaves rules behind one that only reports, weighs or has a condition', () => {
    for (const first of [
      { name: 'all', action: 'charge', mode: 'dry-run' },
      { name: 'all', action: 'tag', tags: ['t'] },
      { name: 'all', action: 'charge', method: ['GET'] },
    ]) {
      expect(places({ rules: [first, A] })).toEqual([]);
    }
  });

  it('names a rule with the conditions of an earlier one that decides', () => {
    expect(places({ rules: [A, { ...A, name: 'b' }] })).toEqual(['rules[1]']);
    // A denial holds for what is not known, so it may still apply.
    const [charge, deny] = ['charge', 'deny'].map((action) => ({
      name: action,
      action,
      country: ['DE'],
    }));
    expect(places({ rules: [charge, deny] })).toEqual([]);
    expect(places({ rules: [deny, charge] })).toEqual(['rules[1]']);
    expect(
      places({
        rules: [
          { ...A, onError: 'skip' },
          { ...A, name: 'b' },
        ],
      }),
    ).toEqual([]);
  });

  it('names conditions and prices that nothing uses', () => {
    const document = {
      conditions: { used: { path: ['/u'] }, idle: { path: ['/i'] } },
      prices: { used: { requestPrice: 1 }, idle: { requestPrice: 1 }, last: { requestPrice: 1 } },
      rules: [{ name: 'r', action: 'charge', price: 'used', not: { use: ['used'] } }],
      default: { action: 'charge', price: 'last' },
    };
    expect(places(document)).toEqual(['conditions.idle', 'prices.idle']);
  });

  it('names allows that anybody can have, each where it says so', () => {
    const document = {
      rules: [{ name: 'r', action: 'allow', spoofable: true, header: ['X-A'] }],
      default: { action: 'allow', spoofable: true },
    };
    expect(places(document)).toEqual(['rules[0].spoofable', 'default.spoofable']);
  });

  it('names tags that no earlier rule leaves', () => {
    const asks = { name: 'asks', action: 'deny', tag: ['t'] };
    const leaves = { name: 'leaves', action: 'tag', tags: ['t'] };
    expect(places({ rules: [asks, leaves] })).toEqual(['rules[0]']);
    expect(places({ rules: [leaves, asks] })).toEqual([]);
  });

  it('names points without thresholds and thresholds without points', () => {
    const weigh = { name: 'w', action: 'weigh', points: 1 };
    const thresholds = [{ name: 't', from: 1, action: 'deny' }];
    expect(places({ rules: [weigh] })).toEqual(['rules']);
    expect(places({ thresholds })).toEqual(['thresholds']);
    expect(places({ rules: [weigh], thresholds })).toEqual([]);
  });

  it('names what keeps the whole policy from touching anything', () => {
    expect(places({ preset: 'monitor' })).toEqual(['preset']);
    expect(places({ mode: 'dry-run' })).toEqual(['mode']);
  });
});
