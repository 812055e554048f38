/**
 * Logs, from their names to what was measured.
 *
 * Owns the loop over lines and the account of those that cannot be read.
 */
import { LogLineReader, trimLine } from '../core/access-log/log-line.ts';
import { LINE_PROBLEMS, type LineProblem } from '../core/access-log/line-reading.ts';
import type { LogFormat } from '../core/access-log/line-reading.ts';
import type { Assessor } from '../core/assessment/assessor.ts';
import type { LogProgress } from './log-progress.ts';
import {
  MAX_LOG_LINE_BYTES,
  PackedLogFailure,
  readLogTexts,
  type LogSource,
} from './log-source.ts';
import { SmallHeap } from './small-heap.ts';
import { printable } from './terminal.ts';
import { explainUnreadable } from './text-file.ts';

const SHOWN_PROBLEMS = 5;
const SHOWN_CHARACTERS = 120;

export interface UnreadLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly reason: string;
  /** Its beginning, without control characters. */
  readonly text: string;
}

export interface LogAccount {
  readonly files: readonly string[];
  readonly lines: number;
  readonly blank: number;
  readonly entries: number;
  readonly unread: number;
  /** By reason. */
  readonly unreadReasons: readonly { readonly reason: string; readonly lines: number }[];
  /** The first of them. */
  readonly firstUnread: readonly UnreadLine[];
  readonly formats: readonly { readonly format: LogFormat; readonly lines: number }[];
  /** Files that could be read in part. */
  readonly failures: readonly { readonly file: string; readonly message: string }[];
  readonly seconds: number;
}

/** Takes entries, one after the other. */
export type LogReader = Pick<Assessor, 'add'>;

/** Reads logs into an assessor. */
class LogWalk {
  readonly #assessor: LogReader;
  readonly #reader = new LogLineReader();
  readonly #reasons = new Map<LineProblem, number>();
  readonly #first: UnreadLine[] = [];
  readonly #failures: { readonly file: string; readonly message: string }[] = [];
  #file = '';
  #line = 0;
  #lines = 0;
  #blank = 0;
  #entries = 0;

  constructor(assessor: LogReader) {
    this.#assessor = assessor;
  }

  get lines(): number {
    return this.#lines;
  }

  begin(file: string): void {
    this.#file = file;
    this.#line = 0;
  }

  fail(message: string): void {
    this.#failures.push({ file: this.#file, message });
  }

  tooLong(): void {
    this.#count();
    this.#refuse('too-long', '');
  }

  #count(): void {
    this.#line += 1;
    this.#lines += 1;
  }

  #refuse(problem: LineProblem, text: string): void {
    this.#reasons.set(problem, (this.#reasons.get(problem) ?? 0) + 1);
    if (this.#first.length >= SHOWN_PROBLEMS) return;
    const shown = printable(text.slice(0, SHOWN_CHARACTERS));
    const reason = LINE_PROBLEMS[problem];
    this.#first.push({ file: this.#file, line: this.#line, reason, text: shown });
  }

  read(text: string): void {
    let start = 0;
    while (start < text.length) {
      const newline = text.indexOf('\n', start);
      const end = newline === -1 ? text.length : newline;
      this.#readLine(trimLine(text.slice(start, end)));
      start = end + 1;
    }
  }

  #readLine(line: string): void {
    this.#count();
    if (line === '' || line.trim() === '') {
      this.#blank += 1;
      return;
    }
    const reading = line.length > MAX_LOG_LINE_BYTES ? 'too-long' : this.#reader.read(line);
    if (typeof reading === 'string') {
      this.#refuse(reading, line);
      return;
    }
    this.#entries += 1;
    this.#assessor.add(reading);
  }

  account(sources: readonly LogSource[], seconds: number): LogAccount {
    const reasons = [...this.#reasons].toSorted(([, a], [, b]) => b - a);
    return {
      files: sources.map(({ name }) => name),
      lines: this.#lines,
      blank: this.#blank,
      entries: this.#entries,
      unread: reasons.reduce((sum, [, lines]) => sum + lines, 0),
      unreadReasons: reasons.map(([problem, lines]) => ({ reason: LINE_PROBLEMS[problem], lines })),
      firstUnread: this.#first,
      formats: this.#reader.formats,
      failures: this.#failures,
      seconds,
    };
  }
}

/** Reads every source in turn; a file that ends early or is damaged is read as far as it goes. */
export async function walkLogs(
  sources: readonly LogSource[],
  {
    cwd,
    assessor,
    progress,
  }: {
    readonly cwd: string;
    readonly assessor: LogReader;
    readonly progress: LogProgress;
  },
): Promise<LogAccount> {
  const walk = new LogWalk(assessor);
  const heap = new SmallHeap();
  for (const source of sources) {
    walk.begin(source.name);
    try {
      for await (const part of readLogTexts(source, cwd, (bytes) => progress.addBytes(bytes))) {
        if (part.kind === 'lines') walk.read(part.text);
        else walk.tooLong();
        progress.show(walk.lines);
        heap.check();
      }
    } catch (error) {
      const message = error instanceof PackedLogFailure ? error.message : explainUnreadable(error);
      if (message === undefined) throw error;
      walk.fail(message);
    }
  }
  return walk.account(sources, progress.end());
}
