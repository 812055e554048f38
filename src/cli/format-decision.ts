/**
 * Decisions and explanations as text for people.
 *
 * Owns the layout; must not know how either came about.
 */
import type {
  CombinationTrace,
  ConditionTrace,
  TableTrace,
} from '../core/policy/explain-conditions.ts';
import type { Explanation, ReadingTrace, RuleTrace } from '../core/policy/explain-policy.ts';
import type { Truth } from '../core/policy/conditions/condition-kind.ts';
import type { Decision } from '../core/policy/decision.ts';
import type { ChargeTerms, RuleAction } from '../core/policy/rule.ts';
import { workMsOf } from '../core/puzzle/work.ts';
import { printable, type Terminal } from './terminal.ts';

const MAX_VALUE = 100;
const MAX_WANTED = 3;

function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}

function formatWork(attempts: number): string {
  return `${count(attempts)} attempts, ${count(workMsOf(attempts))} ms of work`;
}

function formatTerms(terms: ChargeTerms): string {
  const { tier, minSolutions, attemptsPerSolution, requestPrice, ttlSeconds } = terms;
  const entry = minSolutions * attemptsPerSolution;
  const parts = [
    `tier ${tier}`,
    `entry ${minSolutions} x ${count(attemptsPerSolution)} (${formatWork(entry)})`,
    `a request ${formatWork(requestPrice)}`,
    `pass for ${count(ttlSeconds)} s`,
    ...(terms.puzzle === 'patience' ? ['patience first'] : []),
    ...(terms.remember ? ['may be remembered'] : []),
  ];
  return parts.join('; ');
}

/** One line: "charge by rule "search": tier 0; ...". */
export function formatDecision(decision: Decision): string {
  const by = `${decision.kind} by rule "${decision.rule}"`;
  switch (decision.kind) {
    case 'allow':
      return decision.limited === true ? `${by}, below the network's ceiling` : by;
    case 'deny':
      return `${by}: status ${decision.status}`;
    case 'charge': {
      const open = decision.onFailure === 'open' ? '; let through where the gate fails' : '';
      return `${by}: ${formatTerms(decision.terms)}${open}`;
    }
    default:
      return decision satisfies never;
  }
}

function formatAction(action: RuleAction): string {
  switch (action.kind) {
    case 'weigh':
      return `weigh ${action.points >= 0 ? '+' : ''}${action.points}`;
    case 'tag':
      return `tag ${action.tags.join(', ')}`;
    case 'allow':
    case 'deny':
    case 'charge':
      return action.kind;
    default:
      return action satisfies never;
  }
}

function cut(text: string): string {
  const clean = printable(text).replaceAll(/\s/g, ' ');
  return clean.length > MAX_VALUE ? `${clean.slice(0, MAX_VALUE)}...` : clean;
}

const TRUTHS = { true: 'yes', false: 'no', undefined: 'cannot be evaluated' } as const;

function truthText(truth: Truth): string {
  return TRUTHS[`${truth}`];
}

/** Writes lines of an explanation. */
class ExplanationWriter {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  line(depth: number, text: string): void {
    this.#terminal.out(`${'  '.repeat(depth)}${text}\n`);
  }

  truth(truth: Truth): string {
    const colour = truth === true ? 'green' : truth === false ? 'dim' : 'yellow';
    return this.#terminal.paint(colour, truthText(truth));
  }

  #list(trace: Extract<ConditionTrace, { kind: 'list' }>, depth: number): void {
    const { name, wanted, matched, value, holds } = trace;
    const shown = matched === undefined ? wanted.slice(0, MAX_WANTED) : [matched];
    const more = wanted.length - shown.length;
    const list = `${shown.map(cut).join(' | ')}${more > 0 ? ` (and ${more} more)` : ''}`;
    const fact =
      name === 'expression'
        ? ''
        : `   has ${value === undefined ? 'no known value' : `"${cut(value)}"`}`;
    this.line(depth, `${name}: ${this.truth(holds)}   asks for ${list}${fact}`);
  }

  #combination({ kind, holds, tables }: CombinationTrace, depth: number): void {
    this.line(depth, `${kind}: ${this.truth(holds)}`);
    for (const table of tables) this.#table(table, depth + 1);
  }

  #table({ name, holds, conditions }: TableTrace, depth: number): void {
    this.line(depth, `${name === undefined ? 'these' : `"${name}"`}: ${this.truth(holds)}`);
    for (const condition of conditions) this.#condition(condition, depth + 1);
  }

  #condition(trace: ConditionTrace, depth: number): void {
    if (trace.kind === 'list') this.#list(trace, depth);
    else this.#combination(trace, depth);
  }

  rule(trace: RuleTrace): void {
    const { name, action, isDryRun, applies, outcome, points, tags } = trace;
    const dry = isDryRun ? ' (dry-run)' : '';
    const marks = [
      ...(outcome === 'weighed' ? [`points now ${points}`] : []),
      ...(outcome === 'tagged' ? [`tags now ${tags.join(', ')}`] : []),
      ...(outcome === 'dry-run' ? ['only reported'] : []),
      ...(outcome === 'decided' ? ['decides'] : []),
      ...(outcome === 'failed' ? ['its onError asks for a charge at the least, or denies'] : []),
      ...(outcome === 'skipped' ? ['its onError goes on'] : []),
    ];
    const truth = outcome === 'not-asked' ? 'not asked' : this.truth(applies);
    const tail = marks.length > 0 ? ` - ${marks.join(', ')}` : '';
    const label = this.#terminal.paint('bold', name);
    this.line(1, `${label} [${formatAction(action)}]${dry}: ${truth}${tail}`);
    for (const condition of trace.conditions) this.#condition(condition, 2);
  }

  reading(reading: ReadingTrace, title: string): void {
    this.line(0, title);
    for (const rule of reading.rules) this.rule(rule);
    for (const { name, from, below, holds } of reading.thresholds) {
      const range = `${Number.isFinite(from) ? `from ${from}` : ''}${Number.isFinite(below) ? ` below ${below}` : ''}`;
      this.line(1, `threshold ${name} [${range.trim() || 'any sum'}]: ${this.truth(holds)}`);
    }
    this.line(1, `-> ${formatDecision(reading.decision)}`);
  }
}

/** The whole explanation, reading by reading, and the decision. */
export function printExplanation(terminal: Terminal, explanation: Explanation): void {
  const { readings, deciding, judgement, isDryRun } = explanation;
  const writer = new ExplanationWriter(terminal);
  for (const [index, reading] of readings.entries()) {
    const which = readings.length > 1 ? ` (reading ${index + 1} of ${readings.length})` : '';
    writer.reading(reading, `path ${cut(reading.view)}${which}`);
  }
  if (readings.length > 1) {
    terminal.out(`The strictest reading decides: ${cut(readings[deciding]?.view ?? '')}\n`);
  }
  const { decision, points, dryRun, failed } = judgement;
  const label = terminal.paint('bold', 'decision');
  terminal.out(`${label}: ${formatDecision(decision)}\n`);
  if (points !== 0) terminal.out(`points: ${points}\n`);
  if (dryRun.length > 0) terminal.out(`only reported: ${dryRun.join(', ')}\n`);
  if (failed.length > 0) terminal.out(`could not be evaluated: ${failed.join(', ')}\n`);
  if (isDryRun)
    terminal.out('The whole policy is in dry-run: this is reported, nothing is touched.\n');
}

/** What a program needs of a decision. */
export function decisionJson(decision: Decision): Readonly<Record<string, unknown>> {
  if (decision.kind !== 'charge') return { ...decision };
  const { terms } = decision;
  const entryAttempts = terms.minSolutions * terms.attemptsPerSolution;
  return {
    ...decision,
    terms: {
      ...terms,
      entryAttempts,
      entryWorkMs: workMsOf(entryAttempts),
      requestWorkMs: workMsOf(terms.requestPrice),
    },
  };
}

/** The explanation as JSON; a truth that cannot be evaluated is `null`. */
export function explanationJson({ readings, ...rest }: Explanation): string {
  const plain = {
    decision: decisionJson(rest.judgement.decision),
    points: rest.judgement.points,
    dryRun: rest.judgement.dryRun,
    failed: rest.judgement.failed,
    policyIsDryRun: rest.isDryRun,
    decidingReading: rest.deciding,
    readings: readings.map(({ decision, ...reading }) => ({
      ...reading,
      decision: decisionJson(decision),
    })),
  };
  // JSON drops members that are undefined: "cannot be evaluated" must not look like "not said".
  return JSON.stringify(
    plain,
    (key, value: unknown) =>
      value === undefined && /^(?:holds|applies)$/.test(key) ? null : value,
    2,
  );
}
