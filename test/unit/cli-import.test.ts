import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFolder, edgetoll, type Ran } from '../support/edgetoll-command.ts';

// Each test starts processes.
vi.setConfig({ testTimeout: 60_000 });

const folder = createFolder();

function policy(...words: readonly string[]): Promise<Ran> {
  return edgetoll(['policy', ...words], { cwd: folder.path });
}

beforeAll(() => {
  folder.write(
    'bots.yaml',
    `bots:
  - import: (data)/tools.yaml
  - name: dns
    action: ALLOW
    expression: 'verifyFCrDNS(remoteAddress, "x")'
thresholds:
  - { name: all, expression: weight >= 0, action: CHALLENGE, challenge: { algorithm: fast, difficulty: 2 } }
`,
  );
  mkdirSync(join(folder.path, 'data'));
  folder.write('data/tools.yaml', '- { name: curl, action: DENY, user_agent_regex: ^curl/ }\n');
  folder.write('bad.yaml', 'bots:\n  - name: x\n    action: DENY\n    user_agent_regex: a(b\n');
  folder.write('robots.txt', 'User-agent: *\nDisallow: /search\nDisallow: /*?\nCrawl-delay: 5\n');
});

afterAll(() => folder.remove());

describe('policy import', () => {
  it('brings a policy of Anubis that check takes, and names what it could not carry over', async () => {
    const imported = await policy('import', 'anubis', 'bots.yaml', '-o', 'policy.yaml');
    expect(imported.code).toBe(0);
    expect(imported.err).toMatch(/^bots\.yaml:3:5: dropped: rule "dns": .*DNS/m);
    expect(imported.err).toContain('2 rules, 1 whole, 0 changed, 1 dropped');
    expect((await policy('check', 'policy.yaml')).code).toBe(0);
    const explained = await policy('explain', '/', '--header', 'User-Agent: curl/8', '--json');
    expect(JSON.parse(explained.out)).toMatchObject({ decision: { kind: 'deny', rule: 'curl' } });
  });

  it('does not write over a file', async () => {
    folder.write('mine.yaml', 'schema: 1\n');
    const { code, err } = await policy('import', 'robots', 'robots.txt', '-o', 'mine.yaml');
    expect(code).toBe(2);
    expect(err).toContain('mine.yaml: it exists');
    expect((await policy('check', 'mine.yaml')).out).toContain('0 rules');
  });

  it('brings a robots.txt, with its notes and as JSON', async () => {
    const { code, out, err } = await policy('import', 'robots', 'robots.txt', '--action', 'deny');
    expect(code).toBe(0);
    expect(out).toContain('action: deny');
    expect(err).toMatch(/^robots\.txt:3: dropped: /m);
    const json = await policy('import', 'robots', 'robots.txt', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ document: { schema: 1 }, notes: [{}] });
  });

  it('says file, line and column of what Anubis itself refuses', async () => {
    const { code, out, err } = await policy('import', 'anubis', 'bad.yaml');
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toMatch(/^bad\.yaml:4:\d+: /m);
  });

  it.each([
    ['import'],
    ['import', 'anubis'],
    ['import', 'nginx', 'x'],
    ['import', 'anubis', 'bots.yaml', '--action', 'deny'],
    ['import', 'robots', 'robots.txt', '--geo'],
    ['import', 'robots', 'robots.txt', '--base', 'deny'],
  ])('refuses %s %s %s', async (...words) => {
    const { code, err } = await policy(...words);
    expect(code).toBe(2);
    expect(err).toContain('policy import --help');
  });

  it('says what to do where there is no file', async () => {
    for (const what of ['anubis', 'robots']) {
      const { code, err } = await policy('import', what, 'none.yaml');
      expect(code).toBe(1);
      expect(err).not.toMatch(/\n\s+at /);
    }
  });
});
