/** Rules about a query that is longer than what is read of it. */
import { describe, expect, it } from 'vitest';
import { createClientView } from '../../src/core/client/client-view.ts';
import { compileDocument } from '../../src/core/policy/document/complete-document.ts';
import { decodeDocument } from '../../src/core/policy/document/policy-document.ts';
import { evaluatePolicy } from '../../src/core/policy/evaluate-policy.ts';
import { TERMS } from '../support/preset-table.ts';

type Table = Readonly<Record<string, unknown>>;

describe('a query longer than what is read of it', () => {
  const padding = 'a'.repeat(2040);
  const decide = (rule: Table, search: string): string => {
    const rules = [{ name: 'r', ...rule }];
    const decoded = decodeDocument({ schema: 1, rules });
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
    const base = { terms: TERMS, caseInsensitivePaths: false, allowedPaths: [] };
    return evaluatePolicy(compileDocument(decoded.document, base), {
      views: ['/page'],
      method: 'GET',
      hasQuery: true,
      client: createClientView({ connectingIp: '192.0.2.1', userAgent: '', asn: 1, country: 'DE' }),
      request: { host: 'site.test', search, header: () => undefined },
    }).kind;
  };
  const allow = { action: 'allow', path: ['/page'] };

  it('E03: hides no parameter from a denial, nor from an exception of an allow', () => {
    expect(decide({ action: 'deny', query: ['x=1'] }, '?x=1')).toBe('deny');
    expect(decide({ action: 'deny', query: ['x=1'] }, `?${padding}`)).toBe('charge');
    expect(decide({ action: 'deny', query: ['x=1'] }, `?${padding}&b&cde&x=1`)).toBe('deny');
    expect(decide({ ...allow, not: { query: ['x'] } }, `?${padding}`)).toBe('allow');
    expect(decide({ ...allow, not: { query: ['x'] } }, `?${padding}&b&cde&x`)).toBe('charge');
    const expression = '!("x" in query)';
    expect(decide({ ...allow, expression }, `?${padding}`)).toBe('allow');
    expect(decide({ ...allow, expression }, `?${padding}&b&cde&x`)).toBe('charge');
    expect(decide({ ...allow, expression: 'queryString == ""' }, `?${'&'.repeat(4000)}`)).toBe(
      'charge',
    );
  });
});
