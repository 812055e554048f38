/**
 * What reading one line of a log gives.
 *
 * Owns the reasons for which a line is not read; must not know any format. A reason is a plain
 * text and not an object: millions of lines are read, and nothing is made for those that fail.
 */
import type { LogEntry } from './log-entry.ts';

export const LINE_PROBLEMS = {
  'too-long': 'longer than 64 KB',
  'unknown-format': 'no format that is known here',
  'cut-short': 'ends in the middle of an entry',
  'bad-json': 'begins like JSON and is none',
  'no-address': 'has no address of a client',
  'no-time': 'has no time that can be read',
  'no-request': 'has no request',
  'no-status': 'has no status',
} as const;

export type LineProblem = keyof typeof LINE_PROBLEMS;

/** A text is a problem, an object an entry. */
export type LineReading = LogEntry | LineProblem;

export type LogFormat = 'combined' | 'nginx-json' | 'apache-json' | 'logpush';
