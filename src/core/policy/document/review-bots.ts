/**
 * Names of bots that nobody can bear.
 *
 * Owns the warnings about them; which bots are known the caller says, for that is the affair of
 * `core/bots`. A name with a dot is the host of a signed agent of the operator's own.
 */
import { memberPath, type PolicyProblem } from '../policy-problem.ts';
import type { Conditions } from '../rule.ts';
import type { PolicyDocument } from './policy-document.ts';
import { tablesOf } from './review-document.ts';

export interface BotNames {
  readonly known: ReadonlySet<string>;
  /** Those that anything can prove here. */
  readonly provable: ReadonlySet<string>;
}

function isFree(name: string): boolean {
  return name === '*' || name.includes('.');
}

function messagesOf(when: Conditions, { known, provable }: BotNames): readonly string[] {
  const { verifiedBot = [], claimedBot = [], falseBot = [] } = when;
  const asked = [...verifiedBot, ...claimedBot, ...falseBot].filter((name) => !isFree(name));
  const unknown = asked.filter((name) => !known.has(name) && !provable.has(name));
  const unproven = verifiedBot.filter((name) => known.has(name) && !provable.has(name));
  return [
    ...unknown.map((name) => `no known bot is called "${name}": see "policy export crawlers"`),
    ...unproven.map((name) => `nothing can prove "${name}" here, so nobody is ever verified as it`),
  ];
}

/** Warnings about names that a document asks for. */
export function reviewBots(
  { rules, named }: PolicyDocument,
  names: BotNames,
): readonly PolicyProblem[] {
  const places = [
    ...rules.map(({ when }, index) => ({ path: `rules[${index}]`, when })),
    ...[...named].map(([name, when]) => ({ path: memberPath('conditions', name), when })),
  ];
  return places.flatMap(({ path, when }) => {
    const messages = new Set(tablesOf(when).flatMap((table) => messagesOf(table, names)));
    return [...messages].map((message) => ({ path, message }));
  });
}
