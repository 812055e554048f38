import { describe, expect, it } from 'vitest';
import { compileDocument } from '../../src/core/policy/document/complete-document.ts';
import { decodeDocument } from '../../src/core/policy/document/policy-document.ts';
import { reportCrawlers, type KnownCrawler } from '../../src/core/policy/crawler-report.ts';

const TERMS = {
  tier: 0,
  minSolutions: 32,
  maxSolutions: 256,
  attemptsPerSolution: 16_384,
  requestPrice: 4369,
  ttlSeconds: 3600,
  remember: false,
};
const CRAWLERS: readonly KnownCrawler[] = [
  { name: 'good', agent: 'GoodBot/1', addressSample: '198.51.100.1', purpose: 'search' },
  { name: 'train', agent: 'TrainBot/1', addressSample: '198.51.100.2', purpose: 'ai-training' },
  { name: 'nowhere', agent: 'Nowhere/1', addressSample: undefined, purpose: 'other' },
];

describe('the report on crawlers', () => {
  it('D03: tells what their own addresses get from what their name gets elsewhere', () => {
    const decoded = decodeDocument({
      schema: 1,
      rules: [
        { name: 'no-training', action: 'deny', verifiedBot: ['train'] },
        { name: 'liars', action: 'deny', status: 402, falseBot: ['*'] },
        { name: 'bots', action: 'allow', verifiedBot: ['*'] },
      ],
    });
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
    const base = { terms: TERMS, caseInsensitivePaths: false, allowedPaths: [] };
    const policy = compileDocument(decoded.document, base);
    const reports = reportCrawlers(policy, CRAWLERS, { host: 'example.com', path: '/' });
    expect(
      reports.map(({ crawler, fromPublished, fromElsewhere }) => [
        crawler.name,
        fromPublished?.rule,
        fromElsewhere.rule,
      ]),
    ).toEqual([
      ['good', 'bots', 'liars'],
      ['train', 'no-training', 'liars'],
      ['nowhere', undefined, 'default'],
    ]);
  });
});
