/**
 * The mark that a page leaves before it navigates to where its pass should let it in.
 *
 * Owns the guard against endless loops: a page that comes back to the same place within a minute
 * has lost its pass on the way (cookies blocked or removed) and must not solve again by itself.
 * The path is part of the mark, because a visitor with a fresh pass may soon meet a page that asks
 * for more; a third navigation within a minute counts as a loop whatever the paths.
 *
 *   edgetoll:<milliseconds since 1970>:<navigations in a row>:<path and query>
 */

const KEY = 'edgetoll';
const FRESH_MS = 60_000;
const MAX_IN_A_ROW = 3;

/** Where the mark is kept: the tab's session storage, else `window.name`. */
export interface MarkStore {
  read(): string;
  write(mark: string): void;
}

interface Mark {
  readonly writtenMs: number;
  readonly inARow: number;
  readonly path: string;
}

function parseMark(text: string): Mark | undefined {
  const match = /^edgetoll:(\d{1,15}):(\d{1,3}):(\/.*)$/s.exec(text);
  if (match === null) return undefined;
  const [, writtenMs, inARow, path = '/'] = match;
  return { writtenMs: Number(writtenMs), inARow: Number(inARow), path };
}

function readFresh(store: MarkStore, nowMs: number): Mark | undefined {
  const mark = parseMark(store.read());
  if (mark === undefined) return undefined;
  const ageMs = nowMs - mark.writtenMs;
  return ageMs >= 0 && ageMs < FRESH_MS ? mark : undefined;
}

/** Whether the visitor at `path` has just been sent here with a pass. */
export function hasLostPass(store: MarkStore, path: string, nowMs: number): boolean {
  const mark = readFresh(store, nowMs);
  return mark !== undefined && (mark.path === path || mark.inARow >= MAX_IN_A_ROW);
}

/** To be called right before navigating to `path`. */
export function leaveMark(store: MarkStore, path: string, nowMs: number): void {
  const inARow = (readFresh(store, nowMs)?.inARow ?? 0) + 1;
  store.write(`${KEY}:${nowMs}:${inARow}:${path}`);
}

/** Chromium throws on access to storage where cookies are blocked: just when the mark matters. */
export function createMarkStore(window: Window): MarkStore {
  try {
    const storage = window.sessionStorage;
    storage.setItem(KEY, storage.getItem(KEY) ?? '');
    return {
      read: () => storage.getItem(KEY) ?? '',
      write: (mark) => storage.setItem(KEY, mark),
    };
  } catch {
    return {
      read: () => window.name,
      write: (mark) => {
        window.name = mark;
      },
    };
  }
}
