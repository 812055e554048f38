import { afterAll, expect, describe, it, vi } from 'vitest';
import { createFolder, edgetoll, type Ran } from '../support/edgetoll-command.ts';

// Each test starts processes.
vi.setConfig({ testTimeout: 60_000 });

const folder = createFolder();

function policy(...words: readonly string[]): Promise<Ran> {
  return edgetoll(['policy', ...words], { cwd: folder.path });
}

afterAll(() => folder.remove());

describe('mistakes that would show at the gate alone', () => {
  it('D03: check names bots that do not exist and bots that nothing proves', async () => {
    const rule = (name: string, bots: string) => `  - { name: ${name}, action: charge, ${bots} }`;
    const lines = [
      'schema: 1',
      'rules:',
      rule('typo', 'verifiedBot: [gogglebot, googlebot]'),
      rule('unproven', 'any: [{ verifiedBot: [claudebot] }]'),
      rule('claimed', 'claimedBot: [claudebot, nobody]'),
      rule('free', 'verifiedBot: ["*", agent.example, cloudflare-verified, google-agent]'),
    ];
    folder.write('names.yaml', `${lines.join('\n')}\n`);
    const { code, err } = await policy('check', '--strict', 'names.yaml');
    expect(code).toBe(1);
    expect(err.match(/names\.yaml:.*/g)).toEqual([
      expect.stringMatching(/^names\.yaml:3:.*no known bot is called "gogglebot"/),
      expect.stringMatching(/^names\.yaml:4:.*nothing can prove "claudebot" here/),
      expect.stringMatching(/^names\.yaml:5:.*no known bot is called "nobody"/),
    ]);
  });

  it("explain and test take Cloudflare's word from cf, as the gate does", async () => {
    folder.write(
      'word.yaml',
      'schema: 1\nrules: [{ name: word, action: allow, verifiedBot: [cloudflare-verified] }]\n',
    );
    const request = 'url: /, cf: { botManagement: { verifiedBot: true } }';
    folder.write('word.test.yaml', `[{ ${request}, expect: { kind: allow, rule: word } }]\n`);
    const ran = await policy('test', 'word.yaml');
    expect(ran, ran.err + ran.out).toMatchObject({ code: 0 });
  });

  it('E08: push refuses what no gate would take: aliases write much in few bytes', async () => {
    const file = (rules: number) => {
      const path = `x${'y'.repeat(999)}`;
      const first = `  - { name: r0, action: deny, path: &list [${Array.from({ length: 200 }, (_, index) => `/${index}${path}`).join(', ')}] }`;
      const others = Array.from(
        { length: rules - 1 },
        (_, index) => `  - { name: r${index + 1}, action: deny, path: *list }`,
      );
      return ['schema: 1', 'rules:', first, ...others, ''].join('\n');
    };
    folder.write('inside.yaml', file(9));
    folder.write('outside.yaml', file(10));
    expect(await policy('push', 'inside.yaml', '--dry-run', '--json')).toMatchObject({ code: 0 });
    const outside = await policy('push', 'outside.yaml', '--dry-run', '--json');
    expect(outside).toMatchObject({ code: 1, out: '' });
    expect(outside.err).toContain('too-large');
  });
});
