/** `edgetoll price`, as an operator runs it. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Command } from '../../src/cli/command.ts';
import { checkCommand } from '../../src/cli/commands/check.ts';
import { priceCommand } from '../../src/cli/commands/price.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import type { Figures } from '../../src/core/price/price-overrides.ts';
import type { PriceSummary } from '../../src/cli/price-summary.ts';
import { createFolder, edgetoll, type Ran } from '../support/edgetoll-command.ts';

// wrangler reads the configuration, and takes seconds to load.
vi.setConfig({ testTimeout: 60_000 });

const folder = createFolder();

/** The command in this process: as `edgetoll` calls it, without another start for each call. */
async function runHere(command: Command, words: readonly string[]): Promise<Ran> {
  let [out, err] = ['', ''];
  const terminal: Terminal = {
    out: (text) => (out += text),
    err: (text) => (err += text),
    paint: (_, text) => text,
  };
  const code = await command.run({ args: words, cwd: folder.path, terminal });
  return { code, out, err };
}

function price(...words: readonly string[]): Promise<Ran> {
  return runHere(priceCommand, words);
}

async function summaryOf(...words: readonly string[]): Promise<PriceSummary> {
  const { code, out, err } = await price('--json', ...words);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out);
}

const HEAD = 'name = "gate"\nmain = "worker.ts"\ncompatibility_date = "2026-10-01"\n';

beforeAll(() => {
  folder.write('worker.ts', 'export default {};\n');
  folder.write(
    'dear.toml',
    `${HEAD}
[[ratelimits]]
name = "NETWORK_CEILING"
namespace_id = "1"
simple = { limit = 100, period = 10 }
[[ratelimits]]
name = "FREE_ALLOWANCE"
namespace_id = "2"
simple = { limit = 5, period = 60 }
[[durable_objects.bindings]]
name = "PRICE_BOOK"
class_name = "PriceBook"
[vars]
REQUEST_PRICE = 8738
YIELD_PER_THOUSAND = 0.2
VISITOR_SECONDS = 2
VISITOR_SECONDS_P95 = "8.5"
[env.quiet]
vars = { REQUEST_PRICE = 100 }
`,
  );
  folder.write('wrong.toml', `${HEAD}[vars]\nVISITOR_SECONDS = 0.05\n`);
  folder.write('figures.yaml', 'attackers:\n  rtx-4090:\n    dollarsPerHour: 29\n');
  folder.write('bad-figures.yaml', 'attackers:\n  rtx-4090:\n    dollarsPerYear: 29\nextra: 1\n');
  folder.write(
    'policy.yaml',
    `schema: 1
rules:
  - { name: search, action: charge, path: [/search*], requestPrice: 43690, attemptsPerSolution: 163840 }
  - { name: closed, action: deny, path: [/internal*] }
  - { name: watch, action: charge, mode: dry-run, path: [/api*], tier: 1 }
`,
  );
});

afterAll(() => folder.remove());

describe('edgetoll price', () => {
  it('is a command of edgetoll', async () => {
    const ran = await edgetoll(['price', '--list-figures'], { cwd: folder.path });
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toContain('rtx-4090: RTX 4090, rented');
  });

  it('prints attackers, visitors and what to change within 100 columns', async () => {
    const { code, out, err } = await price('--yield', '0.4');
    expect([code, err]).toEqual([0, '']);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    for (const part of [
      'What a thousand requests cost an attacker, in dollars',
      'How long a visitor computes for the entry fee',
      'What to change',
      'What computation cannot do here',
      'What else helps',
    ]) {
      expect(out).toContain(part);
    }
    expect(out).toMatch(/RTX 4090, rented +residential, cheap +0\.0+\d+ +0\.027 +0\.027/);
    expect(out).toMatch(/phone, median .* 25 % +10 +0\.05 s +0\.07 s +1\.8 s +2\.5 s/);
    expect(out).toMatch(/^ {2}REQUEST_PRICE = \d+$/m);
    expect(out).toContain('That is a bad bargain');
  });

  it('prints a rule that policy check takes', async () => {
    const { out } = await price('--yield', '0.4');
    const rule = out.slice(out.indexOf('  - name: hosting'));
    folder.write('hosting.yaml', `schema: 1\nrules:\n${rule}`);
    const checked = await runHere(checkCommand, ['hosting.yaml']);
    expect(checked).toMatchObject({
      code: 0,
      out: 'hosting.yaml: 1 rules, 0 problems, 0 warnings\n',
    });
  });

  it('says how to state the yield where nobody did, and proposes nothing', async () => {
    const { code, out } = await price();
    expect(code).toBe(0);
    expect(out).toContain('--yield 0.40');
    expect(out).not.toContain('What to change');
    expect((await summaryOf()).derived).toBeNull();
    expect((await summaryOf('--yield', '0')).yieldPerThousand).toBeNull();
  });

  it('says everything as JSON: 48 attacks, 7 devices, the proposal', async () => {
    const summary = await summaryOf('--yield', '0.4');
    expect(summary).toMatchObject({
      configuration: null,
      entryFee: 524_288,
      credit: 120,
      hasPriceBook: false,
      yieldPerThousand: 0.4,
      operatorDollarsPerThousand: 0.0003,
      charging: { ceilings: { pass: 600, network: 3000, hosting: 300 }, overspend: 8 },
    });
    expect(summary.attacks).toHaveLength(48);
    expect(summary.derived?.findings).toHaveLength(48);
    expect(summary.derived?.isEnough).toBe(false);
    expect(summary.visitors.map(({ share }) => share).reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    for (const { now, atCap } of summary.attacks) {
      expect(now.totalDollars).toBe(now.computeDollars + now.addressDollars);
      expect(atCap.totalDollars).toBeGreaterThanOrEqual(now.totalDollars);
    }
  });

  it('reads terms, ceilings, price book, yield and budget from the configuration', async () => {
    const summary = await summaryOf('-c', 'dear.toml', '--isolates', '4');
    expect(summary).toMatchObject({
      configuration: 'dear.toml',
      credit: 60,
      hasPriceBook: true,
      yieldPerThousand: 0.2,
      budget: { medianSeconds: 2, p95Seconds: 8.5 },
      terms: { requestPrice: 8738 },
      // Ceilings that are not bound are none.
      charging: {
        ceilings: { pass: null, network: 600, hosting: null },
        unpaid: { patiencePasses: 0, freeRequests: 5 },
        overspend: 1.375,
      },
    });
    expect((await summaryOf('-c', 'dear.toml', '--yield', '7')).yieldPerThousand).toBe(7);
    const quiet = await summaryOf('-c', 'dear.toml', '-e', 'quiet');
    expect(quiet).toMatchObject({ terms: { requestPrice: 100 }, hasPriceBook: false });
  });

  it('keeps visitors within the budget at the cap, and the cap a multiple of an eighth of a bit', async () => {
    const { capBits, visitors, budget } = await summaryOf('-c', 'dear.toml');
    expect(capBits * 8).toBe(Math.floor(capBits * 8));
    const find = (wanted: string) => visitors.find(({ name }) => name === wanted);
    expect(find('median-phone')?.atCap.meanSeconds).toBeLessThanOrEqual(budget.medianSeconds);
    expect(find('low-end-phone')?.atCap.p95Seconds).toBeLessThanOrEqual(budget.p95Seconds);
    const next = 2 ** (1 / 8);
    const isSpent =
      (find('median-phone')?.atCap.meanSeconds ?? 0) * next > budget.medianSeconds ||
      (find('low-end-phone')?.atCap.p95Seconds ?? 0) * next > budget.p95Seconds;
    expect(isSpent).toBe(true);
  });

  it('takes the rate, the bytes and the operator\u2019s figures', async () => {
    const find = ({ attacks }: PriceSummary) =>
      attacks.find((each) => each.hardware === 'rtx-4090' && each.addresses === 'residential');
    const [plain, large, own] = await Promise.all([
      summaryOf(),
      summaryOf('--bytes', '300000', '--rate', '9000'),
      summaryOf('--figures', 'figures.yaml'),
    ]);
    expect(find(large)?.now).toMatchObject({ networks: 3 });
    expect(
      (find(large)?.now.addressDollars ?? 0) / (find(plain)?.now.addressDollars ?? 1),
    ).toBeCloseTo(10, 2);
    expect(
      (find(own)?.now.computeDollars ?? 0) / (find(plain)?.now.computeDollars ?? 1),
    ).toBeCloseTo(100, 6);
  });

  it('says what rules charge otherwise', async () => {
    const { rules } = await summaryOf('--policy', 'policy.yaml');
    expect(rules).toMatchObject([
      {
        rule: 'search',
        isDryRun: false,
        entryFee: 5_242_880,
        requestPrice: 43_690,
        medianSeconds: 0.524_288,
      },
      { rule: 'watch', isDryRun: true, entryFee: 524_288, requestPrice: 4369 },
    ]);
    const { out } = await price('--policy', 'policy.yaml');
    expect(out).toMatch(/search +5,242,880 +43,690 +0\.52 s/);
    expect(out).toContain('watch (dry run)');
  });

  it('prints every pair under --all', async () => {
    const [few, all] = await Promise.all([price(), price('--all')]);
    expect(all.out.split('\n').length - few.out.split('\n').length).toBeGreaterThan(30);
    for (const line of all.out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('lists every figure with its sources and dates', async () => {
    const [text, json, own] = await Promise.all([
      price('--list-figures'),
      price('--list-figures', '--json'),
      price('--list-figures', '--figures', 'figures.yaml'),
    ]);
    const figures: Figures = JSON.parse(json.out);
    const entries = Object.values(figures).flat();
    expect(entries.length).toBeGreaterThan(25);
    for (const { name, sources } of entries) {
      expect(text.out).toContain(`\n${name}: `);
      for (const { url } of sources) if (url !== undefined) expect(text.out).toContain(url);
    }
    for (const line of text.out.split('\n').filter((each) => !each.includes('https://')))
      expect(line.length).toBeLessThanOrEqual(100);
    expect(own.out).toContain("the operator's own figure");
  });

  it('refuses figures that it does not know, each at its place', async () => {
    const { code, err } = await price('--figures', 'bad-figures.yaml');
    expect(code).toBe(1);
    expect(err.split('\n').map((line) => line.replace(/: (?:is|must).*/, ''))).toEqual([
      'bad-figures.yaml:3:5: attackers["rtx-4090"].dollarsPerYear',
      'bad-figures.yaml:4:1: extra',
      '',
    ]);
    expect((await price('--figures', 'none.yaml')).code).toBe(2);
  });

  it('refuses wrong calls with 2 and says what is wrong', async () => {
    const calls: readonly (readonly [readonly string[], string])[] = [
      [['--yield', 'much'], '--yield takes a number from 0 to 1000000.'],
      [['--yield', '1000001'], '--yield takes'],
      [['--rate', '0'], '--rate takes a number from 1 to'],
      [['--bytes', '0.5'], '--bytes takes'],
      [['--isolates', '10001'], '--isolates takes'],
      [['--policy'], "'--policy"],
      [['extra'], 'There is one word too many.'],
      [['-c', 'none.toml'], 'there is no such file'],
      [['-c', 'wrong.toml'], 'VISITOR_SECONDS must be a number from 0.1 to 600'],
    ];
    const rans = await Promise.all(calls.map(([words]) => price(...words)));
    for (const [index, ran] of rans.entries()) {
      const [words, message] = calls[index] ?? [];
      expect([words, ran.code]).toEqual([words, 2]);
      expect(ran.err).toContain(message);
      expect(ran.err).toContain('npx edgetoll price --help');
      expect(`${ran.out}${ran.err}`).not.toMatch(/\n\s+at |node:internal/);
    }
  });
});
