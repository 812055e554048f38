/** The daily review: sums, costs, advice, its text and its strict decoder. */
import { describe, expect, it } from 'vitest';
import { ADDRESS_SUPPLIES } from '../../src/core/price/addresses.ts';
import { decodeReview } from '../../src/core/price/decode-review.ts';
import { tollOf } from '../../src/core/price/derive-price.ts';
import { attackCost, computeDollars } from '../../src/core/price/economics.ts';
import { ATTACKER_HARDWARE } from '../../src/core/price/hardware.ts';
import type { HourSummary } from '../../src/core/price/hour-summary.ts';
import { REFERENCE_ATTACKS, REFERENCE_PLAN } from '../../src/core/price/reference-attacks.ts';
import { ADVICE_TEXTS } from '../../src/core/price/review-advice-text.ts';
import { isAdviceCode } from '../../src/core/price/review-advice.ts';
import { readExpectation } from '../../src/core/price/review-expectation.ts';
import type { Expectation, ReviewTerms } from '../../src/core/price/review-facts.ts';
import { formatReview } from '../../src/core/price/review-text.ts';
import { createReview, type Review } from '../../src/core/price/review.ts';
import { DAY_SECONDS, DAY_START, dayOf, hourOf, TERMS } from '../support/review-hours.ts';

const CALM = [...dayOf(DAY_START - DAY_SECONDS), ...dayOf(DAY_START)];
const EXPECTED: Expectation = { requestsPerHour: 100, to: DAY_START };
const STATED = { ...TERMS, yieldPerThousand: 0.000_001 };

interface Case {
  readonly hours?: readonly HourSummary[];
  readonly terms?: ReviewTerms;
  readonly expected?: Expectation | undefined;
}

function reviewOf(given: Case = {}): Review {
  const { hours = CALM, terms = STATED } = given;
  const expected = 'expected' in given ? given.expected : EXPECTED;
  const [from, to] = [DAY_START, DAY_START + DAY_SECONDS];
  return createReview({ day: '2026-11-21', from, to, hours, terms, expected });
}

/** The advice for a day like `parts` after a calm one. */
function adviceAfterCalm(parts: Parameters<typeof dayOf>[1], given: Case = {}) {
  const hours = [...dayOf(DAY_START - DAY_SECONDS), ...dayOf(DAY_START, parts)];
  return reviewOf({ ...given, hours }).advice;
}

describe('a review', () => {
  it('adds up the hours of its day and of the day before, and no others', () => {
    const first = hourOf(DAY_START, { isolates: 7, globalBits: 0.5, isLockdown: true });
    const last = hourOf(DAY_START + 23 * 3600, { requests: { paid: 1000 } });
    const before = hourOf(DAY_START - 1 * 3600, { requests: { paid: 3 } });
    const hours = [
      hourOf(DAY_START + DAY_SECONDS),
      last,
      before,
      first,
      hourOf(DAY_START - DAY_SECONDS - 3600),
    ];
    const review = reviewOf({ hours });
    expect(review.charged).toEqual({
      hours: 2,
      requests: { paid: 1070, free: 0, allowed: 40, denied: 0, challenged: 20, slowed: 0 },
      origin: { requests: 180, errors: 0, latencyMs: 18_000 },
      attempts: 611_660,
      passes: 10,
      calls: 20,
      isolates: 7,
      globalBits: 0.5,
      lockdownHours: 1,
    });
    expect(review.before).toMatchObject({ hours: 1, requests: { paid: 3 } });
    expect(review.hours).toEqual([last, first]);
  });

  it('has nothing to say of a calm day that was assessed', () => {
    expect(reviewOf().advice).toEqual([]);
    expect(formatReview(reviewOf())).toBe(
      [
        'Edgetoll 2026-11-21: requests 2.4K, before 2.4K, assessed 2.4K',
        'Charged: paid 1.68K, free 0, allowed 480, denied 0, challenged 240, slowed 0, passes 120, attempts 7.34M',
        'Changed: origin errors % 0, networks raised 0, bits for all 0, hours of lockdown 0',
        '1,000 requests cost $0.0000337 to $0.0000339 (rtx-4090, ipv6-tunnel), $0.000935 to $0.000936 (rtx-4090, datacentre), $0.0267 to $0.0267 (browser-vcpu, residential), yield $0.000001',
        'Reconsider: nothing',
        'npx edgetoll report 2026-11-21',
      ].join('\n'),
    );
  });

  it('is whole without any hour, assessment or yield', () => {
    const review = reviewOf({ hours: [], terms: TERMS, expected: undefined });
    expect(review.advice).toEqual(['no-data', 'yield', 'assessment']);
    expect(formatReview(review)).not.toMatch(/NaN|Infinity|undefined|null/);
    expect(decodeReview(JSON.parse(JSON.stringify(review)))).toEqual(review);
  });
});

describe('advice', () => {
  it('names lockdown, a failing origin and a slow one', () => {
    const hours = [...CALM.slice(0, 47), hourOf(DAY_START + 23 * 3600, { isLockdown: true })];
    expect(reviewOf({ hours }).advice).toEqual(['lockdown']);
    // 1 in 20 is still fine.
    expect(adviceAfterCalm({ origin: { requests: 100, errors: 5 } })).toEqual([]);
    expect(adviceAfterCalm({ origin: { requests: 100, errors: 6 } })).toEqual(['origin-errors']);
    // 100 ms before: more than 2 x 100 + 250.
    expect(adviceAfterCalm({ origin: { requests: 100, latencyMs: 45_000 } })).toEqual([]);
    expect(adviceAfterCalm({ origin: { requests: 100, latencyMs: 45_100 } })).toEqual([
      'origin-slow',
    ]);
  });

  it('names traffic far above and far below the assessment', () => {
    const times = (requestsPerHour: number) =>
      reviewOf({ expected: { requestsPerHour, to: DAY_START } }).advice;
    expect(times(50)).toEqual([]);
    expect(times(49.9)).toEqual(['more-traffic']);
    expect(times(200)).toEqual([]);
    expect(times(200.2)).toEqual(['less-traffic']);
    expect(times(0)).toEqual([]);
  });

  it('compares with the cheapest attack what the requests yield', () => {
    const [cheapest] = reviewOf()
      .attacks.map(({ nowDollars }) => nowDollars)
      .toSorted((a, b) => a - b);
    const at = (yieldPerThousand: number) =>
      reviewOf({ terms: { ...TERMS, yieldPerThousand } }).advice;
    expect(at(cheapest ?? 0)).toEqual([]);
    expect(at((cheapest ?? 0) * 1.001)).toEqual(['cost']);
    expect(reviewOf({ terms: TERMS }).advice).toEqual(['yield']);
  });

  it('names a network at the cap, and none where the price cannot move', () => {
    const networks = (bits: number) => [{ network: '203.0.113.0/24', attempts: 1e9, bits }];
    expect(adviceAfterCalm({ networks: networks(3.875) })).toEqual([]);
    expect(adviceAfterCalm({ networks: networks(4) })).toEqual(['network']);
    const terms = { ...STATED, capBits: 0 };
    expect(adviceAfterCalm({ networks: networks(0) }, { terms })).toEqual([]);
  });

  it('names crowds that are challenged, nobody paying, and rules that let most through', () => {
    const day = (requests: Partial<HourSummary['requests']>) => adviceAfterCalm({ requests });
    expect(day({ paid: 60, challenged: 20 })).toEqual([]);
    expect(day({ paid: 59, challenged: 21 })).toEqual(['challenged']);
    expect(day({ paid: 0, allowed: 5, challenged: 95 })).toEqual(['unpaid', 'challenged']);
    expect(day({ paid: 40, allowed: 50 })).toEqual([]);
    expect(day({ paid: 39, allowed: 51 })).toEqual(['allowed']);
  });

  it('names an assessment that is older than 90 days', () => {
    const end = DAY_START + DAY_SECONDS;
    const at = (to: number) => reviewOf({ expected: { requestsPerHour: 100, to } }).advice;
    expect(at(end - 90 * DAY_SECONDS)).toEqual([]);
    expect(at(end - 90 * DAY_SECONDS - 1)).toEqual(['old-assessment']);
  });

  it('is worded for every code, with a command of this program or its tools', () => {
    for (const [code, { reason, next }] of Object.entries(ADVICE_TEXTS)) {
      expect(isAdviceCode(code)).toBe(true);
      expect(reason).toMatch(/\.$/);
      expect(next).toMatch(/^npx (?:edgetoll|wrangler) /);
    }
  });
});

describe('what attacks cost', () => {
  it('follows from the tables: each reference attack is one of theirs', () => {
    const { ceilings, ...wish } = REFERENCE_PLAN;
    const charging = {
      ceilings: { ...ceilings, pass: 600 },
      unpaid: { patiencePasses: 0, freeRequests: 0 },
      overspend: 1,
    };
    for (const { name, dollarsPerTera, addressDollars } of REFERENCE_ATTACKS) {
      const [machine, supply] = name.split(', ');
      const hardware = ATTACKER_HARDWARE.find((each) => each.name === machine);
      const addresses = ADDRESS_SUPPLIES.find((each) => each.name === supply);
      if (hardware === undefined || addresses === undefined) throw new Error(name);
      expect(dollarsPerTera / computeDollars(1e12, hardware)).toBeCloseTo(1, 3);
      const cost = attackCost(tollOf(TERMS, charging), { ...wish, hardware, addresses });
      expect(addressDollars / cost.addressDollars).toBeCloseTo(1, 2);
    }
  });

  it('rises with the price for everyone, to the cap, and falls with isolates that know late', () => {
    const dear = { ...STATED, requestPrice: 2 ** 36 };
    const at = (parts: Parameters<typeof dayOf>[1]) =>
      reviewOf({ terms: dear, hours: dayOf(DAY_START, parts) }).attacks[0];
    const calm = at({ isolates: 0 });
    expect(at({ isolates: 0, globalBits: 1 })?.nowDollars).toBeGreaterThan(
      (calm?.nowDollars ?? 0) * 1.9,
    );
    expect(at({ isolates: 8 })?.nowDollars).toBeLessThan((calm?.nowDollars ?? 0) * 0.51);
    expect(calm?.cappedDollars).toBeGreaterThan((calm?.nowDollars ?? 0) * 15);
  });
});

describe('the short text', () => {
  it('J02: fits a chat message at its longest, and holds no network', () => {
    const huge = 9e15;
    const counts = { paid: 0, free: huge, allowed: huge, denied: huge, challenged: huge };
    const hours = dayOf(DAY_START, {
      requests: { ...counts, slowed: huge },
      origin: { requests: huge, errors: huge, latencyMs: huge },
      networks: [{ network: '203.0.113.0/24', attempts: huge, bits: 4 }],
      isLockdown: true,
      passes: huge,
      attempts: huge,
    });
    const expected = { requestsPerHour: 1, to: 0 };
    const terms = { ...TERMS, yieldPerThousand: 123_456.789 };
    const text = formatReview(reviewOf({ hours, terms, expected }));
    expect(text.length).toBeLessThan(1500);
    expect(text).toContain('networks raised 1');
    expect(text).not.toContain('203.0.113');
  });
});

describe('the decoder', () => {
  const networks = [
    { network: '203.0.113.0/24', attempts: 5, bits: 0.125 },
    { network: '2001:db8::/56', attempts: 4, bits: 0 },
    { network: 'unknown', attempts: 3, bits: 0 },
  ];
  const whole = () => {
    const review = reviewOf({ hours: dayOf(DAY_START, { networks }).slice(0, 2) });
    return JSON.parse(JSON.stringify(review)) as Record<string, unknown>;
  };

  it('reads back what was written', () => {
    const review = reviewOf({ hours: dayOf(DAY_START, { networks }).slice(0, 2) });
    expect(decodeReview(whole())).toEqual(review);
  });

  it('J03: refuses hostile networks, whatever they try', () => {
    const hostile = [
      '<script>alert(1)</script>',
      '@everyone',
      '203.0.113.0/24\n',
      '203.0.113.7/32',
      '203.0.113.7',
      '\u001B[2J',
      '2001:db8::/48',
      '=cmd()',
      '',
    ];
    for (const network of hostile) {
      const hours = dayOf(DAY_START, { networks: [{ network, attempts: 1, bits: 0 }] });
      const stored: unknown = JSON.parse(JSON.stringify(reviewOf({ hours })));
      expect(decodeReview(stored), network).toBeUndefined();
    }
  });

  it('refuses every member that is missing, of another type, or one too many', () => {
    expect(decodeReview(whole())).toBeDefined();
    const visit = (value: unknown): number => {
      if (typeof value !== 'object' || value === null) return 0;
      const table = value as Record<string, unknown>;
      let changes = 0;
      for (const name of Object.keys(table).slice(0, 20)) {
        const kept = table[name];
        const isOptional = name === 'yieldPerThousand' || name === 'expected';
        for (const wrong of [undefined, null, '1', -1, Number.NaN, [[]], {}]) {
          if (isOptional && wrong === undefined) continue;
          table[name] = wrong;
          if (wrong === undefined) Reflect.deleteProperty(table, name);
          // An item less is a shorter list, and a gap is none.
          if (!Array.isArray(value) || wrong !== undefined)
            expect(decodeReview(root), `${name} = ${JSON.stringify(wrong)}`).toBeUndefined();
          changes += 1;
        }
        table[name] = kept;
        changes += visit(kept);
      }
      if (!Array.isArray(value)) {
        table['more'] = 1;
        expect(decodeReview(root)).toBeUndefined();
        Reflect.deleteProperty(table, 'more');
      }
      return changes;
    };
    const root = whole();
    expect(visit(root)).toBeGreaterThan(300);
    expect(decodeReview(root)).toBeDefined();
    for (const other of [undefined, null, 1, 'x', [], {}])
      expect(decodeReview(other)).toBeUndefined();
    expect(decodeReview({ ...whole(), format: 2 })).toBeUndefined();
  });
});

describe('the assessment in KV', () => {
  it('gives two numbers, and nothing where it is of another form', () => {
    const summary = { format: 1, from: 1, to: 2, classes: {}, expectedRequestsPerHour: 4.5 };
    expect(readExpectation(summary)).toEqual({ requestsPerHour: 4.5, to: 2 });
    const wrong = [
      { format: 2 },
      { to: '2' },
      { to: -1 },
      { expectedRequestsPerHour: null },
      { expectedRequestsPerHour: undefined },
    ];
    for (const each of wrong) expect(readExpectation({ ...summary, ...each })).toBeUndefined();
    for (const other of [undefined, null, [], 1, 'x', {}])
      expect(readExpectation(other)).toBeUndefined();
  });
});
