/** `edgetoll report`: from a stored review to text and page, and what is said where there is none. */
import { describe, expect, it } from 'vitest';
import { findReview, reportCommand } from '../../src/cli/commands/report.ts';
import { renderReport } from '../../src/cli/html/report-page.ts';
import { formatReport } from '../../src/cli/report-text.ts';
import { attackRows, cheapestRows, createReviewReport } from '../../src/cli/review-report.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { createReview } from '../../src/core/price/review.ts';
import { DAY_SECONDS, DAY_START, dayOf, TERMS } from '../support/review-hours.ts';

const NETWORKS = [
  { network: '203.0.113.0/24', attempts: 5e6, bits: 4 },
  { network: '2001:db8::/56', attempts: 7e6, bits: 0.5 },
];
const REVIEW = createReview({
  day: '2026-11-21',
  from: DAY_START,
  to: DAY_START + DAY_SECONDS,
  hours: [...dayOf(DAY_START - DAY_SECONDS), ...dayOf(DAY_START, { networks: NETWORKS })],
  expected: { requestsPerHour: 30, to: DAY_START },
  terms: { ...TERMS, yieldPerThousand: 0.01 },
});
const SETUP = {
  ceilings: { pass: 600, network: 3000, hosting: 300 },
  unpaid: { patiencePasses: 0, freeRequests: 0 },
};

function reportOf(review = REVIEW) {
  return createReviewReport(review, attackRows(review, SETUP));
}

/** A store of `values`. */
function keysOf(values: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  return {
    asked,
    list: async (prefix: string) => {
      asked.push(`list ${prefix}`);
      const names = Object.keys(values).filter((name) => name.startsWith(prefix));
      return names.map((name) => ({ name, metadata: undefined }));
    },
    get: async (key: string) => {
      asked.push(`get ${key}`);
      return values[key] ?? '';
    },
  };
}

describe('a stored review', () => {
  const text = JSON.stringify(REVIEW);

  it('is found by its day, or as the newest', async () => {
    const keys = keysOf({ 'report/latest': text, 'report/2026-11-21': text });
    const found = { kind: 'review', review: REVIEW };
    expect(await findReview(keys, undefined)).toEqual(found);
    expect(await findReview(keys, '2026-11-21')).toEqual(found);
    expect(await findReview(keys, '2026-11-2')).toEqual({ kind: 'none' });
    expect(await findReview(keysOf({}), undefined)).toEqual({ kind: 'none' });
  });

  it('J03: is refused where it is not exactly one of this version', async () => {
    const hostile = text.replaceAll('203.0.113.0/24', '\\u001b[2J');
    for (const stored of ['', 'null', '{', hostile, JSON.stringify({ ...REVIEW, format: 2 })]) {
      const keys = keysOf({ 'report/latest': stored });
      expect(await findReview(keys, undefined)).toEqual({ kind: 'unreadable' });
    }
  });
});

describe('the report', () => {
  it('tells what was charged, what attacks cost, what changed and what to do', () => {
    const text = formatReport(reportOf());
    expect(text).toMatch(/paid with a pass +1,680 +70% +1,680 +0%/);
    expect(text).toMatch(/answered with a challenge +240 +10% +240 +0%/);
    expect(text).toMatch(/work debited +7,339,920 attempts/);
    expect(text).toMatch(/RTX 4090, rented +datacentre, rented +\$0\.0009\d+ +\$0\.0009\d+ +pays/);
    expect(text).toMatch(/residential, cheap +\$0\.02\d* +\$0\.02\d* +does not pay/);
    expect(text).toMatch(/requests +2,400 +2,400 +720/);
    expect(text).toMatch(
      /2001:db8::\/56 +168,000,000 +x 1\.414\n203\.0\.113\.0\/24 +120,000,000 +x 16/,
    );
    expect(text).toContain('    npx edgetoll assess LOG --publish\n');
    expect(text).toContain('    npx edgetoll price\n');
    expect(text).not.toMatch(/NaN|undefined|Infinity|null/);
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
  });

  it('is whole without hours, assessment and yield', () => {
    const { day, from, to } = REVIEW;
    const review = createReview({ day, from, to, hours: [], expected: undefined, terms: TERMS });
    const text = formatReport(reportOf(review));
    expect(text).not.toMatch(/NaN|undefined|Infinity|null/);
    expect(text.replaceAll('\n', ' ')).toContain(
      '0 requests (0% to the day before), 0 passes, 3 things to reconsider.',
    );
    expect(renderReport(reportOf(review))).toContain('<h2');
  });

  it('is a page of its own with a plot by the hour', () => {
    const page = renderReport(reportOf());
    expect(page).toContain('Edgetoll: review of 2026-11-21');
    expect(page).toContain('<svg');
    expect(page).toContain('203.0.113.0/24');
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  });

  it('shows what attacks would cost, cheapest first, and dearer at the cap', () => {
    const dear = { ...REVIEW, terms: { ...REVIEW.terms, requestPrice: 2 ** 36 } };
    const rows = attackRows(dear, SETUP);
    expect(rows.length).toBeGreaterThan(20);
    const supplies = new Set(rows.map(({ addresses }) => addresses));
    expect(cheapestRows(rows)).toHaveLength(supplies.size);
    expect(cheapestRows(rows)[0]).toBe(rows[0]);
    for (const [index, row] of rows.entries()) {
      expect(row.cappedDollars).toBeGreaterThan(row.nowDollars);
      expect(row.nowDollars).toBeGreaterThanOrEqual(rows[index - 1]?.nowDollars ?? 0);
    }
  });
});

describe('the command', () => {
  it('refuses calls that make no sense', async () => {
    const terminal = { said: '', out: () => undefined, paint: (_: unknown, text: string) => text };
    const err = (text: string): void => {
      terminal.said += text;
    };
    const run = (...args: readonly string[]) => {
      terminal.said = '';
      const given: Terminal = { ...terminal, err };
      return reportCommand.run({ args, cwd: '.', terminal: given });
    };
    expect([await run('yesterday'), terminal.said]).toEqual([
      2,
      expect.stringContaining('Write DATE as 2026-11-21.'),
    ]);
    expect(await run('2026-11-21', '--list')).toBe(2);
    expect(await run('--list', '--html', 'x.html')).toBe(2);
    expect(await run('2026-11-21', '2026-11-22')).toBe(2);
    expect(await run('--unknown')).toBe(2);
  });
});
