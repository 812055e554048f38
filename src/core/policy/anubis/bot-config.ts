/**
 * Bot rules of Anubis, checked as its loader checks them (TecharoHQ/anubis, lib/config).
 *
 * Owns the rules' shape and everything for which Anubis refuses to start; must not know what becomes
 * of a rule here. One thing is refused later than there: an expression of the right syntax and the
 * wrong types is a rule that is not carried over.
 */
import { parseNetwork } from '../../client/network.ts';
import { parseExpression } from '../cel/parse.ts';
import { parsePattern } from '../pattern/parse-pattern.ts';
import type { Journal } from './journal.ts';
import { MemberReader, type PlacedString } from './member-reader.ts';
import type { SourceNode } from './source.ts';

export const ACTIONS = ['ALLOW', 'DENY', 'CHALLENGE', 'WEIGH', 'DEBUG_BENCHMARK'] as const;
export type AnubisAction = (typeof ACTIONS)[number];

export interface AnubisChallenge {
  readonly node: SourceNode;
  /** Empty: the default, `fast`. */
  readonly algorithm: string;
  readonly difficulty: number;
}

/** One expression, or several of which all or any have to hold. */
export interface AnubisExpression {
  readonly kind: 'one' | 'all' | 'any';
  readonly sources: readonly PlacedString[];
}

export interface AnubisBot {
  readonly node: SourceNode;
  readonly name: string;
  readonly action: AnubisAction;
  readonly agentRegex: PlacedString | undefined;
  readonly pathRegex: PlacedString | undefined;
  readonly headerRegexes: ReadonlyMap<string, PlacedString>;
  readonly remoteAddresses: readonly PlacedString[];
  readonly expression: AnubisExpression | undefined;
  readonly countries: readonly string[] | undefined;
  readonly asns: readonly number[] | undefined;
  readonly challenge: AnubisChallenge | undefined;
  readonly weight: number;
  /** Members that Anubis does not know, or that this importer does not. */
  readonly unknownKeys: readonly string[];
}

export const BOT_KEYS: readonly string[] = [
  'name',
  'action',
  'user_agent_regex',
  'path_regex',
  'headers_regex',
  'expression',
  'challenge',
  'weight',
  'geoip',
  'asns',
  'remote_addresses',
];
/** What a weighing rule adds that does not say. */
const DEFAULT_WEIGHT = 5;
const MAX_DIFFICULTY = 64;
/** Larger than what is carried over: syntax alone is judged. */
const SYNTAX = { sourceLength: 65_536, depth: 200, nodes: 20_000 };

/** Whether a failure to parse is the pattern's fault, not a bound or a gap of this engine's. */
function isInvalidPattern(source: string): string | undefined {
  const parsed = parsePattern(source);
  if (parsed.ok || /\\[pP]/.test(source)) return undefined;
  if (/^(?:split this pattern|write at most \d+ characters)|grows too large/.test(parsed.message)) {
    return undefined;
  }
  return `${parsed.message} (at character ${parsed.at + 1})`;
}

function checkRegex({ text, node }: PlacedString, journal: Journal): void {
  if (text.endsWith('\n')) {
    journal.refuse(node, 'end the regular expression without a newline: write ">-" for ">"');
  }
  const problem = isInvalidPattern(text.trim());
  if (problem !== undefined) journal.refuse(node, `correct the regular expression: ${problem}`);
}

function checkSyntax({ text, node }: PlacedString, journal: Journal): void {
  const parsed = parseExpression(text, SYNTAX);
  if (parsed.ok) return;
  const { message, at } = parsed.problem;
  journal.refuse(node, `correct the expression: ${message} (at character ${at + 1})`);
}

/** The expression under `expression`; problems are reported where there is none to read. */
export function readExpression(holder: SourceNode, journal: Journal): AnubisExpression | undefined {
  const node = holder.member('expression');
  if (node === undefined) return undefined;
  const read = (): AnubisExpression | undefined => {
    if (typeof node.value === 'string') {
      return { kind: 'one', sources: [{ text: node.value, node }] };
    }
    if (!node.isTable)
      return journal.refuse(node, 'write an expression, or a table with all or any');
    const reader = new MemberReader(node, journal);
    const all = reader.strings('all') ?? [];
    const any = reader.strings('any') ?? [];
    if (all.length > 0 && any.length > 0) {
      return journal.refuse(reader.place('any'), 'write either all or any, not both');
    }
    return all.length > 0 ? { kind: 'all', sources: all } : { kind: 'any', sources: any };
  };
  const before = journal.problems.length;
  const expression = read();
  if (expression === undefined) return undefined;
  const isEmpty = expression.sources.length === 0 || expression.sources[0]?.text === '';
  if (isEmpty && journal.problems.length === before) {
    return journal.refuse(node, 'write an expression: this one is empty');
  }
  for (const source of expression.sources) checkSyntax(source, journal);
  return expression;
}

/** The table under `challenge`. */
export function readChallenge(holder: SourceNode, journal: Journal): AnubisChallenge | undefined {
  const node = new MemberReader(holder, journal).table('challenge');
  if (node === undefined) return undefined;
  const reader = new MemberReader(node, journal);
  reader.wholeNumber('report_as');
  return {
    node,
    algorithm: reader.string('algorithm')?.text ?? '',
    difficulty: reader.wholeNumber('difficulty') ?? 0,
  };
}

/** What Anubis asks of a challenge that is used. */
export function checkChallenge(challenge: AnubisChallenge, journal: Journal): void {
  const { node, algorithm, difficulty } = challenge;
  const reader = new MemberReader(node, journal);
  if (algorithm === '') journal.refuse(node, 'name the algorithm of the challenge');
  if (difficulty < 0 || difficulty > MAX_DIFFICULTY) {
    const message = `write a difficulty from 0 to ${MAX_DIFFICULTY}`;
    journal.refuse(reader.place('difficulty'), message);
  }
}

/** The action under `action`. */
export function readAction(holder: SourceNode, journal: Journal): AnubisAction | undefined {
  const reader = new MemberReader(holder, journal);
  const string = reader.string('action');
  const found = ACTIONS.find((action) => action === string?.text);
  const names = ACTIONS.join(', ');
  return found ?? journal.refuse(reader.place('action'), `write an action: ${names}`);
}

function checkAddress({ text, node }: PlacedString, journal: Journal): void {
  const parsed = parseNetwork(text);
  const isCidr = text.includes('/') && (parsed.ok || parsed.problem === 'host-bits-set');
  if (!isCidr) journal.refuse(node, 'write an address and a prefix length, such as 192.0.2.0/24');
}

/** What a rule asks for. */
type BotConditions = Pick<
  AnubisBot,
  | 'agentRegex'
  | 'pathRegex'
  | 'headerRegexes'
  | 'remoteAddresses'
  | 'expression'
  | 'countries'
  | 'asns'
>;

function readConditions(node: SourceNode, journal: Journal): BotConditions {
  const reader = new MemberReader(node, journal);
  const geoip = reader.table('geoip');
  const asns = reader.table('asns');
  return {
    agentRegex: reader.string('user_agent_regex'),
    pathRegex: reader.string('path_regex'),
    headerRegexes: reader.stringTable('headers_regex') ?? new Map(),
    remoteAddresses: reader.strings('remote_addresses') ?? [],
    expression: readExpression(node, journal),
    countries:
      geoip === undefined
        ? undefined
        : (new MemberReader(geoip, journal).strings('countries') ?? []).map(({ text }) => text),
    asns:
      asns === undefined
        ? undefined
        : (new MemberReader(asns, journal).wholeNumbers('match') ?? []),
  };
}

function asksNothing(conditions: BotConditions): boolean {
  const { agentRegex, pathRegex, headerRegexes, remoteAddresses } = conditions;
  const { expression, countries, asns } = conditions;
  const present = [agentRegex, pathRegex, expression, countries, asns];
  const hasLists = headerRegexes.size > 0 || remoteAddresses.length > 0;
  return !hasLists && present.every((each) => each === undefined);
}

function checkConditions(conditions: BotConditions, node: SourceNode, journal: Journal): void {
  const { agentRegex, pathRegex, headerRegexes, remoteAddresses } = conditions;
  const isDynamic = node.keys.some((key) => /^remote_addresses_./i.test(key));
  // An expression that did not read is a problem of its own.
  if (asksNothing(conditions) && !isDynamic && node.member('expression') === undefined) {
    journal.refuse(
      node,
      'give the rule a condition: user_agent_regex, path_regex, expression, ...',
    );
  }
  if (agentRegex !== undefined && pathRegex !== undefined) {
    journal.refuse(pathRegex.node, 'write either user_agent_regex or path_regex, not both');
  }
  const regexes = [agentRegex, pathRegex, ...headerRegexes.values()];
  for (const regex of regexes) if (regex !== undefined) checkRegex(regex, journal);
  for (const address of remoteAddresses) checkAddress(address, journal);
}

/** One rule, or `undefined` with its problems reported. */
export function readBot(node: SourceNode, journal: Journal): AnubisBot | undefined {
  const before = journal.problems.length;
  const reader = new MemberReader(node, journal);
  const name = reader.string('name')?.text ?? '';
  if (name === '') journal.refuse(reader.place('name'), 'give the rule a name');
  const conditions = readConditions(node, journal);
  checkConditions(conditions, node, journal);
  const action = readAction(node, journal);
  const challenge = readChallenge(node, journal);
  if (action === 'CHALLENGE' && challenge !== undefined) checkChallenge(challenge, journal);
  const weight = reader.table('weight');
  const adjust =
    weight === undefined
      ? DEFAULT_WEIGHT
      : (new MemberReader(weight, journal).wholeNumber('adjust') ?? 0);
  if (action === undefined || journal.problems.length > before) return undefined;
  const unknownKeys = node.keys.filter((key) => !BOT_KEYS.includes(key.toLowerCase()));
  return { node, name, action, ...conditions, challenge, weight: adjust, unknownKeys };
}
