/**
 * What to change, and what no price can do, as text for people.
 *
 * Owns the wording of reasons and remedies, and the lines to paste.
 */
import type { Reason, Remedy, Setting } from '../core/price/price-question.ts';
import { BOT_NAMES } from './known-bots.ts';
import { formatCount, formatDollars, formatSeconds } from './amounts.ts';
import type { Labels } from './attack-labels.ts';
import type { FindingRow, PriceSummary } from './price-summary.ts';

import { bullet, paragraph } from './text-paragraph.ts';
import { formatTextTable, TABLE_WIDTH } from './text-table.ts';
import { wrapText } from './text-width.ts';

type Derived = NonNullable<PriceSummary['derived']>;

const SETTINGS: Readonly<Record<Setting, string>> = {
  attemptsPerSolution: 'ATTEMPTS_PER_SOLUTION',
  requestPrice: 'REQUEST_PRICE',
  credit: 'requests for the entry fee',
  passCeiling: 'PASS_CEILING, a minute',
  networkCeiling: 'NETWORK_CEILING, a minute',
  hostingCeiling: 'HOSTING_CEILING, a minute',
};

const REASONS: Readonly<Record<Reason, string>> = {
  enough: 'enough as it is',
  'exceeds-yield': 'the least at which every attack costs what it yields',
  'budget-spent': "the end of the visitors' budget: see below what it buys",
  'over-budget': "today's asks for more than the visitors' budget",
  'makes-networks-dear': 'networks that cost rent then cost what the attack yields',
  'honest-need': 'as low as honest visitors allow (an assumption)',
  'buys-nothing': 'stays: lower, it costs no attacker more',
};

function cheapestOf(
  findings: readonly FindingRow[],
  state: 'now' | 'proposed',
): FindingRow | undefined {
  return findings.toSorted((a, b) => a[state].totalDollars - b[state].totalDollars)[0];
}

function hasChanges({ proposals }: Derived): boolean {
  return proposals.some(({ now, proposed }) => now !== proposed);
}

const CEILINGS = [
  ['networkCeiling', 'NETWORK_CEILING'],
  ['hostingCeiling', 'HOSTING_CEILING'],
] as const;

const VERDICTS = {
  worth: 'To paste into wrangler.toml:\n',
  waste: paragraph(
    "That is a bad bargain: the visitors' whole budget adds less than a hundredth of the yield to any attack. Keep today's price and look below. If you want it all the same, to paste into wrangler.toml:",
  ),
};

function pasteLines(derived: Derived): string {
  const changed = derived.proposals.filter(({ now, proposed }) => now !== proposed);
  const valueOf = (wanted: Setting): number | undefined =>
    changed.find(({ setting }) => setting === wanted)?.proposed;
  const vars = (['attemptsPerSolution', 'requestPrice'] as const).flatMap((setting) => {
    const value = valueOf(setting);
    return value === undefined ? [] : [`${SETTINGS[setting]} = ${value}`];
  });
  const limits = CEILINGS.flatMap(([setting, name]) => {
    const value = valueOf(setting);
    return value === undefined
      ? []
      : [`# in [[ratelimits]], ${name}:`, `simple = { limit = ${value}, period = 60 }`];
  });
  const lines = [...(vars.length > 0 ? ['[vars]', ...vars] : []), ...limits];
  if (lines.length === 0) return '';
  const verdict = VERDICTS[derived.isWorthIt ? 'worth' : 'waste'];
  return `\n${verdict}\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function proposalTable({ proposals }: Derived): string {
  return formatTextTable({
    columns: [
      { label: 'setting' },
      { label: 'now', align: 'end' },
      { label: 'proposed', align: 'end' },
      { label: 'why', wraps: true },
    ],
    rows: proposals.map(({ setting, now, proposed, reason }) => [
      SETTINGS[setting],
      formatCount(now),
      formatCount(proposed),
      REASONS[reason],
    ]),
  });
}

/** What the proposal does to the cheapest attack with the fastest and the slowest hardware. */
function gains(summary: PriceSummary, derived: Derived, labels: Labels): string {
  const pairs = [...Map.groupBy(derived.findings, ({ hardware }) => hardware).values()].flatMap(
    (rows) => {
      const [now, proposed] = [cheapestOf(rows, 'now'), cheapestOf(rows, 'proposed')];
      return now === undefined || proposed === undefined ? [] : [{ now, proposed }];
    },
  );
  const [first, last] = [pairs[0], pairs.at(-1)];
  const lines = [first, ...(pairs.length > 1 ? [last] : [])].flatMap((pair) => {
    if (pair === undefined) return [];
    const [before, after] = [pair.now.now.totalDollars, pair.proposed.proposed.totalDollars];
    const name = labels(pair.now).hardware;
    return bullet(
      `The cheapest attack with "${name}": ${formatDollars(before)} now, ${formatDollars(after)} with the proposal.`,
    );
  });
  return [...lines, timeSpent(summary, derived)].join('');
}

/** What visitors pay for it in time. */
function timeSpent({ visitors, entryFee }: PriceSummary, { terms }: Derived): string {
  const median = visitors.find(({ name }) => name === 'median-phone');
  const proposedFee = terms.attemptsPerSolution * terms.minSolutions;
  if (median === undefined || proposedFee <= entryFee) return '';
  const [before, after] = [entryFee, proposedFee].map((fee) =>
    formatSeconds(fee / median.attemptsPerSecond),
  );
  return bullet(`For it the median phone computes ${after} instead of ${before}.`);
}

/** What a request would have to cost for the cheapest compute to cost the yield by itself. */
function ceilingOfWork(
  { derived, yieldPerThousand, visitors }: PriceSummary,
  labels: Labels,
): string {
  const needed = derived?.findings.toSorted(
    (a, b) => b.neededRequestPrice - a.neededRequestPrice,
  )[0];
  const median = visitors.find(({ name }) => name === 'median-phone');
  if (needed === undefined || median === undefined) return '';
  const { neededRequestPrice: price } = needed;
  const seconds = formatSeconds(price / median.attemptsPerSecond);
  return bullet(
    `For computation alone to cost ${formatDollars(yieldPerThousand ?? 0)} with "${labels(needed).hardware}", one request would have to cost ${formatCount(price)} attempts: ${seconds} of the median phone. Computation is a floor, and below GPUs a low one.`,
  );
}

const REMEDIES: Readonly<Record<Remedy, string>> = {
  'deny-networks':
    'Hosting networks and tunnels: deny them where no honest visitor comes from there. A rule to start from is printed below. It spares bots that prove who they are; put rules that allow your own servers and monitors before it.',
  'platform-bots':
    "Proxies in homes and on phones look like visitors, and bring as many networks as one pays for. What is left against them is Cloudflare's: bot management, WAF rules, rate limiting by more than the address; or an account before the pages that are worth most.",
  'patience-pace':
    'Waiting costs no computation: lower PATIENCE_PACE, or ask for tier 1 where it matters, which waiting does not buy.',
  'allow-lists':
    'Let those whom you know pass without paying (allow rules by verified bot, network or signature), so that the price for the rest need not spare them.',
  tiers:
    'Charge more where the yield is: a rule with a higher requestPrice for search, export or API paths leaves reading cheap.',
  cache: 'Make an answer cost less: what a cache answers does not need to be defended.',
};

function whatElse(summary: PriceSummary, derived: Derived, labels: Labels): string {
  const { yieldPerThousand } = summary;
  const open = derived.findings.filter(({ isBelowYield }) => isBelowYield);
  const elsewhere = cheapestOf(
    open.filter(({ isDeniable }) => !isDeniable),
    'proposed',
  );
  const rest =
    elsewhere === undefined
      ? ''
      : bullet(
          `With hosting networks and tunnels denied, the cheapest attack that is left costs ${formatDollars(elsewhere.proposed.totalDollars)}: ${labels(elsewhere).hardware}; ${labels(elsewhere).addresses}.`,
        );
  return [
    'What computation cannot do here\n\n',
    bullet(
      `No price within the visitors' budget makes every attack cost ${formatDollars(yieldPerThousand ?? 0)}: ${open.length} of ${derived.findings.length} ways still cost less.`,
    ),
    ceilingOfWork(summary, labels),
    rest,
    '\nWhat else helps\n\n',
    ...derived.remedies.map((remedy) => bullet(REMEDIES[remedy])),
    derived.remedies.includes('deny-networks') ? denyRule(summary) : '',
  ].join('');
}

/** A list of YAML in its lines, `indent` columns in. */
function yamlList(member: string, values: readonly (string | number)[], indent: number): string {
  const blanks = ' '.repeat(indent);
  const lines = wrapText(`${member}: [${values.join(', ')}]`, TABLE_WIDTH - indent - 2);
  return lines.map((line, index) => `${blanks}${index === 0 ? '' : '  '}${line}\n`).join('');
}

/**
 * In dry run: an operator looks at whom it would have met before it denies anybody. An operator's
 * rules come before those of the preset, so the rule itself must spare the bots that are proven.
 */
function denyRule({ deniableAsns }: PriceSummary): string {
  return `
A rule to start from, for policy.yaml:

  - name: hosting
    action: deny
    mode: dry-run
${yamlList('asn', deniableAsns, 4)}    not:
${yamlList('verifiedBot', [...BOT_NAMES.provable], 6)}`;
}

function belowYield({ yieldPerThousand, derived }: PriceSummary, labels: Labels): string {
  const below = derived?.findings.filter(({ isBelowYieldNow }) => isBelowYieldNow) ?? [];
  const worst = cheapestOf(below, 'now');
  const stated = formatDollars(yieldPerThousand ?? 0);
  if (worst === undefined)
    return `A thousand requests yield ${stated} dollars: every attack costs at least that.\n`;
  const { hardware, addresses } = labels(worst);
  return paragraph(
    `A thousand requests yield ${stated} dollars. ${below.length} of ${derived?.findings.length} ways to attack cost less; the cheapest, ${formatDollars(worst.now.totalDollars)}: ${hardware}; ${addresses}.`,
  );
}

function operatorLine({ operatorDollarsPerThousand, attacks }: PriceSummary): string {
  const compute = Math.min(...attacks.map(({ now }) => now.computeDollars));
  return paragraph(
    `Cloudflare charges you ${formatDollars(operatorDollarsPerThousand)} for a thousand requests on the paid plan, paid or refused; the cheapest compute for them costs ${formatDollars(compute)}.`,
  );
}

/** From the yield to what to change; without a yield, how to state it. */
export function proposalText(summary: PriceSummary, labels: Labels): string {
  const { derived } = summary;
  if (derived === null) {
    const hint =
      'Say what a thousand requests are worth to an attacker (--yield 0.40, or YIELD_PER_THOUSAND in wrangler.toml), and this command proposes a price.';
    return [operatorLine(summary), '\n', paragraph(hint)].join('');
  }
  return [
    operatorLine(summary),
    '\nWhat to change\n\n',
    belowYield(summary, labels),
    '\n',
    proposalTable(derived),
    hasChanges(derived) ? `\n${gains(summary, derived, labels)}` : '',
    pasteLines(derived),
    derived.isEnough ? '' : `\n${whatElse(summary, derived, labels)}`,
  ].join('');
}
