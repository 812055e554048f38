/**
 * An assessment as text for a terminal of 100 columns.
 *
 * Owns wording and layout; must not know how anything was measured.
 */
import { CLIENT_CLASSES, type ClientClass } from '../core/assessment/client-class.ts';
import type { ClassScore, TruthScore } from '../core/assessment/truth-score.ts';
import { formatDollars, formatSeconds } from './amounts.ts';
import type { Assessment, PolicyBill } from './assessment.ts';
import { formatTime, formatValue } from './html/value-format.ts';
import { paragraph } from './text-paragraph.ts';
import { formatTextTable, TABLE_WIDTH, type TextColumn } from './text-table.ts';
import { wrapText } from './text-width.ts';

export const CLASS_NAMES: Readonly<Record<ClientClass, string>> = {
  'verified-bot': 'verified bots',
  'declared-bot': 'declared bots',
  'false-bot': 'false bots',
  browser: 'browsers',
  automation: 'automation',
};

const SHOWN_FAMILIES = 8;
const SHOWN_NETWORKS = 6;
const SHOWN_SIGNALS = 10;
const SHOWN_EXAMPLES = 3;
const SHOWN_REASONS = 3;

export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

/** "0.3 %", "42 %". */
export function percent(part: number): string {
  const value = 100 * part;
  return `${value > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} %`;
}

const end = (label: string): TextColumn => ({ label, align: 'end' });

export function bytes(value: number): string {
  return formatValue(value, 'bytes');
}

function table(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string {
  return `${formatTextTable({ columns, rows })}\n`;
}

/** What was read, and what could not be. */
export function accountText({ log, traffic }: Assessment): string {
  const { lines, unread, blank, formats, seconds, failures } = log;
  const named = formats.map(({ format }) => format).join(', ');
  const pace = `${whole(lines)} lines in ${formatSeconds(seconds)} (${named || 'no format'})`;
  const odd = [
    ...(unread > 0 ? [`${whole(unread)} could not be read`] : []),
    ...(blank > 0 ? [`${whole(blank)} are blank`] : []),
  ];
  const from =
    traffic.requests === 0 ? '' : `, ${formatTime(traffic.from)} to ${formatTime(traffic.to)} UTC`;
  const head = `${pace}${from}${odd.length > 0 ? `; ${odd.join(', ')}` : ''}.\n`;
  const unreadable = log.firstUnread.map(
    ({ file, line, reason, text }) =>
      `  ${`${file}:${line}: ${reason}: ${text}`.slice(0, TABLE_WIDTH - 2)}\n`,
  );
  const broken = failures.map(({ file, message }) => `  ${file}: ${message}\n`);
  const forgotten =
    traffic.clientsForgotten === 0
      ? ''
      : `${whole(traffic.clientsForgotten)} clients were judged before the end, to make room; who came back counts twice.\n`;
  return `${head}${unreadable.join('')}${broken.join('')}${forgotten}`;
}

function whoText({ traffic, costs }: Assessment): string {
  const rows = CLIENT_CLASSES.map((kind) => {
    const sums = traffic.classes[kind];
    return [
      CLASS_NAMES[kind],
      whole(sums.clients),
      whole(sums.requests),
      percent(sums.requests / Math.max(1, traffic.requests)),
      bytes(sums.bytes),
      whole(sums.notFound),
      ...(traffic.hasOriginTime ? [formatSeconds(sums.originMs / 1000)] : []),
      `$${formatDollars(costs[kind].totalDollars)}`,
    ];
  });
  const columns = [
    { label: 'who comes' },
    end('clients'),
    end('requests'),
    end('part'),
    end('bytes'),
    end('not found'),
    ...(traffic.hasOriginTime ? [end('origin time')] : []),
    end('costs you'),
  ];
  return table(columns, rows);
}

function evidenceText({ traffic }: Assessment): string {
  const { clients } = traffic.classes.automation;
  if (clients === 0) return 'No client was found that says browser and behaves like a program.\n';
  const shown = traffic.signals
    .filter(({ automation, meanWeight }) => automation > 0 && meanWeight > 0)
    .slice(0, SHOWN_SIGNALS);
  const rows = shown.map(({ signal, automation, browsers, meanWeight }) => [
    signal,
    whole(automation),
    whole(browsers),
    `x ${formatValue(Math.exp(meanWeight))}`,
  ]);
  const columns = [{ label: 'sign' }, end('automation'), end('browsers'), end('speaks for it')];
  const examples = traffic.examples.slice(0, SHOWN_EXAMPLES).map((client) => {
    const reasons = client.evidence.filter(({ weight }) => weight > 0).slice(0, SHOWN_REASONS);
    const text = reasons.map(({ sentence }) => sentence).join('; ');
    return paragraph(`${client.address}, ${whole(client.requests)} requests: ${text}.`);
  });
  return `${table(columns, rows)}\n${examples.join('')}`;
}

function takenText({ traffic }: Assessment): string {
  const rows = traffic.families
    .slice(0, SHOWN_FAMILIES)
    .map(({ family, requests, bytes: size, errors, shares }) => [
      family,
      whole(requests),
      bytes(size),
      percent(errors / Math.max(1, requests)),
      percent(shares.browser),
      percent(shares.automation),
      percent(shares['verified-bot'] + shares['declared-bot'] + shares['false-bot']),
    ]);
  const columns = [
    { label: 'what they take' },
    end('requests'),
    end('bytes'),
    end('errors'),
    end('browsers'),
    end('automation'),
    end('bots'),
  ];
  return table(columns, rows);
}

function networkText({ traffic }: Assessment): string {
  const rows = traffic.networks
    .slice(0, SHOWN_NETWORKS)
    .map(({ name, clients, requests, byClass }) => [
      name,
      whole(clients),
      whole(requests),
      percent(byClass.browser / requests),
      percent(byClass.automation / requests),
    ]);
  const columns = [
    { label: 'from which networks' },
    end('clients'),
    end('requests'),
    end('browsers'),
    end('automation'),
  ];
  return table(columns, rows);
}

function chargeText(bill: PolicyBill, label: string): string {
  const rows = CLIENT_CLASSES.map((kind) => {
    const { allowed, charged, denied, passes, waitSeconds, attackerDollars } = bill.classes[kind];
    const isVisitor = kind === 'browser';
    return [
      CLASS_NAMES[kind],
      percent(allowed),
      percent(charged),
      percent(denied),
      whole(passes),
      isVisitor ? formatSeconds(waitSeconds) : '',
      `$${formatDollars(attackerDollars)}`,
    ];
  });
  const columns = [
    { label },
    end('allowed'),
    end('charged'),
    end('denied'),
    end('passes'),
    end('wait a pass'),
    end('compute'),
  ];
  return table(columns, rows);
}

function exposureText({ falsePositives }: Assessment): string {
  const { proposed } = falsePositives;
  const parts = [
    `Of ${whole(proposed.browserClients)} clients that look like browsers the proposed policy denies something to ${whole(proposed.denied)} and charges ${whole(proposed.chargedMore)} more than usual.`,
    `A pass takes ${formatSeconds(proposed.waitSeconds)} on a telephone in the middle and ${formatSeconds(proposed.waitSecondsP95)} on one that 95 of 100 are faster than.`,
    'How many have no JavaScript a log does not say: they wait instead (patience), once an hour.',
  ];
  return paragraph(parts.join(' '));
}

function ratio(value: number | undefined): string {
  return value === undefined ? '-' : value.toFixed(4);
}

function scoreRow(
  { class: kind, precision, recall }: ClassScore,
  other: ClassScore | undefined,
): string[] {
  return [
    CLASS_NAMES[kind],
    ratio(precision),
    ratio(recall),
    ratio(other?.precision),
    ratio(other?.recall),
  ];
}

/** Against what a generated log is known to be. */
export function truthText(truth: TruthScore): string {
  const scores = truth.byClients.map((score, at) => scoreRow(score, truth.byRequests[at]));
  const matrix = CLIENT_CLASSES.map((kind) => [
    CLASS_NAMES[kind],
    ...CLIENT_CLASSES.map((said) => whole(truth.confusion.clients[kind][said])),
  ]);
  const behaviours = truth.behaviours.map(({ behaviour, class: kind, clients, recall }) => [
    behaviour,
    CLASS_NAMES[kind],
    whole(clients),
    recall.toFixed(4),
  ]);
  return [
    table(
      [
        { label: 'against the truth' },
        end('precision'),
        end('recall'),
        end('by requests: precision'),
        end('recall'),
      ],
      scores,
    ),
    table(
      [{ label: 'is / was called' }, ...CLIENT_CLASSES.map((kind) => end(CLASS_NAMES[kind]))],
      matrix,
    ),
    table([{ label: 'behaviour' }, { label: 'is' }, end('clients'), end('recall')], behaviours),
    `Browsers called automation: ${(100 * truth.browsersCalledAutomation).toFixed(2)} %.${truth.unknownClients > 0 ? ` ${whole(truth.unknownClients)} clients are not in the truth.` : ''}\n`,
  ].join('\n');
}

const COMMENT = '# ';

/** The whole summary. */
export function assessText(assessment: Assessment): string {
  const { current, proposed, truth, hardware } = assessment;
  const variables = proposed.variables.map(({ name, value, reason }) => {
    const lines = wrapText(reason, TABLE_WIDTH - COMMENT.length);
    return `${lines.map((line) => `${COMMENT}${line}\n`).join('')}${name} = ${value}\n`;
  });
  return [
    accountText(assessment),
    whoText(assessment),
    evidenceText(assessment),
    takenText(assessment),
    networkText(assessment),
    chargeText(current, `now: ${current.policy}`),
    chargeText(proposed, 'proposed'),
    `compute: all passes, on ${hardware}.\n`,
    exposureText(assessment),
    ...(truth === null ? [] : [truthText(truth)]),
    `To paste into [vars] of wrangler.toml:\n\n${variables.join('')}`,
    `The proposed policy:\n\n${proposed.text}`,
  ].join('\n');
}
