/**
 * What the price book keeps in its SQLite.
 *
 *   book   part, value    0: prices and orders, 1: passes; JSON
 *   hours  start, value   one hour of history, JSON; 192 of them
 *
 * Owns both tables and how many rows a write costs: two for a book, one for an hour. Everything here is
 * synchronous: no other call can come between reading and writing. Must not know what the texts say.
 */
import { KEPT_HOURS } from '../core/price/hour-summary.ts';

const SECONDS_PER_HOUR = 3600;

/** The part of `SqlStorage` that is used. */
export interface Sql {
  exec(query: string, ...bindings: (string | number)[]): { toArray(): unknown[] };
}

function parseValue(row: unknown): unknown {
  if (typeof row !== 'object' || row === null || !('value' in row)) return undefined;
  try {
    const value: unknown = JSON.parse(String(row.value));
    return value;
  } catch {
    return undefined;
  }
}

export class PriceBookRows {
  readonly #sql: Sql;

  /** Makes the tables where they are missing. */
  constructor(sql: Sql) {
    this.#sql = sql;
    for (const table of ['book (part', 'hours (start'])
      sql.exec(`CREATE TABLE IF NOT EXISTS ${table} INTEGER PRIMARY KEY, value TEXT NOT NULL)`);
  }

  /** The parts that were saved last; `undefined` in the place of one that is no JSON. */
  load(): readonly unknown[] {
    return this.#sql.exec('SELECT value FROM book ORDER BY part').toArray().map(parseValue);
  }

  save(parts: readonly unknown[]): void {
    for (const [part, value] of parts.entries())
      this.#sql.exec('INSERT OR REPLACE INTO book VALUES (?, ?)', part, JSON.stringify(value));
  }

  /** Keeps an hour that is over, and forgets those that are too old. @param start unix seconds */
  addHour(start: number, value: unknown): void {
    this.#sql.exec('INSERT OR REPLACE INTO hours VALUES (?, ?)', start, JSON.stringify(value));
    this.#sql.exec('DELETE FROM hours WHERE start <= ?', start - KEPT_HOURS * SECONDS_PER_HOUR);
  }

  /** Hours that began at `fromSeconds` or later, oldest first. */
  hours(fromSeconds: number): readonly unknown[] {
    const query = 'SELECT value FROM hours WHERE start >= ? ORDER BY start';
    return this.#sql.exec(query, fromSeconds).toArray().map(parseValue);
  }
}
