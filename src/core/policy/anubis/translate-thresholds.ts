/**
 * Thresholds of Anubis as thresholds here.
 *
 * Owns their checks and their actions; which sums of points an expression means is the affair of
 * `threshold-ranges.ts`.
 */
import type { AnubisExpression } from './bot-config.ts';
import { checkChallenge, readAction, readChallenge, readExpression } from './bot-config.ts';
import type { Journal } from './journal.ts';
import { MemberReader } from './member-reader.ts';
import type { RuleNames } from './rule-names.ts';
import type { SourceNode } from './source.ts';
import { coverAll, rangesOf, type PointRange } from './threshold-ranges.ts';
import { translateChallenge } from './translate-challenge.ts';

export interface ThresholdContext {
  readonly journal: Journal;
  readonly names: RuleNames;
  /** 400..499. */
  readonly denyStatus: number;
}

export type ThresholdTable = Readonly<Record<string, unknown>>;

export interface TranslatedThresholds {
  readonly thresholds: readonly ThresholdTable[];
  /** Whether every sum of points is in one of them. */
  readonly coverAll: boolean;
}

/** Where a configuration names none: whoever has points is challenged. */
const LEGACY: TranslatedThresholds = {
  thresholds: [{ name: 'legacy-anubis-behaviour', from: 1, action: 'charge' }],
  coverAll: false,
};

function textOf({ kind, sources }: AnubisExpression): string {
  const texts = sources.map(({ text }) => `( ${text.trim()} )`);
  return texts.join(kind === 'any' ? ' || ' : ' && ');
}

class ThresholdReader {
  readonly thresholds: ThresholdTable[] = [];
  readonly ranges: PointRange[] = [];
  readonly #context: ThresholdContext;

  constructor(context: ThresholdContext) {
    this.#context = context;
  }

  #action(node: SourceNode, what: string): ThresholdTable | undefined {
    const { journal, denyStatus } = this.#context;
    const action = readAction(node, journal);
    const challenge = readChallenge(node, journal);
    if (challenge !== undefined) checkChallenge(challenge, journal);
    const { terms, change } = translateChallenge(challenge);
    switch (action) {
      case undefined:
        return undefined;
      case 'WEIGH':
        return journal.refuse(
          new MemberReader(node, journal).place('action'),
          'write ALLOW, DENY or CHALLENGE: a threshold decides',
        );
      case 'CHALLENGE':
        if (challenge === undefined) return journal.refuse(node, 'write the challenge here');
        if (change !== undefined) journal.note(node, { kind: 'changed', what, why: change });
        return { action: 'charge', ...terms };
      case 'DENY':
        return { action: 'deny', status: denyStatus };
      case 'ALLOW': {
        const why =
          'anybody can keep below so many points, so this lets tools through that do not claim to be a browser: spoofable: true says that this is meant';
        journal.note(node, { kind: 'carried', what, why });
        return { action: 'allow', spoofable: true };
      }
      case 'DEBUG_BENCHMARK': {
        const why = 'there is no benchmark page; it charges on the default terms';
        journal.note(node, { kind: 'changed', what, why });
        return { action: 'charge' };
      }
      default:
        return action satisfies never;
    }
  }

  read(node: SourceNode): void {
    const { journal } = this.#context;
    if (!node.isTable) {
      journal.refuse(node, 'write a table with name, expression and action');
      return;
    }
    const reader = new MemberReader(node, journal);
    const name = reader.string('name')?.text ?? '';
    if (name === '') journal.refuse(reader.place('name'), 'give the threshold a name');
    if (!reader.has('expression')) journal.refuse(node, 'write the expression here');
    const what = `threshold ${JSON.stringify(name.slice(0, 80))}`;
    const expression = readExpression(node, journal);
    const action = this.#action(node, what);
    if (name === '' || expression === undefined || action === undefined) return;
    this.#add({ node, name, expression }, action, what);
  }

  #add(
    {
      node,
      name,
      expression,
    }: {
      readonly node: SourceNode;
      readonly name: string;
      readonly expression: AnubisExpression;
    },
    action: ThresholdTable,
    what: string,
  ): void {
    const { journal, names } = this.#context;
    const ranges = rangesOf(textOf(expression));
    if (ranges === undefined) {
      const why = 'its expression is no range of points: compare weight with whole numbers';
      journal.note(node, { kind: 'dropped', what, why });
      return;
    }
    if (ranges.length === 0) {
      journal.note(node, { kind: 'dropped', what, why: 'no sum of points fulfils it' });
    }
    for (const range of ranges) {
      const taken = names.take(name);
      if (taken !== name) {
        journal.note(node, { kind: 'carried', what, why: `it is called ${taken} here` });
      }
      this.thresholds.push({ name: taken, ...range, ...action });
      this.ranges.push(range);
    }
  }
}

/** The thresholds of a configuration, or those that Anubis has by itself. */
export function translateThresholds(
  root: SourceNode,
  context: ThresholdContext,
): TranslatedThresholds {
  const list = new MemberReader(root, context.journal).list('thresholds') ?? [];
  if (list.length === 0) {
    const why = 'Anubis challenges whoever has more than 0 points where there are no thresholds';
    context.journal.note(root, { kind: 'carried', what: 'thresholds', why });
    return LEGACY;
  }
  const reader = new ThresholdReader(context);
  for (const node of list) reader.read(node);
  return { thresholds: reader.thresholds, coverAll: coverAll(reader.ranges) };
}
