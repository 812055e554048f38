/**
 * A stored review as a report: the same for a terminal and for a page.
 *
 * Owns what is told of a review and in which order; must not know where it is shown.
 */
import { tollOf } from '../core/price/derive-price.ts';
import { attackCost, plansOf, visitorSeconds } from '../core/price/economics.ts';
import type { Toll } from '../core/price/economics.ts';
import { ADDRESS_SUPPLIES } from '../core/price/addresses.ts';
import { ATTACKER_HARDWARE } from '../core/price/hardware.ts';
import type { HourSummary } from '../core/price/hour-summary.ts';
import type { Charging } from '../core/price/price-question.ts';
import { UNANSWERED_SHARE } from '../core/price/price-report.ts';
import { REFERENCE_PLAN } from '../core/price/reference-attacks.ts';
import { ADVICE_TEXTS } from '../core/price/review-advice-text.ts';
import {
  challengedShare,
  errorShare,
  meanLatencyMs,
  shareOf,
  totalOf,
} from '../core/price/review-facts.ts';
import type { PeriodFacts } from '../core/price/review-facts.ts';
import type { Review } from '../core/price/review.ts';
import { MEDIAN_PHONE_ATTEMPTS_PER_SECOND } from '../core/price/visitor-rates.ts';
import { formatTime, formatValue } from './html/value-format.ts';
import type { ReportDocument, ReportPart, ReportSection } from './html/report-page.ts';

const MEDIAN_PHONE = { attemptsPerSecond: MEDIAN_PHONE_ATTEMPTS_PER_SECOND };
const HOURS = 24;
const MAX_NETWORKS = 10;

const PERCENT = { style: 'percent', maximumSignificantDigits: 3 } as const;

/** "12.3%". */
function formatShare(share: number): string {
  return share.toLocaleString('en', PERCENT);
}

/** "+12.3%"; "new" where there was nothing before. */
function formatChange(now: number, before: number): string {
  if (before === 0) return now === 0 ? '0%' : 'new';
  return (now / before - 1).toLocaleString('en', { ...PERCENT, signDisplay: 'exceptZero' });
}

const REQUEST_LABELS: Readonly<Record<keyof PeriodFacts['requests'], string>> = {
  paid: 'paid with a pass',
  free: 'free allowance',
  allowed: 'allowed by a rule',
  denied: 'denied by a rule',
  challenged: 'answered with a challenge',
  slowed: 'of these by a ceiling',
};
const KINDS = ['paid', 'free', 'allowed', 'denied', 'challenged', 'slowed'] as const;

function requestRow(review: Review, kind: (typeof KINDS)[number]): readonly string[] {
  const { charged, before } = review;
  const [now, then] = [charged.requests[kind], before.requests[kind]];
  const share = formatShare(shareOf(now, totalOf(charged)));
  return [
    REQUEST_LABELS[kind],
    formatValue(now),
    share,
    formatValue(then),
    formatChange(now, then),
  ];
}

function chargedSection(review: Review): ReportSection {
  const { charged, hours, terms } = review;
  const work = formatValue(visitorSeconds(charged.attempts, MEDIAN_PHONE), 'seconds');
  const fee = terms.minSolutions * terms.attemptsPerSolution;
  return {
    heading: 'What was charged',
    parts: [
      {
        kind: 'table',
        caption: 'Requests',
        columns: [
          { label: 'requests' },
          { label: 'number', align: 'end' },
          { label: 'share', align: 'end' },
          { label: 'before', align: 'end' },
          { label: 'change', align: 'end' },
        ],
        rows: KINDS.map((kind) => requestRow(review, kind)),
      },
      {
        kind: 'figures',
        figures: [
          { label: 'work debited', value: `${formatValue(charged.attempts)} attempts` },
          { label: 'the same on a median phone', value: work },
          { label: 'passes', value: formatValue(charged.passes) },
          {
            label: 'a request, at the base price',
            value: `${formatValue(terms.requestPrice)} attempts`,
          },
          {
            label: 'the least pass, on a median phone',
            value: formatValue(visitorSeconds(fee, MEDIAN_PHONE), 'seconds'),
            note: `at the highest price ${formatValue(visitorSeconds(fee * 2 ** terms.capBits, MEDIAN_PHONE), 'seconds')}`,
          },
        ],
      },
      ...requestPlot(hours),
    ],
  };
}

function requestPlot(hours: readonly HourSummary[]): readonly ReportPart[] {
  if (hours.length < 2) return [];
  const sorted = hours.toSorted((a, b) => a.start - b.start);
  const series = KINDS.filter((kind) => kind !== 'slowed').map((kind) => ({
    name: REQUEST_LABELS[kind],
    points: sorted.map(({ start, requests }) => [start, requests[kind]] as const),
  }));
  const x = { label: 'hour (UTC)', format: 'time' } as const;
  const y = { label: 'requests an hour' };
  return [{ kind: 'plot', plot: { kind: 'areas', title: 'Requests by the hour', x, y, series } }];
}

interface AttackRow {
  readonly hardware: string;
  readonly addresses: string;
  readonly nowDollars: number;
  readonly cappedDollars: number;
}

/** Every hardware with every supply of addresses, the cheapest first, at the ceilings of `charging`. */
export function attackRows(
  { terms, charged }: Review,
  charging: Omit<Charging, 'overspend'>,
): readonly AttackRow[] {
  const overspend = 1 + charged.isolates * UNANSWERED_SHARE;
  const tollAt = (bits: number): Toll => {
    const attemptsPerSolution = terms.attemptsPerSolution * 2 ** bits;
    const requestPrice = terms.requestPrice * 2 ** bits;
    return tollOf({ ...terms, attemptsPerSolution, requestPrice }, { ...charging, overspend });
  };
  const { requestsPerMinute, bytesPerRequest } = REFERENCE_PLAN;
  const arsenal = { hardware: ATTACKER_HARDWARE, addresses: ADDRESS_SUPPLIES };
  const rows = plansOf(arsenal, { requestsPerMinute, bytesPerRequest }).map((plan) => ({
    hardware: plan.hardware.label,
    addresses: plan.addresses.label,
    nowDollars: attackCost(tollAt(charged.globalBits), plan).totalDollars,
    cappedDollars: attackCost(tollAt(terms.capBits), plan).totalDollars,
  }));
  return rows.toSorted((a, b) => a.nowDollars - b.nowDollars);
}

/** Of each supply of addresses the cheapest row. */
export function cheapestRows(rows: readonly AttackRow[]): readonly AttackRow[] {
  return [...Map.groupBy(rows, ({ addresses }) => addresses).values()].flatMap(([first]) =>
    first === undefined ? [] : [first],
  );
}

function verdictOf({ terms }: Review, dollars: number): string {
  const { yieldPerThousand } = terms;
  if (yieldPerThousand === undefined) return '';
  return dollars < yieldPerThousand ? 'pays' : 'does not pay';
}

function attackSection(review: Review, rows: readonly AttackRow[]): ReportSection {
  const { yieldPerThousand } = review.terms;
  const stated =
    yieldPerThousand === undefined
      ? 'Nobody has said what they yield (YIELD_PER_THOUSAND).'
      : `You say that they yield ${formatValue(yieldPerThousand, 'dollars')}.`;
  return {
    heading: 'What an attack would cost',
    parts: [
      {
        kind: 'text',
        text: `Dollars for a thousand requests, compute and addresses: at the price of the day, and at the highest, which a network reaches that floods. ${stated} Sources: npx edgetoll price.`,
      },
      {
        kind: 'table',
        caption: 'A thousand requests',
        columns: [
          { label: 'computes with' },
          { label: 'addresses' },
          { label: 'now', align: 'end' },
          { label: 'at the cap', align: 'end' },
          { label: yieldPerThousand === undefined ? '' : 'so it' },
        ],
        rows: rows.map(({ hardware, addresses, nowDollars, cappedDollars }) => [
          hardware,
          addresses,
          formatValue(nowDollars, 'dollars'),
          formatValue(cappedDollars, 'dollars'),
          verdictOf(review, nowDollars),
        ]),
      },
    ],
  };
}

function latencyOf(facts: PeriodFacts): string {
  return formatValue(meanLatencyMs(facts) / 1000, 'seconds');
}

function changeRows({ charged, before, expected, hours }: Review): readonly (readonly string[])[] {
  const assessed = expected === undefined ? '-' : formatValue(expected.requestsPerHour * HOURS);
  const raised = hours.flatMap(({ networks }) => networks).filter(({ bits }) => bits > 0);
  const networks = new Set(raised.map(({ network }) => network)).size;
  return [
    ['requests', formatValue(totalOf(charged)), formatValue(totalOf(before)), assessed],
    [
      'challenged',
      formatShare(challengedShare(charged)),
      formatShare(challengedShare(before)),
      '-',
    ],
    ['origin, errors', formatShare(errorShare(charged)), formatShare(errorShare(before)), '-'],
    ['origin, time to headers', latencyOf(charged), latencyOf(before), '-'],
    ['price for everyone, highest', bitsOf(charged.globalBits), bitsOf(before.globalBits), '-'],
    ['networks at a price of their own', formatValue(networks), '', '-'],
    ['hours of lockdown', `${charged.lockdownHours}`, `${before.lockdownHours}`, '-'],
    ['isolates, most at once', `${charged.isolates}`, `${before.isolates}`, '-'],
    ['calls of the price book', formatValue(charged.calls), formatValue(before.calls), '-'],
  ];
}

/** A price above the base, as what it multiplies with. */
function bitsOf(bits: number): string {
  return `x ${formatValue(2 ** bits)}`;
}

function changeSection(review: Review): ReportSection {
  return {
    heading: 'What changed',
    parts: [
      {
        kind: 'table',
        caption: 'Against the day before and the assessment',
        columns: [
          { label: '' },
          { label: 'now', align: 'end' },
          { label: 'before', align: 'end' },
          { label: 'assessed', align: 'end' },
        ],
        rows: changeRows(review),
      },
      ...networkTable(review),
    ],
  };
}

function networkTable({ hours }: Review): readonly ReportPart[] {
  const merged = new Map<string, { attempts: number; bits: number }>();
  for (const { network, attempts, bits } of hours.flatMap(({ networks }) => networks)) {
    const known = merged.get(network) ?? { attempts: 0, bits: 0 };
    merged.set(network, {
      attempts: known.attempts + attempts,
      bits: Math.max(known.bits, bits),
    });
  }
  if (merged.size === 0) return [];
  const most = [...merged].toSorted(([, a], [, b]) => b.attempts - a.attempts);
  return [
    {
      kind: 'table',
      caption: 'Networks that were debited most',
      columns: [
        { label: 'network' },
        { label: 'attempts', align: 'end' },
        { label: 'highest price', align: 'end' },
      ],
      rows: most
        .slice(0, MAX_NETWORKS)
        .map(([network, { attempts, bits }]) => [network, formatValue(attempts), bitsOf(bits)]),
    },
  ];
}

function adviceSection({ advice }: Review): ReportSection {
  const parts = advice.map((code): ReportPart => {
    const { reason, next } = ADVICE_TEXTS[code];
    return { kind: 'code', caption: reason, text: next };
  });
  const nothing: ReportPart = { kind: 'text', text: 'Nothing.' };
  return { heading: 'What to reconsider', parts: parts.length === 0 ? [nothing] : parts };
}

function leadOf({ charged, before, advice }: Review): string {
  const total = totalOf(charged);
  const rest = advice.length === 1 ? 'one thing' : `${advice.length} things`;
  return `${formatValue(total)} requests (${formatChange(total, totalOf(before))} to the day before), ${formatValue(charged.passes)} passes, ${advice.length === 0 ? 'nothing' : rest} to reconsider.`;
}

/** @param rows of `attackRows`, as many as are to be shown */
export function createReviewReport(review: Review, rows: readonly AttackRow[]): ReportDocument {
  const { day, from, to } = review;
  return {
    title: `Edgetoll: review of ${day}`,
    lead: `${formatTime(from)} to ${formatTime(to)} UTC: ${leadOf(review)}`,
    sections: [
      chargedSection(review),
      attackSection(review, rows),
      changeSection(review),
      adviceSection(review),
    ],
  };
}
