/** The arithmetic by which an assessment is judged. */
import { describe, expect, it } from 'vitest';
import {
  formatBehaviours,
  formatClasses,
  scoreOf,
  shareCalled,
  type Judged,
} from '../support/confusion.ts';

const ROWS: readonly Judged[] = [
  { truth: 'automation', judged: 'automation', behaviour: 'a', requests: 8 },
  { truth: 'automation', judged: 'browser', behaviour: 'b', requests: 2 },
  { truth: 'browser', judged: 'automation', behaviour: 'c', requests: 1 },
  { truth: 'browser', judged: 'browser', behaviour: 'c', requests: 9 },
];

describe('precision and recall', () => {
  it('count clients or requests', () => {
    expect(scoreOf(ROWS, 'automation', 'clients')).toEqual({ precision: 0.5, recall: 0.5 });
    expect(scoreOf(ROWS, 'automation', 'requests')).toEqual({ precision: 8 / 9, recall: 0.8 });
    expect(shareCalled(ROWS, ['browser', 'automation'], 'clients')).toBe(0.5);
    expect(shareCalled(ROWS, ['browser', 'automation'], 'requests')).toBe(0.1);
  });

  it('are written for each class and each behaviour', () => {
    expect(formatClasses(ROWS)).toMatch(/automation +2 +50\.0 % +50\.0 % +88\.9 % +80\.0 %/);
    expect(formatBehaviours(ROWS)).toMatch(/browser c +2 +50\.0 % +90\.0 %/);
  });
});
