/**
 * Members of a written table, one after the other.
 *
 * Owns what is said of a member that is missing, unknown, of another kind or out of its range.
 */
import { memberPath, readTable, type PolicyProblem, type Table } from '../policy/policy-problem.ts';

export interface NumberRange {
  /** Both are allowed. */
  readonly from: number;
  readonly to: number;
  readonly isWhole?: true;
}

const EMPTY: Table = new Map();

function shownBound(bound: number): string {
  return bound.toLocaleString('en-US', { maximumFractionDigits: 6 });
}

/** Collects problems of one table, and of those that are read from it. */
export class TableReader {
  readonly problems: PolicyProblem[];
  readonly #table: Table;
  readonly #path: string;
  readonly #known: string[] = [];

  constructor(value: unknown, path = '', problems: PolicyProblem[] = []) {
    this.problems = problems;
    this.#path = path;
    const table = readTable(value);
    if (table === undefined) this.problems.push({ path, message: 'write a table of members' });
    this.#table = table ?? EMPTY;
  }

  pathOf(key: string): string {
    return this.#path === '' && /^\w+$/.test(key) ? key : memberPath(this.#path, key);
  }

  refuse(key: string, message: string): undefined {
    this.problems.push({ path: this.pathOf(key), message });
    return undefined;
  }

  /** `undefined` where it is absent. */
  value(key: string): unknown {
    this.#known.push(key);
    return this.#table.get(key);
  }

  optionalNumber(key: string, { from, to, isWhole }: NumberRange): number | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    const isNumber = typeof value === 'number' && value >= from && value <= to;
    if (isNumber && (isWhole === undefined || Number.isSafeInteger(value))) return value;
    const kind = isWhole === true ? 'a whole number' : 'a number';
    return this.refuse(key, `write ${kind} from ${shownBound(from)} to ${shownBound(to)}`);
  }

  number(key: string, fallback: number, range: NumberRange): number {
    return this.optionalNumber(key, range) ?? fallback;
  }

  text(key: string, fallback: string, pattern: RegExp): string {
    const value = this.value(key);
    if (value === undefined) return fallback;
    if (typeof value === 'string' && value.length <= 1000 && pattern.test(value)) return value;
    return this.refuse(key, 'write text as the built-in scenario has it') ?? fallback;
  }

  choice<Choice extends string>(key: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.value(key);
    const found = choices.find((choice) => choice === value);
    return found ?? this.refuse(key, `write one of ${choices.join(', ')}`);
  }

  flag(key: string): boolean {
    const value = this.value(key);
    if (value === undefined || typeof value === 'boolean') return value === true;
    return this.refuse(key, 'write true or false') ?? false;
  }

  /** A reader of the table below `key`; of an empty one where it is absent. */
  table(key: string): TableReader {
    const value = this.value(key);
    return new TableReader(value === undefined ? {} : value, this.pathOf(key), this.problems);
  }

  /** A reader for each entry of the list below `key`; `undefined` where it is absent. */
  list(key: string, most: number): readonly TableReader[] | undefined {
    const value = this.value(key);
    if (value === undefined) return undefined;
    const entries: readonly unknown[] | undefined = Array.isArray(value) ? value : undefined;
    if (entries === undefined || entries.length > most) {
      this.refuse(key, `write a list of at most ${most} tables`);
      return [];
    }
    const path = this.pathOf(key);
    return entries.map((entry, at) => new TableReader(entry, `${path}[${at}]`, this.problems));
  }

  /** Refuses every member that nobody asked for. */
  end(): void {
    for (const key of this.#table.keys()) {
      if (this.#known.includes(key)) continue;
      const known = this.#known.join(', ');
      this.refuse(key, `remove this member or correct it; here the members are ${known}`);
    }
  }
}
