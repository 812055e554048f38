/**
 * Rest for a page that is hidden for long.
 *
 * Owns the moment: a page opened in the background should be ready when its visitor comes, so it
 * works on for a minute; what is not done by then waits for the visitor.
 */

export const HIDDEN_MS = 60_000;

export interface Pausable {
  pause(reason: string): void;
  resume(): void;
}

export interface VisibilityPorts {
  readonly isHidden: () => boolean;
  readonly onChange: (listener: () => void) => void;
  /** Calls back once after `delayMs`. */
  readonly after: (delayMs: number, callback: () => void) => void;
}

export function pauseWhileHidden(work: Pausable, ports: VisibilityPorts): void {
  const { isHidden, onChange, after } = ports;
  let changes = 0;

  function look(): void {
    changes += 1;
    if (!isHidden()) {
      work.resume();
      return;
    }
    const change = changes;
    after(HIDDEN_MS, () => {
      if (change === changes) work.pause('the page was hidden for a minute');
    });
  }

  onChange(look);
  look();
}
