/**
 * One rule of Anubis as a rule here.
 *
 * Owns actions, what makes a rule unsafe or pointless here, and the notes that say so; what a
 * condition becomes is the affair of `translate-conditions.ts`.
 *
 * Where a condition fails, Anubis answers the request with an error (500). Imported rules keep
 * `onError: charge`, which is as little of a way in.
 */
import { decodeDocument } from '../document/policy-document.ts';
import type { AnubisBot } from './bot-config.ts';
import type { Journal, NoteKind } from './journal.ts';
import type { RuleNames } from './rule-names.ts';
import { translateChallenge } from './translate-challenge.ts';
import { translateConditions, type TranslatedConditions } from './translate-conditions.ts';

export interface BotContext {
  readonly journal: Journal;
  readonly names: RuleNames;
  /** Whether rules by country and system become live. */
  readonly geo: boolean;
  /** 400..499. */
  readonly denyStatus: number;
}

export type RuleTable = Readonly<Record<string, unknown>>;

export interface TranslatedBot {
  /** `undefined`: nothing is left of the rule. */
  readonly rule: RuleTable | undefined;
  readonly outcome: 'whole' | 'changed' | 'dropped';
  readonly networks: number;
}

const NOTHING: TranslatedBot = { rule: undefined, outcome: 'dropped', networks: 0 };

/** Notes on one rule, and what they amount to. */
class RuleNotes {
  outcome: 'whole' | 'changed' = 'whole';
  readonly #bot: AnubisBot;
  readonly #journal: Journal;

  constructor(bot: AnubisBot, journal: Journal) {
    this.#bot = bot;
    this.#journal = journal;
  }

  add(kind: NoteKind, why: string): void {
    const what = `rule ${JSON.stringify(this.#bot.name.slice(0, 80))}`;
    this.#journal.note(this.#bot.node, { kind, what, why });
    if (kind !== 'carried') this.outcome = 'changed';
  }
}

function actionOf(bot: AnubisBot, notes: RuleNotes, denyStatus: number): RuleTable {
  switch (bot.action) {
    case 'ALLOW':
      return { action: 'allow' };
    case 'DENY':
      return { action: 'deny', status: denyStatus };
    case 'WEIGH':
      return { action: 'weigh', points: bot.weight };
    case 'CHALLENGE': {
      const { terms, change } = translateChallenge(bot.challenge);
      if (change !== undefined) notes.add('changed', change);
      return { action: 'charge', ...terms };
    }
    case 'DEBUG_BENCHMARK':
      notes.add('changed', 'there is no benchmark page; the rule charges on the default terms');
      return { action: 'charge' };
    default:
      return bot.action satisfies never;
  }
}

function problemsOf(rule: RuleTable): readonly string[] {
  const decoded = decodeDocument({ schema: 1, rules: [rule] });
  return decoded.ok ? [] : decoded.problems.map(({ message }) => message);
}

function list(names: readonly string[]): string {
  return names.join(', ');
}

/** Says what differs, and whether the rule has to be in dry-run for it. */
function review(conditions: TranslatedConditions, notes: RuleNotes, geo: boolean): boolean {
  const { constancy, alwaysPresent, fromProxy, dead, bots } = conditions;
  let isDryRun = false;
  const neutralise = (why: string): void => {
    notes.add('neutralised', `${why}; it only reports until mode: dry-run is removed`);
    isDryRun = true;
  };
  if (alwaysPresent.length > 0 && constancy !== 'varies') {
    const verdict = constancy === 'always' ? 'hold for every request' : 'never hold';
    neutralise(
      `Cloudflare adds ${list(alwaysPresent)} to every request, so its conditions ${verdict}`,
    );
  } else if (alwaysPresent.length > 0) {
    notes.add('changed', `Cloudflare adds ${list(alwaysPresent)} to every request`);
  }
  if (fromProxy.length > 0) {
    neutralise(`${list(fromProxy)} would be set by a proxy in front of Anubis, here by clients`);
  }
  if (dead.length > 0) {
    neutralise(
      `Anubis finds no header under the spelling ${list(dead)}, so the rule never applied`,
    );
  }
  if (conditions.usesGeo && !geo) {
    neutralise('without a subscription to Thoth Anubis leaves rules by country and system out');
  }
  if (bots.length > 0) {
    notes.add('changed', `a Worker cannot ask the DNS; verifiedBot asks for ${list(bots)} instead`);
  }
  if (conditions.readsProtocol) {
    notes.add('carried', 'the protocol is read off the connection, not off a header of a proxy');
  }
  if (conditions.masked > 0) {
    notes.add('carried', `bits below the prefix of ${conditions.masked} networks were cleared`);
  }
  return isDryRun;
}

/** An allow, said to be spoofable where it has to be; `undefined` where it cannot be one. */
function settleAllow(rule: RuleTable, notes: RuleNotes): RuleTable | undefined {
  const problems = problemsOf(rule);
  if (problems.length === 0) return rule;
  const spoofable = { ...rule, spoofable: true };
  if (problemsOf(spoofable).length > 0) return undefined;
  notes.add(
    'carried',
    'anybody can send what it asks for: spoofable: true says that this is meant',
  );
  return spoofable;
}

function noteUnknownKeys(bot: AnubisBot, notes: RuleNotes): void {
  if (bot.unknownKeys.length === 0) return;
  const keys = list(bot.unknownKeys.map((key) => JSON.stringify(key.slice(0, 40))));
  notes.add('carried', `Anubis does not know ${keys} either and ignores it`);
}

const AGENT_ALONE =
  'an allow that rests on the user agent alone opens the site to anybody, so clients that it named are treated as all others; use verifiedBot, a network or a path instead';

/** The rule, if any, and how much of it there is; notes go to the journal. */
export function translateBot(bot: AnubisBot, context: BotContext): TranslatedBot {
  const { journal, names, geo, denyStatus } = context;
  const notes = new RuleNotes(bot, journal);
  const drop = (why: string): TranslatedBot => {
    notes.add('dropped', why);
    return NOTHING;
  };
  if (bot.unknownKeys.some((key) => /^remote_addresses_/i.test(key))) {
    return drop('addresses are not fetched from a URL: use verifiedBot, or list the networks');
  }
  const translated = translateConditions(bot);
  if (!translated.ok) return drop(`one of its expressions cannot be asked here: ${translated.why}`);
  const { conditions } = translated;
  const isAllow = bot.action === 'ALLOW';
  if (isAllow && conditions.isAgentAlone) return drop(AGENT_ALONE);
  const name = names.take(bot.name);
  const action = actionOf(bot, notes, denyStatus);
  const plain: RuleTable = { name, ...action, ...conditions.table };
  const rule = isAllow ? settleAllow(plain, notes) : plain;
  const [problem] = problemsOf(rule ?? plain);
  if (rule === undefined || problem !== undefined)
    return drop(`it would be refused: ${problem ?? ''}`);
  if (name !== bot.name) notes.add('carried', `it is called ${name} here`);
  noteUnknownKeys(bot, notes);
  const isDryRun = review(conditions, notes, geo);
  return {
    rule: isDryRun ? { ...rule, mode: 'dry-run' } : rule,
    outcome: notes.outcome,
    networks: conditions.networks,
  };
}
