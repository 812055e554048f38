/**
 * The action of a rule: `action` and the keys that belong to it.
 *
 * Owns names and ranges of those keys; must not know conditions.
 */
import { MAX_SOLUTIONS, MIN_THRESHOLD } from '../puzzle/puzzle.ts';
import { TAG, TAG_ADVICE } from './conditions/tag-condition.ts';
import { memberPath, type Decoded, type PolicyProblem, type Table } from './policy-problem.ts';
import { MAX_TTL_SECONDS, MIN_TTL_SECONDS } from './rule.ts';
import type { ChargeOverrides, ChargePuzzle, RuleAction, TerminalAction } from './rule.ts';

export interface WholeNumber {
  readonly min: number;
  readonly max: number;
}

export type NumberKey = Exclude<keyof ChargeOverrides, 'remember' | 'puzzle'>;

/** Range of each number of a charge. */
export const CHARGE_NUMBERS: Readonly<Record<NumberKey, WholeNumber>> = {
  tier: { min: 0, max: 15 },
  minSolutions: { min: 1, max: MAX_SOLUTIONS },
  attemptsPerSolution: { min: 1, max: 2 ** 32 / (MIN_THRESHOLD + 1) },
  requestPrice: { min: 1, max: 2 ** 40 },
  ttlSeconds: { min: MIN_TTL_SECONDS, max: MAX_TTL_SECONDS },
};
export const NUMBER_KEYS: readonly NumberKey[] = [
  'tier',
  'minSolutions',
  'attemptsPerSolution',
  'requestPrice',
  'ttlSeconds',
];
/** Keys of a price class. */
export const PRICE_KEYS: readonly string[] = [...NUMBER_KEYS, 'remember', 'puzzle'];
export const DENY_STATUS: WholeNumber = { min: 400, max: 499 };
const DEFAULT_DENY_STATUS = 403;
/** 256 rules of a million points stay far below what a number holds exactly (SECURITY-BAR E11). */
export const MAX_POINTS = 1_000_000;
export const MAX_TAGS = 16;

export type ActionKind = RuleAction['kind'];

/** Keys that each action understands. */
export const ACTION_KEYS: Readonly<Record<ActionKind, readonly string[]>> = {
  allow: ['limited', 'spoofable'],
  deny: ['status'],
  charge: [...PRICE_KEYS, 'price', 'onFailure'],
  weigh: ['points'],
  tag: ['tags'],
};
const TERMINAL_KINDS: ReadonlySet<string> = new Set(['allow', 'deny', 'charge']);

/** Price classes of the document: overrides by name. */
export type PriceClasses = ReadonlyMap<string, ChargeOverrides>;

export const NO_PRICES: PriceClasses = new Map();

export function isActionKind(value: unknown): value is ActionKind {
  return typeof value === 'string' && Object.hasOwn(ACTION_KEYS, value);
}

function decodeWholeNumber(value: unknown, { min, max }: WholeNumber): Decoded<number> {
  const isWhole = typeof value === 'number' && Number.isSafeInteger(value);
  if (isWhole && value >= min && value <= max) return { ok: true, value };
  return { ok: false, message: `write a whole number from ${min} to ${max}` };
}

function decodeFlag(value: unknown): Decoded<boolean> {
  if (typeof value === 'boolean') return { ok: true, value };
  return { ok: false, message: 'write true or false' };
}

function decodePuzzle(value: unknown): Decoded<ChargePuzzle> {
  if (value === 'work' || value === 'patience') return { ok: true, value };
  return { ok: false, message: 'write "work" or "patience"' };
}

function decodeTags(value: unknown): Decoded<readonly string[]> {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const tags = items.filter((item) => typeof item === 'string' && TAG.test(item)).map(String);
  if (tags.length === items.length && tags.length > 0 && tags.length <= MAX_TAGS) {
    return { ok: true, value: tags };
  }
  return { ok: false, message: `${TAG_ADVICE}; at most ${MAX_TAGS} of them` };
}

/** What one key may hold, applied where the key is present; collects what does not decode. */
export class KeyReader {
  readonly problems: PolicyProblem[] = [];
  readonly #table: Table;
  readonly #path: string;

  constructor(table: Table, path: string) {
    this.#table = table;
    this.#path = path;
  }

  refuse(key: string, message: string): void {
    this.problems.push({ path: memberPath(this.#path, key), message });
  }

  read<Value>(key: string, decode: (value: unknown) => Decoded<Value>): Value | undefined {
    if (!this.#table.has(key)) return undefined;
    const decoded = decode(this.#table.get(key));
    if (decoded.ok) return decoded.value;
    this.refuse(key, decoded.message);
    return undefined;
  }

  wholeNumber(key: string, min: number, max: number): number | undefined {
    return this.read(key, (value) => decodeWholeNumber(value, { min, max }));
  }

  flag(key: string): boolean | undefined {
    return this.read(key, decodeFlag);
  }
}

function decodeOverrides(reader: KeyReader): ChargeOverrides {
  const numbers: { -readonly [Key in NumberKey]?: number } = {};
  for (const key of NUMBER_KEYS) {
    const { min, max } = CHARGE_NUMBERS[key];
    const value = reader.wholeNumber(key, min, max);
    if (value !== undefined) numbers[key] = value;
  }
  const remember = reader.flag('remember');
  const puzzle = reader.read('puzzle', decodePuzzle);
  return {
    ...numbers,
    ...(remember === undefined ? {} : { remember }),
    ...(puzzle === undefined ? {} : { puzzle }),
  };
}

/** One price class: the keys of a charge. */
export function decodePriceClass(
  table: Table,
  path: string,
): { readonly overrides: ChargeOverrides; readonly problems: readonly PolicyProblem[] } {
  const reader = new KeyReader(table, path);
  for (const key of table.keys()) {
    if (PRICE_KEYS.includes(key)) continue;
    const known = PRICE_KEYS.join(', ');
    reader.refuse(key, `remove this key or correct it; here the keys are ${known}`);
  }
  return { overrides: decodeOverrides(reader), problems: reader.problems };
}

function decodeKind(kind: ActionKind, reader: KeyReader, prices: PriceClasses): RuleAction {
  switch (kind) {
    case 'allow':
      return reader.flag('limited') === true ? { kind, limited: true } : { kind };
    case 'deny': {
      const status = reader.wholeNumber('status', DENY_STATUS.min, DENY_STATUS.max);
      return { kind, status: status ?? DEFAULT_DENY_STATUS };
    }
    case 'charge': {
      const base = reader.read('price', (value): Decoded<ChargeOverrides> => {
        const overrides = typeof value === 'string' ? prices.get(value) : undefined;
        if (overrides !== undefined) return { ok: true, value: overrides };
        return { ok: false, message: 'name a price class that is defined under "prices"' };
      });
      return { kind, overrides: { ...base, ...decodeOverrides(reader) } };
    }
    case 'weigh': {
      const points = reader.wholeNumber('points', -MAX_POINTS, MAX_POINTS);
      if (points === undefined && reader.problems.length === 0) {
        reader.refuse('points', `write a whole number from -${MAX_POINTS} to ${MAX_POINTS}`);
      }
      return { kind, points: points ?? 0 };
    }
    case 'tag': {
      const tags = reader.read('tags', decodeTags);
      if (tags === undefined && reader.problems.length === 0) reader.refuse('tags', TAG_ADVICE);
      return { kind, tags: tags ?? [] };
    }
    default:
      return kind satisfies never;
  }
}

export interface DecodedAction<Action extends RuleAction = RuleAction> {
  /** `undefined` when `action` itself is missing or unknown. */
  readonly action: Action | undefined;
  readonly problems: readonly PolicyProblem[];
}

/** Where an action stands in the document, and the price classes it may name. */
export interface ActionPlace {
  readonly path: string;
  readonly prices: PriceClasses;
}

/** The action that `table` names, with its keys. */
export function decodeAction(table: Table, { path, prices }: ActionPlace): DecodedAction {
  const kind = table.get('action');
  if (!isActionKind(kind)) {
    const message = 'write action = "allow", "deny", "charge", "weigh" or "tag"';
    return { action: undefined, problems: [{ path: memberPath(path, 'action'), message }] };
  }
  const reader = new KeyReader(table, path);
  const action = decodeKind(kind, reader, prices);
  return { action, problems: reader.problems };
}

function isTerminal(action: RuleAction): action is TerminalAction {
  return TERMINAL_KINDS.has(action.kind);
}

/** As `decodeAction`, for places where only a decision makes sense. */
export function decodeTerminalAction(
  table: Table,
  place: ActionPlace,
): DecodedAction<TerminalAction> {
  const { action, problems } = decodeAction(table, place);
  if (action === undefined || isTerminal(action)) return { action, problems };
  const message = 'write action = "allow", "deny" or "charge" here';
  return { action: undefined, problems: [{ path: memberPath(place.path, 'action'), message }] };
}
