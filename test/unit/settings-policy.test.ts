/** Variables that decide who is known and what the policy starts from. */
import { describe, expect, it } from 'vitest';
import { decodeSettings } from '../../src/core/settings.ts';

/** Test only. */
const SECRET = 'Zt8_kQ2vLw5yHc1RjXn4Pb7MaUe9SgDo3FiTmKz6YVg';

describe('SIGNED_AGENTS', () => {
  const decode = (value: unknown) => decodeSettings({ TOLL_SECRET: SECRET, SIGNED_AGENTS: value });

  it('F08: takes host names and nothing that decides where else we connect', () => {
    const good = decode(['agent.example.com', 'a.b.example']);
    expect(good.ok && good.settings.signedAgents).toEqual(['agent.example.com', 'a.b.example']);
    for (const host of [
      'Agent.example.com',
      'localhost',
      '127.0.0.1',
      '[::1]',
      'a.example:8443',
      'a.example/path',
      'user@a.example',
      'https://a.example',
      'a.example.',
      '',
      5,
    ]) {
      expect(decode([host]).ok, String(host)).toBe(false);
    }
    expect(decode([]).ok).toBe(false);
    expect(decode('agent.example.com').ok).toBe(false);
    const many = (count: number) => Array.from({ length: count }, (_, n) => `a${n}.example`);
    expect(decode(many(32)).ok).toBe(true);
    expect(decode(many(33)).ok).toBe(false);
  });

  it('PRESET is refused on terms for which it sells nothing', () => {
    const cheap = { TOLL_SECRET: SECRET, ATTEMPTS_PER_SOLUTION: 136, REQUEST_PRICE: 32 };
    const paths = (preset: string) => {
      const reading = decodeSettings({ ...cheap, PRESET: preset });
      return reading.ok ? [] : reading.problems.map(({ path }) => path);
    };
    expect(paths('lockdown')).toEqual(['PRESET']);
    expect(paths('balanced')).toEqual([]);
    expect(paths('monitor')).toEqual([]);
  });
});
