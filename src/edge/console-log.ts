/**
 * Log events as one JSON object a line on the console.
 *
 * Owns the line format, the escaping and the sampling (SECURITY-BAR J02): at most ten
 * lines a second for each event name, the number of those left out on the next line.
 */
import type { Clock, Log, LogFacts } from '../core/ports.ts';

const LINES_A_SECOND = 10;
const MAX_FACT_LENGTH = 256;
/** C1 controls, line separators and bidirectional controls; JSON.stringify escapes C0 itself. */
const UNSAFE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** One line for `event`: valid JSON, no line break, no character that a terminal acts on. */
export function formatLogLine(event: string, facts: LogFacts): string {
  const clipped = Object.entries(facts).map(([name, fact]) => [
    name,
    typeof fact === 'string' ? fact.slice(0, MAX_FACT_LENGTH) : fact,
  ]);
  return JSON.stringify({ event, ...Object.fromEntries(clipped) }).replaceAll(
    UNSAFE,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

interface Window {
  second: number;
  lines: number;
  suppressed: number;
}

/** @param write receives each line */
export function createConsoleLog(clock: Clock, write: (line: string) => void): Log {
  const windows = new Map<string, Window>();

  function windowOf(name: string): Window {
    const second = Math.floor(clock.nowMs() / 1000);
    const window = windows.get(name) ?? { second, lines: 0, suppressed: 0 };
    windows.set(name, window);
    if (window.second !== second) {
      window.second = second;
      window.lines = 0;
    }
    return window;
  }

  return {
    event(name, facts = {}) {
      const window = windowOf(name);
      if (window.lines >= LINES_A_SECOND) {
        window.suppressed += 1;
        return;
      }
      window.lines += 1;
      const { suppressed } = window;
      window.suppressed = 0;
      try {
        write(formatLogLine(name, suppressed > 0 ? { ...facts, suppressed } : facts));
      } catch {
        // A log that fails must not fail the request (SECURITY-BAR 3.29).
      }
    },
  };
}
