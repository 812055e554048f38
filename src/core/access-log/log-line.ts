/**
 * One line of a log, whatever its format.
 *
 * Owns finding the format: by the first character, and for JSON by the members of each line, so
 * that a file may change its format in the middle (a server was set up anew; logs were put together).
 */
import { APACHE_FIELDS } from './apache-json.ts';
import { parseCombinedLine } from './combined-line.ts';
import { parseJsonLine, readJsonEntry, type JsonFields, type JsonLine } from './json-fields.ts';
import type { LineReading, LogFormat } from './line-reading.ts';
import { LOGPUSH_FIELDS, LOGPUSH_MARKS } from './logpush.ts';
import { NGINX_FIELDS, NGINX_MARKS } from './nginx-json.ts';

type JsonFormat = Exclude<LogFormat, 'combined'>;

const FIELDS: Readonly<Record<JsonFormat, JsonFields>> = {
  'nginx-json': NGINX_FIELDS,
  'apache-json': APACHE_FIELDS,
  logpush: LOGPUSH_FIELDS,
};

const BRACE = 123;
const CARRIAGE_RETURN = 13;
const BYTE_ORDER_MARK = 0xfeff;

function formatOf(line: JsonLine): JsonFormat {
  if (LOGPUSH_MARKS.some((name) => name in line)) return 'logpush';
  return NGINX_MARKS.some((name) => name in line) ? 'nginx-json' : 'apache-json';
}

/** Which format a line has, by its look alone; a line that cannot be read has one all the same. */
export function detectFormat(line: string): LogFormat {
  if (line.charCodeAt(0) !== BRACE) return 'combined';
  const json = parseJsonLine(line);
  return json === undefined ? 'apache-json' : formatOf(json);
}

/** Without what ends or begins a line beside its text. */
export function trimLine(line: string): string {
  const start = line.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  const isCrlf = line.charCodeAt(line.length - 1) === CARRIAGE_RETURN;
  return start === 0 && !isCrlf ? line : line.slice(start, isCrlf ? -1 : undefined);
}

/** Reads lines one after the other and counts their formats. */
export class LogLineReader {
  readonly #counts = new Map<LogFormat, number>();
  #combined = 0;

  /** Lines that were read, by format, the most frequent first. */
  get formats(): readonly { readonly format: LogFormat; readonly lines: number }[] {
    const counts = new Map(this.#counts);
    if (this.#combined > 0) counts.set('combined', this.#combined);
    return [...counts]
      .map(([format, lines]) => ({ format, lines }))
      .toSorted((a, b) => b.lines - a.lines);
  }

  #readJson(line: string): LineReading {
    const json = parseJsonLine(line);
    if (json === undefined) return line.trimEnd().endsWith('}') ? 'bad-json' : 'cut-short';
    const format = formatOf(json);
    const reading = readJsonEntry(json, FIELDS[format]);
    if (typeof reading !== 'string') this.#counts.set(format, (this.#counts.get(format) ?? 0) + 1);
    return reading;
  }

  /** @param line without its newline, as `trimLine` leaves it */
  read(line: string): LineReading {
    if (line.charCodeAt(0) === BRACE) return this.#readJson(line);
    const reading = parseCombinedLine(line);
    if (typeof reading !== 'string') this.#combined += 1;
    return reading;
  }
}
