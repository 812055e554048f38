/**
 * The policy document: one value that says who pays what.
 *
 * Owns the document's shape (schema 1) and how a preset completes it; must not know where a
 * document comes from (YAML in a repository, JSON in a store, the variable RULES).
 *
 *   schema      1, required
 *   preset      monitor | balanced | strict | lockdown: its rules come after the operator's
 *   mode        live | dry-run: dry-run reports every decision and touches nothing
 *   conditions  name -> table of conditions, for `use`; a later one may use an earlier one
 *   prices      name -> keys of a charge, for `price`
 *   rules       list, asked in order
 *   thresholds  list, asked in order by the sum of points when no rule decided
 *   default     action when no threshold decided either
 */
import {
  decodePriceClass,
  decodeTerminalAction,
  KeyReader,
  type PriceClasses,
  ACTION_KEYS,
  isActionKind,
} from '../decode-action.ts';
import { decodeNamedCondition } from '../decode-conditions.ts';
import {
  decodeRuleList,
  findDuplicateNames,
  findNameProblems,
  type RuleContext,
} from '../decode-rules.ts';
import { expandedSize, expansionProblem } from '../expanded-size.ts';
import { findForbiddenKeys } from '../forbidden-keys.ts';
import { memberPath, readTable, type PolicyProblem, type Table } from '../policy-problem.ts';
import type { ChargeOverrides, Conditions, Rule, TerminalAction, Threshold } from '../rule.ts';

export const SCHEMA = 1;
/** Ten times what a large list of networks needs (SECURITY-BAR E08 asks for some bound). */
const BOUNDS = { maxDepth: 24, maxValues: 500_000 };
export const MAX_NAMED = 256;
/** A name may use names that use names: what stands behind one stays small. */
export const MAX_PRICES = 64;
export const MAX_THRESHOLDS = 32;
/** Names of conditions and prices. */
export const DEFINED_NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;

/** Beyond every sum of points that rules can give. */
export const MAX_SUM = 1_000_000_000;

export const PRESET_NAMES = ['monitor', 'balanced', 'strict', 'lockdown'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

export interface PolicyDocument {
  readonly preset: PresetName | undefined;
  readonly isDryRun: boolean;
  readonly named: ReadonlyMap<string, Conditions>;
  readonly rules: readonly Rule[];
  readonly thresholds: readonly Threshold[];
  /** Absent: a charge on the default terms. */
  readonly otherwise: TerminalAction | undefined;
}

export type DecodedDocument =
  | { readonly ok: true; readonly document: PolicyDocument }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

export const DOCUMENT_KEYS = [
  'schema',
  'preset',
  'mode',
  'conditions',
  'prices',
  'rules',
  'thresholds',
  'default',
] as const;

const EMPTY: Table = new Map();

/** Reads one document; collects its problems. */
class DocumentReader {
  readonly problems: PolicyProblem[] = [];
  readonly #table: Table;
  readonly #root: string;

  constructor(table: Table, root: string) {
    this.#table = table;
    this.#root = root;
  }

  #path(key: string): string {
    return this.#root === '' ? key : memberPath(this.#root, key);
  }

  #refuse(path: string, message: string): undefined {
    this.problems.push({ path, message });
    return undefined;
  }

  keys(): void {
    for (const key of this.#table.keys()) {
      if (DOCUMENT_KEYS.some((known) => known === key)) continue;
      this.#refuse(
        this.#path(key),
        `remove this key or correct it; here the keys are ${DOCUMENT_KEYS.join(', ')}`,
      );
    }
    if (this.#table.get('schema') !== SCHEMA) {
      this.#refuse(
        this.#path('schema'),
        `write schema: ${SCHEMA}, the one that this version reads`,
      );
    }
  }

  preset(): PresetName | undefined {
    const value = this.#table.get('preset');
    if (value === undefined) return undefined;
    const found = PRESET_NAMES.find((name) => name === value);
    const names = PRESET_NAMES.map((name) => `"${name}"`).join(', ');
    return found ?? this.#refuse(this.#path('preset'), `write one of ${names}`);
  }

  isDryRun(): boolean {
    const value = this.#table.get('mode');
    if (value === undefined || value === 'live' || value === 'dry-run') return value === 'dry-run';
    this.#refuse(this.#path('mode'), 'write "live" or "dry-run"');
    return false;
  }

  /** The members of a table of named things; an empty one for anything else. */
  #members(key: string, most: number): Table {
    const value = this.#table.get(key);
    if (value === undefined) return EMPTY;
    const table = readTable(value);
    if (table === undefined || table.size > most) {
      this.#refuse(this.#path(key), `write a table of at most ${most} names`);
      return EMPTY;
    }
    for (const name of table.keys()) {
      if (DEFINED_NAME.test(name)) continue;
      this.#refuse(
        memberPath(this.#path(key), name),
        'name it in 1 to 64 letters, digits, ".", "_" or "-"',
      );
    }
    return table;
  }

  named(): ReadonlyMap<string, Conditions> {
    const named = new Map<string, Conditions>();
    const sizes = new Map<string, number>();
    for (const [name, value] of this.#members('conditions', MAX_NAMED)) {
      const path = memberPath(this.#path('conditions'), name);
      const { when, problems } = decodeNamedCondition(value, path, new Set(named.keys()));
      this.problems.push(...problems);
      const size = expandedSize(when, sizes);
      const tooMuch = expansionProblem(size);
      if (tooMuch !== undefined) this.#refuse(path, tooMuch);
      // Refused once, and not again wherever it is used.
      sizes.set(name, tooMuch === undefined ? size : 0);
      named.set(name, tooMuch === undefined ? when : {});
    }
    return named;
  }

  prices(): PriceClasses {
    const prices = new Map<string, ChargeOverrides>();
    for (const [name, value] of this.#members('prices', MAX_PRICES)) {
      const path = memberPath(this.#path('prices'), name);
      const table = readTable(value);
      if (table === undefined) {
        this.#refuse(path, 'write a table such as { requestPrice: 43690 }');
        continue;
      }
      const { overrides, problems } = decodePriceClass(table, path);
      this.problems.push(...problems);
      prices.set(name, overrides);
    }
    return prices;
  }

  rules(context: RuleContext): readonly Rule[] {
    const value = this.#table.get('rules');
    if (value === undefined) return [];
    const decoded = decodeRuleList(value, this.#path('rules'), context);
    if (decoded.ok) return decoded.rules;
    this.problems.push(...decoded.problems);
    return [];
  }

  #action(
    value: unknown,
    path: string,
    more: { readonly prices: PriceClasses; readonly keys: readonly string[] },
  ): { readonly table: Table; readonly action: TerminalAction | undefined } {
    const { prices, keys } = more;
    const table = readTable(value);
    if (table === undefined) {
      this.#refuse(path, 'write a table with an action');
      return { table: EMPTY, action: undefined };
    }
    const kind = table.get('action');
    const known = [...keys, 'action', ...(isActionKind(kind) ? ACTION_KEYS[kind] : [])];
    for (const key of table.keys()) {
      if (known.includes(key)) continue;
      this.#refuse(
        memberPath(path, key),
        `remove this key or correct it; here the keys are ${known.join(', ')}`,
      );
    }
    const { action, problems } = decodeTerminalAction(table, { path, prices });
    this.problems.push(...problems);
    return { table, action };
  }

  /** An allow by points or by default rests on what clients send: it has to be meant. */
  #meant(table: Table, action: TerminalAction, path: string): void {
    const reader = new KeyReader(table, path);
    const isSpoofable = reader.flag('spoofable') === true;
    this.problems.push(...reader.problems);
    if (action.kind !== 'allow' || isSpoofable) return;
    this.#refuse(path, 'write spoofable: true to allow whatever no rule decided on');
  }

  thresholds(prices: PriceClasses): readonly Threshold[] {
    const value = this.#table.get('thresholds');
    if (value === undefined) return [];
    const root = this.#path('thresholds');
    const items: readonly unknown[] = Array.isArray(value) ? value : [];
    if (items.length === 0 || items.length > MAX_THRESHOLDS) {
      this.#refuse(root, `write a list of 1 to ${MAX_THRESHOLDS} thresholds, or remove the key`);
      return [];
    }
    this.problems.push(...findDuplicateNames(items, root));
    return items.flatMap((item, index) => {
      const threshold = this.#threshold(item, `${root}[${index}]`, prices);
      return threshold === undefined ? [] : [threshold];
    });
  }

  #threshold(value: unknown, path: string, prices: PriceClasses): Threshold | undefined {
    const keys = ['name', 'from', 'below'];
    const { table, action } = this.#action(value, path, { prices, keys });
    if (table === EMPTY) return undefined;
    const reader = new KeyReader(table, path);
    const from = reader.wholeNumber('from', -MAX_SUM, MAX_SUM);
    const below = reader.wholeNumber('below', -MAX_SUM, MAX_SUM);
    const name = table.get('name');
    this.problems.push(...reader.problems, ...findNameProblems(name, path));
    if (from !== undefined && below !== undefined && from >= below) {
      this.#refuse(`${path}.below`, 'make "below" greater than "from": no sum is in this range');
    }
    if (action === undefined || typeof name !== 'string') return undefined;
    this.#meant(table, action, path);
    const range = {
      ...(from === undefined ? {} : { from }),
      ...(below === undefined ? {} : { below }),
    };
    return { name, action, ...range };
  }

  otherwise(prices: PriceClasses): TerminalAction | undefined {
    const value = this.#table.get('default');
    if (value === undefined) return undefined;
    const path = this.#path('default');
    const { table, action } = this.#action(value, path, { prices, keys: [] });
    if (action !== undefined) this.#meant(table, action, path);
    return action;
  }
}

/**
 * A typed document, or every problem of `value` at once. What a preset adds is not in it: see
 * `completeDocument`.
 * @param root what stands before each place; empty for a file of its own
 */
export function decodeDocument(value: unknown, root = ''): DecodedDocument {
  const rootName = root === '' ? 'policy' : root;
  const forbidden = findForbiddenKeys(value, rootName, BOUNDS);
  if (forbidden.length > 0) return { ok: false, problems: forbidden };
  const table = readTable(value);
  if (table === undefined) {
    const message = `write a table that begins with schema: ${SCHEMA}`;
    return { ok: false, problems: [{ path: rootName, message }] };
  }
  const reader = new DocumentReader(table, root);
  reader.keys();
  const named = reader.named();
  const prices = reader.prices();
  const document: PolicyDocument = {
    preset: reader.preset(),
    isDryRun: reader.isDryRun(),
    named,
    rules: reader.rules({ named, prices }),
    thresholds: reader.thresholds(prices),
    otherwise: reader.otherwise(prices),
  };
  const { problems } = reader;
  return problems.length > 0 ? { ok: false, problems } : { ok: true, document };
}
