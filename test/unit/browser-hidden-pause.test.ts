import { describe, expect, it } from 'vitest';
import { HIDDEN_MS, pauseWhileHidden } from '../../src/browser/hidden-pause.ts';

function createTestPage(isHidden: boolean) {
  const events: string[] = [];
  const due: { readonly delayMs: number; readonly callback: () => void }[] = [];
  let listener = (): void => undefined;
  let hidden = isHidden;
  pauseWhileHidden(
    { pause: () => events.push('pause'), resume: () => events.push('resume') },
    {
      isHidden: () => hidden,
      onChange: (given) => {
        listener = given;
      },
      after: (delayMs, callback) => due.push({ delayMs, callback }),
    },
  );
  return {
    events,
    due,
    turn: (isNowHidden: boolean) => {
      hidden = isNowHidden;
      listener();
    },
    passTime: () => {
      for (const { callback } of due.splice(0)) callback();
    },
  };
}

describe('a hidden page', () => {
  it('works on for a minute, pauses, and resumes when it is seen', () => {
    const page = createTestPage(false);
    page.turn(true);
    expect(page.due).toEqual([expect.objectContaining({ delayMs: HIDDEN_MS })]);
    page.passTime();
    page.turn(false);
    expect(page.events).toEqual(['resume', 'pause', 'resume']);
  });

  it('is not paused by a minute that began before it was last seen', () => {
    const page = createTestPage(false);
    page.turn(true);
    page.turn(false);
    page.passTime();
    expect(page.events).not.toContain('pause');
    page.turn(true);
    page.turn(false);
    page.turn(true);
    expect(page.due).toHaveLength(2);
    page.passTime();
    expect(page.events.filter((event) => event === 'pause')).toHaveLength(1);
  });

  it('that was opened in the background pauses as well', () => {
    const page = createTestPage(true);
    page.passTime();
    expect(page.events).toEqual(['pause']);
  });
});
