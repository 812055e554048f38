/** The published form of a policy: what is read, and why a value is refused. */
import { describe, expect, it } from 'vitest';
import {
  formatStoredPolicy,
  MAX_STORED_LENGTH,
  readStoredPolicy,
  TOMBSTONE,
} from '../../src/core/policy/document/stored-policy.ts';
import { policyBase } from '../support/policy-fixtures.ts';

const BASE = policyBase();
const NAMES = { version: '2026-11-01T00:00:00.000Z-AbCdEfGh', digest: 'AbCdEfGhIjKlMnOp' };

const read = (text: string) => readStoredPolicy(text, BASE);

function reasonOf(text: string): string {
  const reading = read(text);
  return reading.kind === 'refused' ? reading.reason : reading.kind;
}

const withMembers = (members: Record<string, unknown>) =>
  JSON.stringify({ ...JSON.parse(formatStoredPolicy({ schema: 1 }, NAMES)), ...members });

describe('a stored policy', () => {
  it('reads what was published', () => {
    const rules = [{ name: 'a', action: 'deny', path: ['/a'] }];
    const reading = read(formatStoredPolicy({ schema: 1, preset: 'strict', rules }, NAMES));
    expect(reading).toMatchObject({
      kind: 'policy',
      stored: { ...NAMES, document: { preset: 'strict', rules: [{ name: 'a' }] } },
    });
  });

  it('is taken back by the tombstone and nothing like it', () => {
    expect(reasonOf(TOMBSTONE)).toBe('removed');
    for (const text of ['{"format":1,"removed":1}', '{"format":1,"removed":true,"version":"a"}']) {
      expect(reasonOf(text)).toBe('malformed');
    }
    expect(reasonOf('{"format":2,"removed":true}')).toBe('schema');
  });

  it('E08: has at most 2,000,000 characters', () => {
    const text = formatStoredPolicy({ schema: 1 }, NAMES);
    expect(reasonOf(text.padEnd(MAX_STORED_LENGTH))).toBe('policy');
    expect(reasonOf(text.padEnd(MAX_STORED_LENGTH + 1))).toBe('too-large');
  });

  it('names plain versions and digests alone: both are shown and logged', () => {
    const versions = { policy: ['a', 'v'.repeat(96)], malformed: ['', 'v'.repeat(97), 'a\nb', 7] };
    const digests = {
      policy: ['a'.repeat(8), 'a'.repeat(64)],
      malformed: ['a'.repeat(7), 'a'.repeat(65), '<script>', null],
    };
    for (const [member, cases] of Object.entries({ version: versions, digest: digests })) {
      for (const [outcome, values] of Object.entries(cases)) {
        for (const value of values) {
          expect(reasonOf(withMembers({ [member]: value })), `${member} ${value}`).toBe(outcome);
        }
      }
    }
  });

  it('of a later format or schema is refused whole', () => {
    expect(reasonOf(withMembers({ format: 2 }))).toBe('schema');
    expect(reasonOf(withMembers({ schema: 2 }))).toBe('schema');
    expect(reasonOf(withMembers({ document: { schema: 2 } }))).toBe('schema');
    expect(reasonOf(withMembers({ schema: '1' }))).toBe('malformed');
    expect(reasonOf(withMembers({ document: {} }))).toBe('malformed');
  });

  it('E09: with a reserved key is refused and pollutes nothing', () => {
    const text = `{"format":1,"schema":1,"version":"a","digest":"aaaaaaaa","document":{"schema":1,"rules":[{"__proto__":{"x":1}}]}}`;
    expect(reasonOf(text)).toBe('invalid');
    const outside = text.replace('"format"', '"__proto__":{"y":1},"format"');
    expect(reasonOf(outside)).toBe('malformed');
    expect(Reflect.get({}, 'x') ?? Reflect.get({}, 'y')).toBeUndefined();
  });

  it('is refused with the problems of its document, those of its prices included', () => {
    const charge = { action: 'charge', requestPrice: 2 ** 40 };
    const documents = [
      { rules: [{ name: 'a', path: ['/a'], ...charge }] },
      { thresholds: [{ name: 'a', ...charge }] },
      { default: charge },
    ];
    for (const document of documents) {
      const reading = read(formatStoredPolicy({ schema: 1, ...document }, NAMES));
      expect(reading).toMatchObject({ kind: 'refused', reason: 'invalid', problems: [{}] });
    }
  });
});
