/**
 * The action of a rule: `action` and the keys that belong to it.
 *
 * Owns names and ranges of those keys; must not know conditions.
 */
import { MAX_SOLUTIONS, MIN_THRESHOLD } from '../puzzle/puzzle.ts';
import { memberPath, type Decoded, type PolicyProblem } from './policy-problem.ts';
import { MAX_TTL_SECONDS, MIN_TTL_SECONDS } from './rule.ts';
import type { ChargeOverrides, RuleAction } from './rule.ts';

/** A table of the document: own string keys only, already swept of forbidden ones. */
export type Table = ReadonlyMap<string, unknown>;

interface WholeNumber {
  readonly min: number;
  readonly max: number;
}

type NumberKey = Exclude<keyof ChargeOverrides, 'remember'>;

const CHARGE_NUMBERS: Readonly<Record<NumberKey, WholeNumber>> = {
  tier: { min: 0, max: 15 },
  minSolutions: { min: 1, max: MAX_SOLUTIONS },
  attemptsPerSolution: { min: 1, max: 2 ** 32 / (MIN_THRESHOLD + 1) },
  requestPrice: { min: 1, max: 2 ** 40 },
  ttlSeconds: { min: MIN_TTL_SECONDS, max: MAX_TTL_SECONDS },
};
const NUMBER_KEYS: readonly NumberKey[] = [
  'tier',
  'minSolutions',
  'attemptsPerSolution',
  'requestPrice',
  'ttlSeconds',
];
const DENY_STATUS: WholeNumber = { min: 400, max: 499 };
const DEFAULT_DENY_STATUS = 403;

/** Keys that each action understands. */
export const ACTION_KEYS: Readonly<Record<RuleAction['kind'], readonly string[]>> = {
  allow: [],
  deny: ['status'],
  charge: [...NUMBER_KEYS, 'remember'],
};

function isActionKind(value: unknown): value is RuleAction['kind'] {
  return typeof value === 'string' && Object.hasOwn(ACTION_KEYS, value);
}

function decodeWholeNumber(value: unknown, { min, max }: WholeNumber): Decoded<number> {
  const isWhole = typeof value === 'number' && Number.isSafeInteger(value);
  if (isWhole && value >= min && value <= max) return { ok: true, value };
  return { ok: false, message: `write a whole number from ${min} to ${max}` };
}

/** What one key may hold, applied where the key is present; collects what does not decode. */
class KeyReader {
  readonly problems: PolicyProblem[] = [];
  readonly #table: Table;
  readonly #path: string;

  constructor(table: Table, path: string) {
    this.#table = table;
    this.#path = path;
  }

  read<Value>(key: string, decode: (value: unknown) => Decoded<Value>): Value | undefined {
    if (!this.#table.has(key)) return undefined;
    const decoded = decode(this.#table.get(key));
    if (decoded.ok) return decoded.value;
    this.problems.push({ path: memberPath(this.#path, key), message: decoded.message });
    return undefined;
  }
}

function decodeOverrides(reader: KeyReader): ChargeOverrides {
  const numbers: { -readonly [Key in NumberKey]?: number } = {};
  for (const key of NUMBER_KEYS) {
    const value = reader.read(key, (raw) => decodeWholeNumber(raw, CHARGE_NUMBERS[key]));
    if (value !== undefined) numbers[key] = value;
  }
  const remember = reader.read('remember', (raw): Decoded<boolean> =>
    typeof raw === 'boolean'
      ? { ok: true, value: raw }
      : { ok: false, message: 'write true or false' },
  );
  return remember === undefined ? numbers : { ...numbers, remember };
}

function decodeKind(kind: RuleAction['kind'], reader: KeyReader): RuleAction {
  switch (kind) {
    case 'allow':
      return { kind };
    case 'deny': {
      const status = reader.read('status', (raw) => decodeWholeNumber(raw, DENY_STATUS));
      return { kind, status: status ?? DEFAULT_DENY_STATUS };
    }
    case 'charge':
      return { kind, overrides: decodeOverrides(reader) };
    default:
      return kind satisfies never;
  }
}

export interface DecodedAction {
  /** `undefined` when `action` itself is missing or unknown. */
  readonly action: RuleAction | undefined;
  readonly problems: readonly PolicyProblem[];
}

/** The action that `table` names, with its keys; `path` is the rule's place in the document. */
export function decodeAction(table: Table, path: string): DecodedAction {
  const kind = table.get('action');
  if (!isActionKind(kind)) {
    const message = 'write action = "allow", "deny" or "charge"';
    return { action: undefined, problems: [{ path: memberPath(path, 'action'), message }] };
  }
  const reader = new KeyReader(table, path);
  const action = decodeKind(kind, reader);
  return { action, problems: reader.problems };
}
