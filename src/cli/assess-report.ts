/**
 * An assessment as a report with plots.
 *
 * Owns what is shown and in which order; must not know how a report is drawn.
 */
import { CLIENT_CLASSES, type ClientClass } from '../core/assessment/client-class.ts';
import { formatDollars, formatSeconds } from './amounts.ts';
import type { Assessment, PolicyBill } from './assessment.ts';
import { accountText, bytes, CLASS_NAMES, percent, whole } from './assess-text.ts';
import { formatTime } from './html/value-format.ts';
import type { ReportDocument, ReportPart, ReportSection } from './html/report-page.ts';
import type { TableColumn } from './html/report-table.ts';

const SHOWN_FAMILIES = 15;
const SHOWN_NAMES = 20;
const MAX_POINTS = 336;

const end = (label: string): TableColumn => ({ label, align: 'end' });

function table(
  caption: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): ReportPart {
  return { kind: 'table', caption, columns, rows };
}

function whoSection({ traffic, costs }: Assessment): ReportSection {
  const rows = CLIENT_CLASSES.map((kind) => {
    const sums = traffic.classes[kind];
    const part = sums.requests / Math.max(1, traffic.requests);
    return [
      CLASS_NAMES[kind],
      whole(sums.clients),
      whole(sums.requests),
      percent(part),
      bytes(sums.bytes),
      `$${formatDollars(costs[kind].totalDollars)}`,
    ];
  });
  return {
    heading: 'Who comes',
    parts: [
      table(
        'A client is an address with one user agent.',
        [
          { label: 'class' },
          end('clients'),
          end('requests'),
          end('part'),
          end('bytes'),
          end('costs you'),
        ],
        rows,
      ),
      {
        kind: 'plot',
        plot: {
          kind: 'bars',
          title: 'Requests by class',
          y: { label: 'requests' },
          bars: CLIENT_CLASSES.map((kind) => ({
            label: CLASS_NAMES[kind],
            value: traffic.classes[kind].requests,
          })),
        },
      },
    ],
  };
}

/** Hours put together, so that a plot has no more points than it can show. */
function mergedHours({ traffic }: Assessment): readonly {
  readonly start: number;
  readonly byClass: Readonly<Record<ClientClass, number>>;
}[] {
  const { hours } = traffic;
  const size = Math.max(1, Math.ceil(hours.length / MAX_POINTS));
  const merged: { start: number; byClass: Record<ClientClass, number> }[] = [];
  for (const [at, { start, byClass }] of hours.entries()) {
    const last = merged.at(-1);
    if (last === undefined || at % size === 0) merged.push({ start, byClass: { ...byClass } });
    else for (const kind of CLIENT_CLASSES) last.byClass[kind] += byClass[kind];
  }
  return merged;
}

function whenSection(assessment: Assessment): ReportSection {
  const hours = mergedHours(assessment);
  return {
    heading: 'When',
    parts: [
      {
        kind: 'plot',
        plot: {
          kind: 'areas',
          title: 'Requests over time',
          note: 'Totals are counted; how they divide into classes is estimated from a sample.',
          x: { label: 'time (UTC)', format: 'time' },
          y: { label: 'requests' },
          series: CLIENT_CLASSES.map((kind) => ({
            name: CLASS_NAMES[kind],
            points: hours.map(({ start, byClass }) => [start, byClass[kind]] as const),
          })),
        },
      },
    ],
  };
}

function evidenceSection({ traffic }: Assessment): ReportSection {
  const signals = traffic.signals
    .filter(({ automation, meanWeight }) => automation > 0 && meanWeight > 0)
    .map(({ signal, automation, browsers, meanWeight }) => [
      signal,
      whole(automation),
      whole(browsers),
      `x ${Math.exp(meanWeight).toFixed(1)}`,
    ]);
  const examples = traffic.examples.map(({ address, agent, requests, score, evidence }) => [
    address,
    agent,
    whole(requests),
    score.toFixed(1),
    evidence
      .filter(({ weight }) => weight > 0)
      .map(({ sentence }) => sentence)
      .join('; '),
  ]);
  return {
    heading: 'Suspected automation, and why',
    parts: [
      {
        kind: 'text',
        text: 'Each sign multiplies the odds that a program is behind a client that says that it is a browser. About twelve to one, all signs together, is the least for this class. No sign is a proof.',
      },
      table(
        'Signs',
        [{ label: 'sign' }, end('automation'), end('browsers'), end('speaks for it')],
        signals,
      ),
      table(
        'The clients with the most requests',
        [
          { label: 'address' },
          { label: 'user agent' },
          end('requests'),
          end('score'),
          { label: 'because it' },
        ],
        examples,
      ),
    ],
  };
}

function takenSection({ traffic }: Assessment): ReportSection {
  const families = traffic.families.slice(0, SHOWN_FAMILIES);
  return {
    heading: 'What they take',
    parts: [
      {
        kind: 'plot',
        plot: {
          kind: 'bars',
          title: 'Requests by part of the site',
          note: 'How a part divides into classes is estimated from a sample.',
          y: { label: 'requests' },
          bars: families.map(({ family, requests, shares }) => ({
            label: family,
            value: requests,
            parts: CLIENT_CLASSES.map((kind) => ({
              name: CLASS_NAMES[kind],
              value: requests * shares[kind],
            })),
          })),
        },
      },
      table(
        'Parts of the site',
        [{ label: 'part' }, end('requests'), end('bytes'), end('errors'), end('automation')],
        families.map(({ family, requests, bytes: size, errors, shares }) => [
          family,
          whole(requests),
          bytes(size),
          percent(errors / Math.max(1, requests)),
          percent(shares.automation),
        ]),
      ),
    ],
  };
}

function namesTable(caption: string, names: Assessment['traffic']['networks']): ReportPart {
  return table(
    caption,
    [
      { label: 'name' },
      end('clients'),
      end('requests'),
      end('bytes'),
      end('browsers'),
      end('automation'),
    ],
    names
      .slice(0, SHOWN_NAMES)
      .map(({ name, clients, requests, bytes: size, byClass }) => [
        name,
        whole(clients),
        whole(requests),
        bytes(size),
        percent(byClass.browser / requests),
        percent(byClass.automation / requests),
      ]),
  );
}

function whereSection({ traffic }: Assessment): ReportSection {
  const optional = (caption: string, names: Assessment['traffic']['networks']): ReportPart[] =>
    names.length === 0 ? [] : [namesTable(caption, names)];
  return {
    heading: 'From where',
    parts: [
      namesTable('Networks (/24 and /56)', traffic.networks),
      ...optional('Networks with the most automation', traffic.automationNetworks),
      ...optional('Autonomous systems', traffic.asns),
      ...optional('Countries', traffic.countries),
      ...optional('Known bots, by the name that they claim', traffic.bots),
      ...optional('Programs that say so', traffic.programs),
      ...optional('User agents with the most automation', traffic.automationAgents),
    ],
  };
}

function billTable({ policy, classes }: PolicyBill): ReportPart {
  return table(
    policy,
    [
      { label: 'class' },
      end('allowed'),
      end('charged'),
      end('denied'),
      end('passes'),
      end('wait a pass'),
      end('waiting, all'),
      end('compute'),
    ],
    CLIENT_CLASSES.map((kind) => {
      const bill = classes[kind];
      return [
        CLASS_NAMES[kind],
        percent(bill.allowed),
        percent(bill.charged),
        percent(bill.denied),
        whole(bill.passes),
        formatSeconds(bill.waitSeconds),
        formatSeconds(3600 * bill.visitorHours),
        `$${formatDollars(bill.attackerDollars)}`,
      ];
    }),
  );
}

function chargeSection(assessment: Assessment): ReportSection {
  const { current, proposed, falsePositives, hardware } = assessment;
  const { denied, chargedMore, browserClients } = falsePositives.proposed;
  return {
    heading: 'What a policy would have charged',
    parts: [
      {
        kind: 'text',
        text: `From ${whole(assessment.sampled)} requests, drawn at random and scaled up. A client needs a pass for each hour in which it comes. Waiting is that of a telephone in the middle, compute that of all passes on ${hardware}.`,
      },
      billTable({ ...current, policy: `Now: ${current.policy}` }),
      billTable({ ...proposed, policy: 'Proposed' }),
      {
        kind: 'text',
        text: `Honest visitors: of ${whole(browserClients)} clients that look like browsers the proposed policy denies something to ${whole(denied)} and charges ${whole(chargedMore)} more than usual. How many have no JavaScript a log does not say.`,
      },
    ],
  };
}

function proposalSection({ proposed }: Assessment): ReportSection {
  const variables = proposed.variables
    .map(({ name, value, reason }) => `# ${reason}\n${name} = ${value}\n`)
    .join('\n');
  return {
    heading: 'The proposal',
    parts: [
      {
        kind: 'code',
        caption: 'policy.yaml, for "npx edgetoll policy check"',
        text: proposed.text,
      },
      { kind: 'code', caption: '[vars] of wrangler.toml', text: variables },
    ],
  };
}

/** @param footer version and time, as the caller has them */
export function assessReport(assessment: Assessment, footer: string): ReportDocument {
  const { traffic } = assessment;
  const { automation, browser } = traffic.classes;
  const part = percent(automation.requests / Math.max(1, traffic.requests));
  const lead = `${whole(traffic.requests)} requests from ${formatTime(traffic.from)} to ${formatTime(traffic.to)} UTC. ${part} of them come from ${whole(automation.clients)} clients that say that they are browsers and behave like programs; ${whole(browser.clients)} clients look like people.`;
  return {
    title: 'Threat assessment',
    lead,
    sections: [
      whoSection(assessment),
      whenSection(assessment),
      evidenceSection(assessment),
      takenSection(assessment),
      whereSection(assessment),
      chargeSection(assessment),
      proposalSection(assessment),
      {
        heading: 'What was read',
        parts: [{ kind: 'code', caption: 'The log', text: accountText(assessment) }],
      },
    ],
    footer,
  };
}
