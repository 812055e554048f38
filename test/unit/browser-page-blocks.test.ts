import { describe, expect, it } from 'vitest';
import { parsePageData } from '../../src/browser/page-blocks.ts';
import type { PageData } from '../../src/core/wire/page-data.ts';

const DATA: PageData = {
  toll: {
    version: 1,
    challenge: 'a.b.c',
    puzzle: { name: 'sha256', threshold: 262_143, minSolutions: 2, maxSolutions: 4 },
    expires: 2_000_000_000,
    redeem: '/.toll/redeem',
  },
  reason: 'slow-down',
  returnPath: '/a?b',
  form: { kind: 'none' },
};

describe('the data block', () => {
  it('is read with and without a time to wait', () => {
    expect(parsePageData(DATA)).toEqual(DATA);
    for (const retryAfterSeconds of [0, 30]) {
      const data = { ...DATA, retryAfterSeconds };
      expect(parsePageData(data)).toEqual(data);
    }
  });

  it.each(['30', null])('is refused with a time to wait of %s', (wait) => {
    expect(parsePageData({ ...DATA, retryAfterSeconds: wait })).toBeUndefined();
  });
});
