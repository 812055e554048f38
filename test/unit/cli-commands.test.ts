import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { createFolder, edgetoll, type Ran } from '../support/edgetoll-command.ts';

// Each test starts processes.
vi.setConfig({ testTimeout: 60_000 });

const folder = createFolder();

function policy(...words: readonly string[]): Promise<Ran> {
  return edgetoll(['policy', ...words], { cwd: folder.path });
}

const GOOD = `schema: 1
rules:
  - { name: search, action: charge, tier: 1, path: [/search*] }
  - { name: closed, action: deny, status: 404, path: [/internal*] }
  - { name: no-agent, action: weigh, points: 10, header: [{ name: User-Agent, present: false }] }
  - { name: watch, action: deny, mode: dry-run, country: [DE] }
thresholds:
  - { name: odd, from: 10, action: charge, requestPrice: 9000 }
  - { name: plain, below: 10, action: charge }
`;

beforeAll(() => {
  folder.write('policy.yaml', GOOD);
  folder.write(
    'bad.yaml',
    'schema: 1\nrules:\n  - name: a\n    action: deny\n    path: [x, /a?b]\n    odd: 1\n',
  );
  folder.write('warned.yaml', 'schema: 1\npreset: monitor\n');
  mkdirSync(join(folder.path, 'folder'));
});

afterAll(() => folder.remove());

function expectNoTrace({ out, err }: Ran): void {
  expect(`${out}${err}`).not.toMatch(/\n\s+at |node:internal|which it should not/);
}

describe('edgetoll', () => {
  it('explains itself and each command', async () => {
    const { code, out } = await edgetoll(['--help']);
    expect(code).toBe(0);
    for (const { name, summary } of COMMANDS)
      expect(out).toContain(`${name.padEnd(8)}  ${summary}`);
    const helps = await Promise.all(COMMANDS.map(({ name }) => policy(name, '--help')));
    for (const [index, help] of helps.entries()) {
      expect(help.code).toBe(0);
      expect(help.out).toContain(`Usage: npx edgetoll policy ${COMMANDS[index]?.name}`);
    }
  });

  it('exits with 2 for wrong calls, and says what to read', async () => {
    for (const words of [
      [],
      ['policy'],
      ['police'],
      ['policy', 'chek'],
      ['policy', '\u001B[31m'],
    ]) {
      const ran = await edgetoll(words, { cwd: folder.path });
      expect(ran.code).toBe(2);
      expect(`${ran.out}${ran.err}`).toContain('npx edgetoll policy');
      expect(ran.err).not.toContain('\u001B');
    }
    const calls = [
      ['check', '--nope'],
      ['check', 'a', 'b'],
      ['explain'],
      ['explain', 'example.com'],
      ['explain', 'https://['],
      ['explain', '/', '--cf', '{'],
      ['explain', '/', '--header', 'nocolon'],
      ['explain', '/', '--asn', 'AS1'],
      ['explain', '/', '--ip', 'home'],
      ['diff', 'policy.yaml', 'policy.yaml'],
      ['export', 'bots'],
      ['export', 'crawlers', '--format', 'xml'],
      ['push'],
      ['status'],
      ['rollback', '--local', '--remote'],
    ];
    const rans = await Promise.all(calls.map((words) => policy(...words)));
    for (const [index, ran] of rans.entries()) {
      const words = calls[index] ?? [];
      expect([words, ran.code]).toEqual([words, 2]);
      expect(ran.err).toContain(`npx edgetoll policy ${words[0]} --help`);
      expectNoTrace(ran);
    }
  });
});

describe('edgetoll policy check', () => {
  it('says that a policy is right', async () => {
    expect(await policy('check')).toMatchObject({
      code: 0,
      out: 'policy.yaml: 4 rules, 0 problems, 0 warnings\n',
      err: '',
    });
  });

  it('E08: names every problem at once, with file, line, column and place', async () => {
    const { code, err } = await policy('check', 'bad.yaml');
    expect(code).toBe(1);
    expect(err.split('\n').map((line) => line.replace(/(: [^:]*): .*/, '$1'))).toEqual([
      'bad.yaml:5:12: rules[0].path[0]',
      'bad.yaml:5:15: rules[0].path[1]',
      'bad.yaml:6:5: rules[0].odd',
      'bad.yaml: 3 problems, 0 warnings',
      '',
    ]);
  });

  it('warns, and fails on warnings under --strict alone', async () => {
    const relaxed = await policy('check', 'warned.yaml');
    expect(relaxed.code).toBe(0);
    expect(relaxed.err).toMatch(/^warned\.yaml:2:1: preset: warning: monitor reports/);
    expect((await policy('check', 'warned.yaml', '--strict')).code).toBe(1);
    expect((await policy('check', '--strict')).code).toBe(0);
  });

  it('speaks JSON, and reads the standard input', async () => {
    const { code, out } = await policy('check', 'bad.yaml', '--json');
    expect(code).toBe(1);
    const report = JSON.parse(out) as { ok: boolean; problems: unknown[] };
    expect(report.ok).toBe(false);
    expect(report.problems[0]).toMatchObject({ line: 5, column: 12, path: 'rules[0].path[0]' });
    const piped = await edgetoll(['policy', 'check', '-'], { cwd: folder.path, input: GOOD });
    expect(piped).toMatchObject({ code: 0, out: '-: 4 rules, 0 problems, 0 warnings\n' });
  });

  it('E08: takes 256 KB and 256 rules, and not one more', async () => {
    const head = 'schema: 1\n#';
    const rule = (index: number): string =>
      `  - { name: r${index}, action: deny, path: [/${index}] }\n`;
    const rules = (count: number): string =>
      `schema: 1\nrules:\n${Array.from({ length: count }, (_, index) => rule(index)).join('')}`;
    folder.write('full.yaml', head + 'x'.repeat(262_144 - head.length));
    folder.write('over.yaml', head + 'x'.repeat(262_145 - head.length));
    folder.write('256.yaml', rules(256));
    folder.write('257.yaml', rules(257));
    folder.write('1mb.yaml', 'a'.repeat(1_048_576));
    expect((await policy('check', 'full.yaml')).code).toBe(0);
    const over = await policy('check', 'over.yaml');
    expect(over).toMatchObject({ code: 1 });
    expect(over.err).toContain('over.yaml: use at most 256 KB (262144 bytes)');
    expect((await policy('check', '1mb.yaml')).err).toContain('use at most 256 KB');
    expect((await policy('check', '256.yaml')).code).toBe(0);
    expect((await policy('check', '257.yaml')).err).toContain(
      '257.yaml:2:1: rules: write a list of at most 256',
    );
  });

  it('E09, E10: answers hostile files with sentences', async () => {
    folder.write('binary.yaml', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 0xff, 0xfe]));
    folder.write('nul.yaml', 'schema: 1\u0000');
    folder.write('latin.yaml', new Uint8Array([0x61, 0x3a, 0xe9]));
    folder.write('empty.yaml', '');
    folder.write('proto.yaml', 'schema: 1\nrules:\n  - { __proto__: { x: 1 } }\n');
    folder.write('proto.json', '{"schema":1,"constructor":{"prototype":{"x":1}}}');
    folder.write('deep.yaml', '['.repeat(200_000));
    folder.write('escape.yaml', 'schema: 1\n"\\e[31mred": 1\n');
    const expected: readonly (readonly [string, number, string])[] = [
      ['binary.yaml', 1, 'this is no text'],
      ['nul.yaml', 1, 'this is no text'],
      ['latin.yaml', 1, 'this is no text'],
      ['empty.yaml', 1, 'write a table that begins with schema: 1'],
      [
        'proto.yaml',
        1,
        'proto.yaml:3:7: policy.rules[0].__proto__: remove this key: it is reserved',
      ],
      ['proto.json', 1, 'remove this key: it is reserved'],
      ['deep.yaml', 1, 'nest less deeply'],
      ['escape.yaml', 1, 'escape.yaml:2:1: \\u001b[31mred: remove this key'],
      ['missing.yaml', 2, 'missing.yaml: there is no such file'],
      ['folder', 2, 'folder: this is a folder'],
    ];
    const rans = await Promise.all(expected.map(([file]) => policy('check', file)));
    for (const [index, ran] of rans.entries()) {
      const [file, code, text] = expected[index] ?? ['', 0, ''];
      expect([file, ran.code, ran.err.includes(text), ran.err.slice(0, 200)]).toEqual([
        file,
        code,
        true,
        ran.err.slice(0, 200),
      ]);
      expect(ran.err).not.toContain('\u001B');
      expectNoTrace(ran);
    }
  });
});

describe('edgetoll policy explain', () => {
  it('shows rules, conditions, values, points and the decision', async () => {
    const { code, out } = await policy('explain', 'https://example.com/a?b', '--country', 'DE');
    expect(code).toBe(0);
    expect(out).toContain('GET example.com/a?b from unknown, DE');
    expect(out).toContain('path: no   asks for /search*   has "/a"');
    expect(out).toContain('no-agent [weigh +10]: yes - points now 10');
    expect(out).toContain('watch [deny] (dry-run): yes - only reported');
    expect(out).toContain('threshold odd [from 10]: yes');
    expect(out).toMatch(
      /decision: charge by rule "odd": tier 0; .*a request 9,000 attempts, 0\.7 ms of work/,
    );
    expect(out).toContain('only reported: watch');
  });

  it('E05: answers the same each time, in JSON too', async () => {
    const words = ['explain', '/search', '-H', 'User-Agent: curl/8', '--ip', '192.0.2.1', '--json'];
    const [first, second] = await Promise.all([policy(...words), policy(...words)]);
    expect(first.out).toBe(second.out);
    const explained = JSON.parse(first.out) as { decision: unknown; readings: unknown[] };
    expect(explained.decision).toMatchObject({
      kind: 'charge',
      rule: 'search',
      terms: { tier: 1, entryAttempts: 524_288 },
    });
    expect(explained.readings).toHaveLength(1);
  });

  it('E01: shows each reading of a path, and says where the gate refuses it', async () => {
    const { out } = await policy('explain', '/x/..%2finternal');
    expect(out).toContain('(reading 1 of ');
    expect(out).toContain('The strictest reading decides: /internal');
    expect(out).toContain('decision: deny by rule "closed": status 404');
    expect((await policy('explain', '/%00')).out).toContain('answers 400 before any rule');
  });

  it('writes no control characters of a request to the terminal', async () => {
    const ran = await policy('explain', '/a', '-H', 'User-Agent: \u001B[31mred');
    expect(ran.out).not.toContain('\u001B');
  });
});

describe('edgetoll policy test', () => {
  it('counts what is as expected', async () => {
    folder.write(
      'policy.test.yaml',
      `- { url: /search?q=1, expect: { kind: charge, rule: search, tier: 1 } }
- { url: /internal/x, expect: { kind: deny, status: 404 } }
- { url: /%00, expect: { kind: deny, status: 400 } }
- { name: plain, url: /, headers: { User-Agent: x }, expect: { kind: charge, price: 4369 } }
`,
    );
    expect(await policy('test')).toMatchObject({ code: 0, out: '4 as expected, 0 not\n' });
  });

  it('explains what is not', async () => {
    folder.write(
      'other.yaml',
      '- { url: / , expect: charge }\n- name: first\n  url: /search\n  expect: allow\n',
    );
    const { code, out } = await policy('test', '--cases', 'other.yaml');
    expect(code).toBe(1);
    expect(out).toContain('other.yaml:2: first\n  kind: expected allow, got charge\n');
    expect(out).toContain('search [charge]: yes - decides');
    expect(out).toContain('1 as expected, 1 not');
    const json = await policy('test', '--cases', 'other.yaml', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ passed: 1, failed: 1, failures: [{ line: 2 }] });
  });

  it('names every problem of the table with its line', async () => {
    folder.write(
      'wrong.yaml',
      '- { url: / }\n- { url: /, expect: no }\n- { path: /, expect: deny }\n',
    );
    const { code, err } = await policy('test', '--cases', 'wrong.yaml');
    expect(code).toBe(1);
    const places = err
      .trim()
      .split('\n')
      .map((line) => line.split(': ').slice(0, 2).join(': '));
    expect(places).toEqual([
      'wrong.yaml:1:3: [0].expect',
      'wrong.yaml:2:13: [1].expect',
      'wrong.yaml:3:3: [2].url',
      'wrong.yaml:3:5: [2].path',
    ]);
    expect((await policy('test', 'warned.yaml')).code).toBe(2);
  });
});

describe('edgetoll policy diff', () => {
  const REQUESTS = [
    { url: '/a', headers: { 'User-Agent': 'x' } },
    { url: '/search', headers: { 'User-Agent': 'x' } },
    { url: '/search?b' },
    { url: '/%00' },
  ].map((request) => JSON.stringify(request));

  it('counts what is decided otherwise, by what and by which rule', async () => {
    folder.write('new.yaml', GOOD.replace('action: charge, tier: 1', 'action: deny'));
    folder.write('requests.ndjson', `${REQUESTS.join('\n')}\n`);
    const words = ['diff', 'policy.yaml', 'new.yaml', '--requests', 'requests.ndjson'];
    const { code, out } = await policy(...words);
    expect(code).toBe(0);
    expect(out).toContain(
      '2  charge (tier 1, entry 524288, request 4369, 3600 s) by "search" -> deny 403 by "search"',
    );
    expect(out).toContain('line 2: GET /search\n');
    expect(out).toContain('2 of 4 requests are decided otherwise');
    expect((await policy(...words, '--exit-code')).code).toBe(1);
    const same = ['diff', 'policy.yaml', 'policy.yaml', '--requests', 'requests.ndjson'];
    expect(await policy(...same, '--exit-code')).toMatchObject({
      code: 0,
      out: '0 of 4 requests are decided otherwise\n',
    });
  });

  it('E08: streams the standard input, and names lines that are no requests', async () => {
    const long = JSON.stringify({ url: `/${'a'.repeat(70_000)}` });
    const lines = [...REQUESTS, '{', '{"url":1}', long, '', ...Array(20_000).fill(REQUESTS[0])];
    const ran = await edgetoll(
      ['policy', 'diff', 'policy.yaml', 'policy.yaml', '--requests', '-', '--json'],
      { cwd: folder.path, input: lines.join('\n') },
    );
    expect(ran.code).toBe(1);
    const report = JSON.parse(ran.out) as { requests: number; bad: number; badLines: unknown[] };
    expect(report).toMatchObject({ requests: 20_004, bad: 3, differing: 0 });
    expect(report.badLines).toMatchObject([{ line: 5 }, { line: 6 }, { line: 7 }]);
  });

  it('says which file cannot be read', async () => {
    const words = ['diff', 'policy.yaml', 'policy.yaml', '--requests'];
    const missing = await policy(...words, 'none.ndjson');
    expect(missing).toMatchObject({ code: 2 });
    expect(missing.err).toContain('none.ndjson: there is no such file');
    expect(await policy(...words, 'folder')).toMatchObject({ code: 2 });
  });
});

describe('the other commands', () => {
  it('D03: export crawlers tells published addresses from others, in every format', async () => {
    folder.write(
      'bots.yaml',
      'schema: 1\nrules:\n  - { name: bots, action: allow, verifiedBot: [googlebot] }\n',
    );
    const formats = ['table', 'json', 'csv', 'robots'];
    const rans = await Promise.all(
      formats.map((format) => policy('export', 'crawlers', 'bots.yaml', '--format', format)),
    );
    expect(rans.map(({ code, err }) => [code, err])).toEqual(formats.map(() => [0, '']));
    const [table, json, csv, robots] = rans.map(({ out }) => out);
    expect(table).toMatch(/^googlebot +search +allow +charge$/m);
    expect(JSON.parse(json ?? '')).toContainEqual(
      expect.objectContaining({
        name: 'googlebot',
        fromPublished: { kind: 'allow', rule: 'bots' },
      }),
    );
    expect(csv).toContain('\ngooglebot,search,allow,charge\n');
    expect(robots).toContain('User-agent: googlebot\nAllow: /\n');
    expect(robots).toContain('User-agent: bingbot\nDisallow: /\n');
  });

  it('schema prints the schema that lies in static/', async () => {
    const { out } = await policy('schema');
    expect(out).toBe(readFileSync('static/policy.schema.json', 'utf8'));
  });

  it('push --dry-run shows what would be written, and needs no store', async () => {
    const { code, out } = await policy('push', '--dry-run', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ key: 'policy/current' });
    const text = await policy('push', '--dry-run');
    expect(text.out).toContain('"document":{"schema":1,"rules":[');
    expect(await policy('push', 'bad.yaml', '--dry-run')).toMatchObject({ code: 1, out: '' });
  });

  it('the terms come from wrangler.toml, whose mistakes are named', async () => {
    const config = folder.write('w.toml', 'name = "x"\n[vars]\nREQUEST_PRICE = 100\n');
    const { out } = await policy('explain', '/', '-H', 'User-Agent: x', '-c', config);
    expect(out).toContain('a request 100 attempts');
    folder.write('x.toml', 'name = "x"\n[vars]\nREQUEST_PRICE = 0\n');
    const bad = await policy('check', '-c', 'x.toml');
    expect(bad).toMatchObject({ code: 2 });
    expect(bad.err).toContain('REQUEST_PRICE must be a whole number');
    folder.write('y.toml', 'name = \n');
    const broken = await policy('check', '-c', 'y.toml');
    expect(broken.code).toBe(2);
    expectNoTrace(broken);
  });

  it('colours are for terminals', async () => {
    const ran = await edgetoll(['policy', 'check', 'bad.yaml'], {
      cwd: folder.path,
      env: { NO_COLOR: '', FORCE_COLOR: '' },
    });
    expect(ran.err).not.toContain('\u001B');
  });
});
