import { describe, expect, it } from 'vitest';
import { parseChallenge } from '../../src/browser/toll-client.ts';

const TOLL = {
  version: 1,
  challenge: 'a.b.c',
  puzzle: { name: 'sha256', threshold: 262_143, minSolutions: 32, maxSolutions: 256 },
  expires: 1_000_000,
  redeem: '/.toll/redeem',
};

describe('a challenge', () => {
  it('is redeemed on its own origin alone, however the path is written', () => {
    expect(parseChallenge(TOLL)).toEqual(TOLL);
    for (const redeem of [
      '//evil.test/',
      '/\\evil.test/',
      '/\t/evil.test/',
      'https://evil.test/',
    ]) {
      expect(new URL(redeem, 'https://site.test').host).toBe('evil.test');
      expect(parseChallenge({ ...TOLL, redeem })).toBeUndefined();
    }
  });
});
