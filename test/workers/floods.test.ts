/** Floods: what they cost the gate, counted in operations and not in seconds. */
import { createExecutionContext } from 'cloudflare:test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createClientView } from '../../src/core/client/client-view.ts';
import { createPriceBook } from '../../src/core/price/price-book.ts';
import type { PriceReport } from '../../src/core/price/price-report.ts';
import { formatSolutions } from '../../src/core/wire/solutions.ts';
import { createConsoleLog } from '../../src/edge/console-log.ts';
import { createIsolateDebits } from '../../src/edge/isolate-debits.ts';
import { createPriceBookClient } from '../../src/edge/price-book-client.ts';
import { systemRandom } from '../../src/edge/system.ts';
import { CALM, TestBook } from '../support/price-books.ts';
import { solveNonces } from '../support/solve.ts';
import { openTestGate, START_SECONDS, type TestGate } from '../support/test-gate.ts';
import { CHEAP, cookieOf, meet, payFor, redeemBody } from '../support/visitor.ts';

afterEach(() => vi.restoreAllMocks());

/** Counts calls of WebCrypto from here on. */
function countCrypto() {
  return {
    verify: vi.spyOn(crypto.subtle, 'verify'),
    sign: vi.spyOn(crypto.subtle, 'sign'),
    digest: vi.spyOn(crypto.subtle, 'digest'),
  };
}

async function redeemStatus(gate: TestGate, body: unknown): Promise<number> {
  return (await redeemBody(gate, body)).status;
}

/** A character of the signature changed: well-formed, and not ours. */
function forge(token: string): string {
  const at = token.lastIndexOf('.') + 5;
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
}

describe('the cost of garbage', () => {
  it('H02: bad grammar costs no signature check, a bad signature no digest of work', async () => {
    const gate = await openTestGate({ variables: CHEAP });
    const { challenge } = await meet(gate);
    const solutions = formatSolutions([1, 2]);
    const bad: readonly unknown[] = [
      '{"challenge":',
      { challenge: 7, solutions },
      { challenge: 'a.b', solutions },
      { challenge: 'x'.repeat(4097), solutions },
      { challenge: `${challenge}.${challenge}`, solutions },
      { challenge, solutions, more: 1 },
      { challenge, solutions: '!' },
      { challenge: challenge.replace('.', '.='), solutions },
      'x'.repeat(8193),
    ];
    const calls = countCrypto();
    for (const body of bad) expect(await redeemStatus(gate, body)).toBeGreaterThanOrEqual(400);
    expect([calls.verify, calls.digest, calls.sign].map((spy) => spy.mock.calls.length)).toEqual([
      0, 0, 0,
    ]);
    for (let round = 0; round < 5; round += 1)
      expect(await redeemStatus(gate, { challenge: forge(challenge), solutions })).toBe(403);
    expect(calls.verify.mock.calls.length).toBeLessThanOrEqual(5);
    expect(calls.digest).not.toHaveBeenCalled();
  });

  it('H02: work is checked nonce by nonce and stops at the first bad one', async () => {
    const gate = await openTestGate({ variables: { ...CHEAP, MIN_SOLUTIONS: 8 } });
    const { challenge, puzzle } = await meet(gate);
    if (puzzle.name !== 'sha256') throw new Error('no work');
    const good = await solveNonces(challenge, puzzle.threshold, 8);
    const digestsFor = async (firstBad: number): Promise<number> => {
      const nonces = good.map((nonce, index) => (index < firstBad ? nonce : nonce + 1));
      const { digest } = countCrypto();
      const body = { challenge, solutions: formatSolutions(nonces) };
      expect(await redeemStatus(gate, body)).toBe(403);
      const count = digest.mock.calls.length;
      digest.mockRestore();
      return count;
    };
    const atOnce = await digestsFor(0);
    expect(await digestsFor(3)).toBe(atOnce + 3);
    expect(await digestsFor(7)).toBe(atOnce + 7);
  });

  it('H02: a garbage pass costs no signature check, a forged one a check and nothing else', async () => {
    const gate = await openTestGate({ variables: CHEAP });
    const { pass } = await payFor(gate);
    const [reads, writes] = [gate.store.reads, gate.store.writes];
    const garbage = ['', 'x', 'a.b.c', 'a.b.c.d.e', 'x'.repeat(5000), `${pass}x.y`];
    const { verify } = countCrypto();
    for (const token of garbage)
      expect((await gate.send('/page', { headers: { 'Toll-Pass': token } })).status).toBe(403);
    expect(verify).not.toHaveBeenCalled();
    expect((await gate.send('/page', { headers: cookieOf(forge(pass)) })).status).toBe(403);
    expect(verify).toHaveBeenCalledOnce();
    expect([gate.store.reads, gate.store.writes]).toEqual([reads, writes]);
  });
});

describe('a burst', () => {
  it('3.23, H01: of 10,000 challenges costs 0 storage operations and one call of the price book', async () => {
    const book = new TestBook();
    const gate = await openTestGate({ book });
    const ctx = createExecutionContext();
    for (let request = 0; request < 10_000; request += 1) {
      const ip = `192.0.2.${request % 250}`;
      const { status } = await gate.answer('/page', { ip }, ctx);
      if (status !== 403) throw new Error(`${status}`);
    }
    expect([gate.store.operations, book.calls]).toEqual([0, 1]);
    gate.nowSeconds += 15;
    await gate.send('/.toll/healthz');
    expect(book.reports[1]?.requests.challenged).toBe(10_000);
    expect(book.reports[1]?.passes).toEqual([]);
  });

  it('3.24: of garbage on redeem is 4xx, 0 storage operations and ten lines a second', async () => {
    const book = new TestBook();
    const lines: string[] = [];
    let nowMs = START_SECONDS * 1000;
    const gate = await openTestGate({
      variables: CHEAP,
      book,
      override: (setup) => {
        const log = createConsoleLog({ nowMs: () => nowMs }, (line) => void lines.push(line));
        return { ...setup, ports: { ...setup.ports, log } };
      },
    });
    const { challenge } = await meet(gate);
    const bodies = ['', '{}', '[]', '{"challenge":"a.b.c","solutions":""}'];
    lines.length = 0;
    for (let second = 0; second < 3; second += 1) {
      for (let request = 0; request < 500; request += 1) {
        const body = bodies[request % 5] ?? {
          challenge: forge(challenge),
          solutions: 'AAAAAQAAAAI',
        };
        const status = await redeemStatus(gate, body);
        if (status < 400 || status > 499) throw new Error(`${status}`);
      }
      nowMs += 1000;
    }
    expect([gate.store.operations, book.calls]).toEqual([0, 1]);
    expect(lines).toHaveLength(3 * 10);
    expect(JSON.parse(lines[10] ?? '')).toMatchObject({ event: 'redeem.refused', suppressed: 490 });
  });
});

describe('what an isolate keeps and says', () => {
  it('H05: a million distinct passes leave its counts bounded, in entries and in what it reports', async () => {
    const book = new TestBook();
    const debits = createIsolateDebits();
    let nowMs = START_SECONDS * 1000;
    const prices = createPriceBookClient({
      openBook: () => book,
      debits,
      clock: { nowMs: () => nowMs },
      random: systemRandom,
      log: { event: () => undefined },
    });
    const tasks: Promise<unknown>[] = [];
    for (let pass = 0; pass < 1_000_000; pass += 1) {
      const use = { expires: 0, network: `n${pass}`, asn: undefined, demand: 1, isPatience: false };
      debits.debit({ passId: `p${pass}`, credit: 8, price: 1, use });
    }
    for (let call = 0; call < 12; call += 1) {
      prices.follow((task) => void tasks.push(task));
      await Promise.all(tasks);
      nowMs += 15_000;
    }
    const sizes = book.reports.map(({ passes }) => passes.length);
    expect(sizes).toEqual([...Array.from({ length: 10 }, () => 1000), 0, 0]);
    expect(debits.left('p999999', 8)).toBe(7);
    expect(debits.left('p0', 8)).toBe(8);
  });

  it('H06: 100,000 distinct strings of attackers leave fewer than 200 combinations of event and label', async () => {
    const gate = await openTestGate({ variables: CHEAP, book: new TestBook() });
    const ctx = createExecutionContext();
    const labels = new Set<string>();
    for (let round = 0; round < 20_000; round += 1) {
      const noise = `${round}-${Math.imul(round, 2_654_435_761) >>> 0}`;
      const headers = {
        'User-Agent': noise,
        'Accept-Language': noise,
        'Toll-Pass': `${noise}.b.c`,
      };
      const cf = { asn: round + 1, colo: noise, country: 'DE' };
      const target = round % 2 === 0 ? `/${noise}?${noise}` : `/.toll/${noise}`;
      await gate.answer(target, { headers, cf, ip: `2001:db8:${round.toString(16)}::1` }, ctx);
    }
    for (const { name, facts } of gate.events) labels.add(JSON.stringify([name, facts]));
    expect(gate.events.length).toBeGreaterThanOrEqual(10_000);
    expect(labels.size).toBeLessThan(200);
  });
});

describe('one object for the whole site', () => {
  it('H08: 1,000 isolates call it less than twice a second, and within the calls of a day', async () => {
    const limits = {
      capBits: 5,
      networkTarget: 1e6,
      siteTarget: 1e9,
      callsPerDay: 50_000,
      minIntervalSeconds: 15,
    };
    let nowMs = START_SECONDS * 1000;
    const book = createPriceBook(limits);
    const perSecond = new Map<number, number>();
    const report = async (value: PriceReport) => {
      const second = Math.floor(nowMs / 1000) - START_SECONDS;
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
      return { ...CALM, ...book.take(value, { nowMs, isLockdown: false }) };
    };
    const client = createClientView({
      connectingIp: '192.0.2.1',
      userAgent: 'x',
      asn: 1,
      country: 'DE',
    });
    const isolates = Array.from({ length: 1000 }, () =>
      createPriceBookClient({
        openBook: () => ({ report }),
        debits: createIsolateDebits(),
        clock: { nowMs: () => nowMs },
        random: systemRandom,
        log: { event: () => undefined },
      }),
    );
    // They start within ten minutes, and each has a request every ten seconds for three hours.
    const tasks: Promise<unknown>[] = [];
    for (let second = 0; second < 3 * 3600; second += 1) {
      nowMs = (START_SECONDS + second) * 1000;
      for (let index = second % 10; index < isolates.length; index += 10) {
        if (index * 0.6 > second) break;
        isolates[index]?.follow((task) => void tasks.push(task));
      }
      if (tasks.length > 0) await Promise.all(tasks.splice(0));
    }
    const calls = [...perSecond.values()].reduce((sum, count) => sum + count, 0);
    const steady = [...perSecond].filter(([second]) => second >= 3600);
    const late = steady.reduce((sum, [, count]) => sum + count, 0);
    expect(late / 7200).toBeLessThanOrEqual(50_000 / 86_400);
    expect(calls / (3 * 3600)).toBeLessThan(2);
    expect(isolates[0]?.bitsFor(client)).toBe(0);
  });
});
