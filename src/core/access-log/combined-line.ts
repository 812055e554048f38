/**
 * Lines of the Common and the Combined Log Format, and of Apache's variant with a virtual host.
 *
 *   192.0.2.1 - frank [22/Nov/2026:06:31:01 +0000] "GET /a HTTP/1.1" 200 2326 "https://b/" "Mozilla/5.0"
 *   example.com:443 192.0.2.1 - - [22/Nov/2026:06:31:01 +0000] "GET /a HTTP/1.1" 200 2326
 *
 * Owns that grammar. It is read by positions and not by a pattern: a pattern over the whole line took
 * three times as long. What follows the user agent (times, forwarded addresses) is passed over.
 */
import { unescapeField } from './escapes.ts';
import type { LineReading } from './line-reading.ts';
import { parseClfTime } from './log-time.ts';
import { parseRequestLine } from './request-line.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const STAMP_LENGTH = 26;

/** The hour of the line before, `22/Nov/2026:06:`, and its zone: lines of one hour come together. */
const lastHour = { text: '', zone: '', timeMs: 0 };
const HOUR_LENGTH = 15;
const ZONE_AT = 20;
const CLOSING_BRACKET = 93;

/** Two digits at `at`; NaN for anything else. */
function pairAt(line: string, at: number): number {
  const tens = line.charCodeAt(at) - 48;
  const ones = line.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** Minutes and seconds of the known hour; `undefined` where the stamp is of another, or none. */
function readWithinHour(line: string, at: number): number | undefined {
  const isSame =
    line.slice(at, at + HOUR_LENGTH) === lastHour.text &&
    line.slice(at + ZONE_AT, at + STAMP_LENGTH) === lastHour.zone;
  if (!isSame || line.charCodeAt(at + 17) !== 58) return undefined;
  const minute = pairAt(line, at + 15);
  const second = pairAt(line, at + 18);
  if (!(minute <= 59) || !(second <= 60)) return undefined;
  return lastHour.timeMs + minute * 60_000 + second * 1000;
}

function readStamp(line: string, at: number): number | undefined {
  if (line.charCodeAt(at + STAMP_LENGTH) !== CLOSING_BRACKET) return undefined;
  const known = readWithinHour(line, at);
  if (known !== undefined) return known;
  const text = line.slice(at, at + STAMP_LENGTH);
  const timeMs = parseClfTime(text);
  if (timeMs === undefined) return undefined;
  // Joined, so that the line itself is not kept.
  lastHour.text = ` ${text.slice(0, HOUR_LENGTH)}`.slice(1);
  lastHour.zone = ` ${text.slice(ZONE_AT)}`.slice(1);
  lastHour.timeMs = timeMs - pairAt(text, 15) * 60_000 - pairAt(text, 18) * 1000;
  return timeMs;
}

/** Where the quoted field that begins at `from` ends; -1 where it does not. */
function endOfQuoted(line: string, from: number): number {
  let at = line.indexOf('"', from);
  while (at !== -1) {
    let slashes = 0;
    while (line.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at;
    at = line.indexOf('"', at + 1);
  }
  return -1;
}

/** A quoted field without its escapes; `-` is empty. */
function fieldOf(line: string, from: number, end: number): string {
  if (end === from + 1 && line.charCodeAt(from) === 45) return '';
  const text = line.slice(from, end);
  return text.includes('\\') ? unescapeField(text) : text;
}

interface Place {
  readonly at: number;
  readonly timeMs: number;
}

/** The stamp: a user's name may hold blanks and brackets, so each bracket is tried. */
function findStamp(line: string): Place | undefined {
  let at = line.indexOf(' [');
  for (let tries = 0; at !== -1 && tries < 8; tries += 1) {
    const timeMs = readStamp(line, at + 2);
    if (timeMs !== undefined) return { at, timeMs };
    at = line.indexOf(' [', at + 2);
  }
  return undefined;
}

const ADDRESS = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]{0,4}(?::[\da-f.]{0,15}){2,8})$/i;

/** Address, and the host of a line that begins with one. */
function readHead(line: string, end: number): readonly [address: string, host?: string] {
  const first = line.indexOf(' ');
  const address = line.slice(0, first);
  const second = line.indexOf(' ', first + 1);
  // `%v:%p %h %l %u %t`: four fields before the time instead of three.
  if (second === -1 || second >= end || line.charCodeAt(first + 1) === 45) return [address];
  const next = line.slice(first + 1, second);
  if (ADDRESS.test(next) && !ADDRESS.test(address)) return [next, address];
  return [address];
}

/** Status and bytes begin behind the blank at `at`. */
function readNumber(line: string, at: number): { readonly value: number; readonly end: number } {
  let end = at;
  let value = 0;
  for (;;) {
    const digit = line.charCodeAt(end) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    value = value * 10 + digit;
    end += 1;
  }
  return { value: end === at ? -1 : value, end };
}

interface Tail {
  readonly referer: string;
  readonly userAgent: string;
  readonly lacksAgent: true | undefined;
}

const NO_TAIL: Tail = { referer: '', userAgent: '', lacksAgent: true };

/** Referer and agent, where the line has them. */
function readTail(line: string, from: number): Tail | 'cut-short' {
  const start = line.indexOf('"', from);
  if (start === -1) return NO_TAIL;
  const refererEnd = endOfQuoted(line, start + 1);
  if (refererEnd === -1) return 'cut-short';
  const agentStart = line.indexOf('"', refererEnd + 1);
  const agentEnd = agentStart === -1 ? -1 : endOfQuoted(line, agentStart + 1);
  if (agentEnd === -1) return 'cut-short';
  return {
    referer: fieldOf(line, start + 1, refererEnd),
    userAgent: fieldOf(line, agentStart + 1, agentEnd),
    lacksAgent: undefined,
  };
}

/** One line without its newline. */
export function parseCombinedLine(line: string): LineReading {
  const stamp = findStamp(line);
  if (stamp === undefined) return line.includes(' [') ? 'no-time' : 'unknown-format';
  const { at, timeMs } = stamp;
  const [address, host] = readHead(line, at);
  if (address === '' || address === '-') return 'no-address';
  const open = at + 2 + STAMP_LENGTH + 2;
  if (line.length <= open) return 'cut-short';
  if (line.charCodeAt(open) !== QUOTE) return 'no-request';
  const close = endOfQuoted(line, open + 1);
  if (close === -1) return 'cut-short';
  const { method, target, protocol } = parseRequestLine(fieldOf(line, open + 1, close));
  if (line.length <= close + 2) return 'cut-short';
  const status = readNumber(line, close + 2);
  const isAbsent = line.charCodeAt(close + 2) === 45;
  if (!isAbsent && (status.value < 0 || status.value > 999)) return 'no-status';
  const bytes = readNumber(line, status.end + (isAbsent ? 2 : 1));
  const tail = readTail(line, bytes.end);
  if (tail === 'cut-short') return 'cut-short';
  return {
    timeMs,
    address,
    method,
    target,
    status: isAbsent || status.value < 100 || status.value > 599 ? 0 : status.value,
    bytes: bytes.value < 0 ? 0 : bytes.value,
    userAgent: tail.userAgent,
    referer: tail.referer,
    lacksAgent: tail.lacksAgent,
    protocol,
    host,
    originMs: undefined,
    asn: undefined,
    country: undefined,
  };
}
