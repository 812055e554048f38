/** Passes, prices and the price book together: several isolates, and the real Durable Object. */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { PriceReply } from '../../src/core/price/price-report.ts';
import type { PriceBookStub } from '../../src/edge/price-book-client.ts';
import { CALM, TestBook } from '../support/price-books.ts';
import { openTestGate, type TestGate, type TestGateOptions } from '../support/test-gate.ts';
import { CHEAP, cookieOf, meet, payFor, problemOf, redeem } from '../support/visitor.ts';

/** Credit of 2,048 attempts: 128 requests of 16. */
const MANY = {
  MIN_SOLUTIONS: 8,
  MAX_SOLUTIONS: 8,
  ATTEMPTS_PER_SOLUTION: 256,
  REQUEST_PRICE: 16,
} as const;
const ALLOWANCE = 128;
const INTERVAL_SECONDS = 15;

function realBook(name: string): TestBook {
  const object = env.PRICE_BOOK.getByName(name);
  const stub: PriceBookStub = { report: (report) => object.report(report) };
  return new TestBook(stub);
}

/** The Durable Object has the clock of the machine, so these gates begin there. */
async function openAtNow(options: TestGateOptions): Promise<TestGate> {
  const gate = await openTestGate({ variables: MANY, ...options });
  gate.nowSeconds = Math.floor(Date.now() / 1000);
  return gate;
}

async function statusOf(gate: TestGate, pass: string, path = '/page'): Promise<number> {
  return (await gate.send(path, { headers: cookieOf(pass) })).status;
}

/** Requests that are served until the first that is not, `most` at most. */
async function countServed(gate: TestGate, pass: string, most: number): Promise<number> {
  for (let served = 0; served < most; served += 1)
    if ((await statusOf(gate, pass)) !== 200) return served;
  return most;
}

describe('a pass in one isolate', () => {
  it('is served its credit and then 429, and a pass that is bought again continues', async () => {
    const gate = await openAtNow({ book: realBook('one isolate') });
    const target = '/shelf?book=7';
    const { pass, allowance } = await payFor(gate, target);
    expect(allowance).toBe(ALLOWANCE);
    expect(await countServed(gate, pass, 200)).toBe(ALLOWANCE);
    const refused = await gate.send(target, { headers: cookieOf(pass) });
    const { status, code, toll } = await problemOf(refused);
    expect([status, code]).toEqual([429, 'credit-spent']);
    if (toll === undefined) throw new Error('no challenge');
    const next: { pass: string; return: string } = await (await redeem(gate, toll)).json();
    expect(next.return).toBe(target);
    expect(await statusOf(gate, next.pass)).toBe(200);
    expect(await statusOf(gate, pass)).toBe(429);
  });

  it('pays for one page and the 20 static files that dress it as for two requests', async () => {
    const answer = (request: Request) =>
      request.url.endsWith('.css')
        ? new Response('a{}', { headers: { 'Content-Type': 'text/css' } })
        : new Response('page');
    const variables = { ...CHEAP, REQUEST_PRICE: 240 };
    const gate = await openAtNow({ variables, answer, book: realBook('static files') });
    const { pass, allowance } = await payFor(gate);
    expect(allowance).toBe(2);
    for (let file = 0; file < 20; file += 1) expect(await statusOf(gate, pass, '/a.css')).toBe(200);
    expect(await statusOf(gate, pass)).toBe(200);
    expect(await statusOf(gate, pass)).toBe(429);
  });
});

describe('a pass in four isolates', () => {
  it('is overspent by no more than an eighth for each of them, whichever of 20 clients asks', async () => {
    const books = Array.from({ length: 4 }, () => realBook('four isolates'));
    const gates = await Promise.all(books.map((book) => openAtNow({ book })));
    const tick = () => {
      for (const gate of gates) gate.nowSeconds += INTERVAL_SECONDS;
    };
    // Twice, so that every isolate has heard of the others.
    for (let round = 0; round < 2; round += 1) {
      for (const gate of gates) await gate.send('/robots.txt');
      tick();
    }
    const [first] = gates;
    if (first === undefined) throw new Error('no gate');
    const { pass } = await payFor(first);
    let served = 0;
    for (let round = 0; round < 30; round += 1) {
      const clients = Array.from({ length: 20 }, (_, client) => `192.0.2.${client + 1}`);
      for (const [index, ip] of clients.entries()) {
        const gate = gates[index % gates.length] ?? first;
        const headers = cookieOf(pass);
        while ((await gate.send('/page', { ip, headers })).status === 200) served += 1;
      }
      tick();
    }
    expect(served).toBeGreaterThanOrEqual(ALLOWANCE);
    expect(served).toBeLessThanOrEqual(ALLOWANCE * (1 + gates.length / 8));
    for (const book of books) expect(book.calls).toBeLessThanOrEqual(32);
  });

  it('grants an eighth, one request at least, where the book knows of others and not of the pass', async () => {
    const book = new TestBook();
    book.reply = { ...CALM, isolates: 2, nextReportSeconds: 3600 };
    const gate = await openAtNow({ book });
    const { pass } = await payFor(gate);
    expect(await countServed(gate, pass, 200)).toBe(ALLOWANCE / 8);
    const poor = await openTestGate({ variables: CHEAP, book });
    const { pass: other } = await payFor(poor);
    expect(await countServed(poor, other, 9)).toBe(1);
  });
});

describe('a price above the base', () => {
  const FLOODING = '203.0.113.0/24';
  const DEAR: PriceReply = {
    ...CALM,
    globalBits: 0.5,
    networks: [{ network: FLOODING, bits: 1.5, isCurbed: true }],
    asns: [{ asn: 64_501, bits: 1 }],
  };

  async function openDear(options: TestGateOptions = {}): Promise<TestGate> {
    const book = new TestBook();
    book.reply = DEAR;
    const gate = await openAtNow({ book, ...options });
    await gate.send('/robots.txt');
    return gate;
  }

  async function attemptsOf(gate: TestGate, sent: { ip?: string; cf?: object }): Promise<number> {
    const { puzzle } = await meet(gate, '/page', { ...sent, cf: { ...sent.cf } });
    return puzzle.name === 'sha256' ? Math.round(2 ** 32 / (puzzle.threshold + 1)) : 0;
  }

  it('is asked of its network and its system, and the global part of everyone', async () => {
    const gate = await openDear();
    expect(await attemptsOf(gate, { ip: '203.0.113.9' })).toBe(1024);
    expect(await attemptsOf(gate, { ip: '198.51.100.9' })).toBe(362);
    expect(await attemptsOf(gate, { ip: '198.51.100.9', cf: { asn: 64_501 } })).toBe(724);
    // The higher of the two, not their sum.
    expect(await attemptsOf(gate, { ip: '203.0.113.9', cf: { asn: 64_501 } })).toBe(1024);
    const asked = await gate.send('/.toll/challenge?return=/x', { ip: '203.0.113.9' });
    expect(await asked.json()).toMatchObject({ puzzle: { threshold: 2 ** 22 - 1 } });
  });

  it('is debited of passes that were bought before, and buys as many requests as ever', async () => {
    const book = new TestBook();
    const gate = await openAtNow({ book });
    const ip = '203.0.113.9';
    const before = await payFor(gate, '/page', { ip });
    book.reply = DEAR;
    gate.nowSeconds += INTERVAL_SECONDS;
    await gate.send('/robots.txt');
    let served = 0;
    while ((await gate.send('/page', { ip, headers: cookieOf(before.pass) })).status === 200)
      served += 1;
    expect(served).toBe(ALLOWANCE / 4);
    const after = await payFor(gate, '/page', { ip });
    expect(after).toMatchObject({ credit: 4 * before.credit, allowance: ALLOWANCE });
    gate.nowSeconds += INTERVAL_SECONDS;
    await gate.send('/robots.txt');
    const [count] = book.reports.at(-1)?.passes ?? [];
    // What was asked for stands beside what it cost.
    expect(count).toMatchObject({ network: FLOODING, spent: 2048, demand: 512, isPatience: false });
  });

  it('ends where visitors would wait too long, for each rule by its own fee', async () => {
    const book = new TestBook();
    book.reply = { ...CALM, networks: [{ network: FLOODING, bits: 20, isCurbed: false }] };
    const RULES = [{ name: 'dear', action: 'charge', path: ['/dear'], minSolutions: 256 }];
    const variables = { VISITOR_SECONDS: 0.5, RULES };
    const gate = await openAtNow({ variables, book });
    await gate.send('/robots.txt');
    const feeOf = async (path: string) => {
      const { puzzle } = await meet(gate, path, { ip: '203.0.113.9' });
      return puzzle.name === 'sha256'
        ? puzzle.minSolutions * (2 ** 32 / (puzzle.threshold + 1))
        : 0;
    };
    // Half a second of a phone in the middle: five million attempts.
    expect(await feeOf('/page')).toBeGreaterThan(2_500_000);
    expect(await feeOf('/page')).toBeLessThanOrEqual(5_000_000 + 32);
    expect(await feeOf('/dear')).toBeLessThanOrEqual(5_000_000 + 256);
  });

  it('is at its end where the lower ceiling holds', async () => {
    const keys: string[] = [];
    const note = (name: string) => ({
      limit: async ({ key }: { readonly key: string }) => {
        keys.push(`${name} ${key}`);
        return { success: true };
      },
    });
    const { createCeilings } = await import('../../src/edge/rate-limit-ceilings.ts');
    const gate = await openDear({
      override: (setup) => ({
        ...setup,
        ports: {
          ...setup.ports,
          ceilings: createCeilings(
            {
              PASS_CEILING: note('pass'),
              NETWORK_CEILING: note('network'),
              HOSTING_CEILING: note('hosting'),
              PATIENCE_PACE: note('patience'),
              RECORD_PACE_NETWORK: note('record'),
              RECORD_PACE_LOCATION: note('location'),
            },
            setup.ports.log,
            (client) => setup.ports.prices.isCurbed(client),
          ),
        },
      }),
    });
    keys.length = 0;
    await gate.send('/robots.txt', { ip: '203.0.113.9' });
    await gate.send('/robots.txt', { ip: '198.51.100.9' });
    expect(keys).toEqual([`hosting ${FLOODING}`, 'network 198.51.100.0/24']);
  });
});

describe('calls of the price book', () => {
  it('H01: are one for each isolate and interval, whatever is asked, and never on the way of a request', async () => {
    const book = new TestBook();
    const gate = await openAtNow({ book });
    book.mode = 'hang';
    const ctx = createExecutionContext();
    const response = await gate.answer('/page', {}, ctx);
    expect([response.status, book.calls]).toEqual([403, 1]);
    for (let request = 0; request < 200; request += 1) await gate.answer(`/${request}`, {}, ctx);
    expect(book.calls).toBe(1);
  });

  it('H01: carry what became of requests, once', async () => {
    const book = new TestBook();
    const answer = (request: Request) =>
      new Response(null, { status: request.url.endsWith('/broken') ? 503 : 200 });
    const RULES = [{ name: 'shut', action: 'deny', path: ['/shut'] }];
    const gate = await openAtNow({ book, answer, variables: { ...MANY, RULES } });
    const { pass } = await payFor(gate);
    for (const path of ['/page', '/broken', '/shut']) await statusOf(gate, pass, path);
    await gate.send('/robots.txt');
    gate.nowSeconds += INTERVAL_SECONDS;
    await gate.send('/.toll/healthz');
    expect(book.reports[1]).toMatchObject({
      sequence: 2,
      origin: { requests: 3, errors: 1 },
      requests: { paid: 2, free: 0, allowed: 1, denied: 1, challenged: 1, slowed: 0 },
    });
    gate.nowSeconds += INTERVAL_SECONDS;
    await gate.send('/.toll/healthz');
    expect(book.reports[2]).toMatchObject({
      origin: { requests: 0 },
      requests: { paid: 0, allowed: 0, denied: 0, challenged: 0 },
    });
  });
});
