/** `edgetoll lockdown`: what a gate does from the reply that orders it to the reply that ends it. */
import { describe, expect, it } from 'vitest';
import { CALM, TestBook } from '../support/price-books.ts';
import { openTestGate, type TestGate } from '../support/test-gate.ts';
import { meet } from '../support/visitor.ts';

const INTERVAL_SECONDS = 15;
const RULES = [
  { name: 'own-door', action: 'allow', path: ['/door'] },
  { name: 'shut', action: 'deny', path: ['/shut'] },
];

async function next(gate: TestGate): Promise<void> {
  gate.nowSeconds += INTERVAL_SECONDS;
  await gate.send('/robots.txt');
}

async function feeOf(gate: TestGate): Promise<number> {
  const { puzzle } = await meet(gate);
  return puzzle.name === 'sha256' ? puzzle.minSolutions : 0;
}

async function health(gate: TestGate): Promise<Record<string, unknown>> {
  return (await gate.send('/.toll/healthz')).json();
}

describe('a lockdown', () => {
  it.each(['monitor', 'balanced', 'strict'])(
    'holds within one interval over the preset %s, with the operator’s own rules, and ends with the next reply',
    async (PRESET) => {
      const book = new TestBook();
      const gate = await openTestGate({ variables: { PRESET, RULES }, book });
      await gate.send('/robots.txt');
      const open = (await gate.send('/page')).status;
      const before = await health(gate);
      expect(open).toBe(PRESET === 'monitor' ? 200 : 403);

      book.reply = { ...CALM, isLockdown: true };
      await next(gate);
      expect(await feeOf(gate)).toBe(128);
      expect((await gate.send('/door')).status).toBe(200);
      expect((await gate.send('/shut')).status).toBe(403);
      const during = await health(gate);
      expect(during).toMatchObject({ lockdown: true, policySource: 'variables' });
      expect(during['policy']).not.toBe(before['policy']);

      book.reply = CALM;
      await next(gate);
      expect((await gate.send('/page')).status).toBe(open);
      expect(await health(gate)).toMatchObject({ lockdown: false, policy: before['policy'] });
      const orders = gate.events.filter(({ name }) => name === 'policy.lockdown');
      expect(orders.map(({ facts }) => facts['isOn'])).toEqual([true, false]);
    },
  );

  it('keeps the rules and conditions of a published policy, and not its default', async () => {
    const book = new TestBook();
    book.reply = { ...CALM, isLockdown: true };
    const document = {
      schema: 1,
      mode: 'dry-run',
      rules: [{ name: 'published', action: 'deny', path: ['/published'] }],
      default: { action: 'charge', minSolutions: 3 },
    };
    const gate = await openTestGate({ document, book });
    await gate.send('/robots.txt');
    expect(await feeOf(gate)).toBe(128);
    expect((await gate.send('/published')).status).toBe(403);
  });

  it('3.8: lasts where the price book falls silent', async () => {
    const book = new TestBook();
    book.reply = { ...CALM, isLockdown: true };
    const gate = await openTestGate({ book });
    await gate.send('/robots.txt');
    book.mode = 'unreachable';
    gate.nowSeconds += 10_000;
    expect(await feeOf(gate)).toBe(128);
  });

  it('is compiled once', async () => {
    const book = new TestBook();
    book.reply = { ...CALM, isLockdown: true };
    const gate = await openTestGate({ book });
    await gate.send('/robots.txt');
    await gate.send('/robots.txt');
    const [first, second] = [gate.setup?.policies.current(), gate.setup?.policies.current()];
    for (let request = 0; request < 5; request += 1) await next(gate);
    expect([second, gate.setup?.policies.current()]).toEqual([first, first]);
    expect(gate.setup?.policies.current()).toBe(first);
  });
});

describe('a version of the policy that the price book speaks of', () => {
  it('is looked for at once, and once for each version', async () => {
    let reads = 0;
    const store = {
      get: async () => {
        reads += 1;
        return null;
      },
    };
    const book = new TestBook();
    const gate = await openTestGate({ policyStore: store, book });
    await gate.send('/robots.txt');
    expect(reads).toBe(1);
    book.reply = { ...CALM, policyVersion: 'v2' };
    await next(gate);
    await gate.send('/robots.txt');
    expect(reads).toBe(2);
    await next(gate);
    await gate.send('/robots.txt');
    expect(reads).toBe(2);
  });
});
