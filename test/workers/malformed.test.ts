/**
 * Malformed requests, 20,000 for each endpoint, from a fixed seed (bar 1): none gets a
 * marked 5xx, none reaches the origin without an allow or a pass.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { openTestGate } from '../support/test-gate.ts';
import type { Sent, TestGate } from '../support/test-gate.ts';
import { CHEAP, meet, NAVIGATION, payFor } from '../support/visitor.ts';

const SEED = 20_261_122;
const RUNS = 20_000;

let gate: TestGate;
let challenge: string;
let pass: string;

beforeAll(async () => {
  gate = await openTestGate({ variables: CHEAP });
  ({ challenge } = await meet(gate));
  ({ pass } = await payFor(gate));
  gate.seen.length = 0;
});

/** Text that a header may carry: the runtime itself refuses CR, LF and NUL. */
const headerText = fc
  .string({ unit: 'binary-ascii', maxLength: 80 })
  .map((text) => text.replaceAll(/[^\u0020-\u007e]/g, '~'));
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ maxLength: 200 }),
);

/** A real token with one thing wrong. */
function spoil(token: string) {
  const at = fc.nat({ max: token.length - 1 });
  return fc.oneof(
    at.map((index) => token.slice(0, index)),
    fc
      .tuple(at, fc.constantFrom('.', '=', ' ', '%20', 'A', '_', '\u00e9'))
      .map(([index, insert]) => token.slice(0, index) + insert + token.slice(index)),
    at.map(
      (index) =>
        token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1),
    ),
    fc.constant(token.split('.').toReversed().join('.')),
    fc.constant(`${token}.${token}`),
    fc.nat({ max: 6000 }).map((length) => 'A'.repeat(length)),
  );
}

const path = fc
  .oneof(
    fc.webPath(),
    fc
      .array(
        fc.constantFrom(
          '/',
          '..',
          '%2e',
          '%2f',
          '%5c',
          '%00',
          '%c3%28',
          ';',
          'admin',
          'robots.txt',
          '%',
          '\\',
          '?',
          '#',
          '%25',
        ),
        { maxLength: 12 },
      )
      .map((parts) => parts.join('')),
    anyText,
  )
  .map((text) => `/x${text.replaceAll(/[\r\n\t]/g, '')}`);

const identity = fc.record({
  ip: fc.oneof(fc.ipV4(), fc.ipV6(), headerText),
  cf: fc.record({
    asn: fc.anything({ maxDepth: 1 }),
    country: fc.oneof(fc.string(), fc.constant('DE')),
    colo: fc.constant('FRA'),
  }),
  accept: fc.constantFrom<Record<string, string>[]>(
    {},
    NAVIGATION,
    { Accept: 'text/html' },
    { 'Sec-Fetch-Mode': 'x' },
  ),
});

const method = fc.constantFrom(
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'OPTIONS',
  'PATCH',
  'PROPFIND',
  'HEAD',
);

function canBeSent(target: string, { headers, ip = '' }: Sent): boolean {
  try {
    return (
      new Request(`https://site.test${target}`, { headers: { ...headers, 'CF-Connecting-IP': ip } })
        .url !== ''
    );
  } catch {
    return false;
  }
}

/** What workerd itself would refuse to build is no request at all. */
async function sendSafely(target: string, sent: Sent): Promise<Response | undefined> {
  if (!canBeSent(target, sent)) return undefined;
  return gate.send(target, sent);
}

function check(response: Response | undefined): void {
  if (response === undefined) return;
  expect(response.status).toBeGreaterThanOrEqual(200);
  expect(response.status).toBeLessThan(500);
  expect(response.headers.get('Toll-Version')).toBe('1');
}

async function run<T>(
  requests: fc.Arbitrary<T>,
  send: (value: T) => Promise<Response | undefined>,
): Promise<number> {
  let sent = 0;
  const property = fc.asyncProperty(requests, async (value) => {
    const response = await send(value);
    if (response !== undefined) sent += 1;
    check(response);
  });
  await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true });
  return sent;
}

describe('malformed requests', () => {
  it('to the gate', async () => {
    const cookie = fc
      .oneof(spoil(pass), anyText)
      .map((text) => `__Host-toll=${text}`.replaceAll(/[^\u0020-\u007e]/g, '~'));
    const header = fc
      .oneof(spoil(pass), headerText)
      .map((text) => text.replaceAll(/[^\u0020-\u007e]/g, '~'));
    const requests = fc.record({ path, method, identity, cookie, header, body: anyText });
    const sent = await run(requests, async (value) => {
      const headers = { Cookie: value.cookie, 'Toll-Pass': value.header, ...value.identity.accept };
      const hasBody = value.method !== 'GET' && value.method !== 'HEAD';
      return sendSafely(value.path, {
        method: value.method,
        headers,
        ip: value.identity.ip,
        cf: value.identity.cf,
        ...(hasBody && { body: value.body }),
      });
    });
    expect(sent).toBeGreaterThan(RUNS * 0.95);
    expect(gate.seen).toEqual([]);
    expect(gate.store.writes).toBe(1);
  });

  it('to challenge', async () => {
    const requests = fc.record({ query: anyText, raw: fc.boolean(), method, identity });
    await run(requests, ({ query, raw, identity: who, ...rest }) => {
      const value = raw
        ? query.replaceAll(/[\r\n\t]/g, '')
        : encodeURIComponent(query.toWellFormed());
      return sendSafely(`/.toll/challenge?return=${value}`, {
        method: rest.method,
        headers: who.accept,
        ip: who.ip,
        cf: who.cf,
      });
    });
    expect(gate.seen).toEqual([]);
  });

  it('to redeem', async () => {
    const solutions = fc.oneof(
      fc.string({ maxLength: 80 }),
      fc.stringMatching(/^[A-Za-z0-9_-]{0,60}$/),
      fc.constant('AAAAAQ'),
    );
    const members = fc.record(
      {
        challenge: fc.oneof(spoil(challenge), fc.constant(challenge), fc.anything({ maxDepth: 1 })),
        solutions: fc.oneof(solutions, fc.anything({ maxDepth: 1 })),
        remember: fc.anything({ maxDepth: 1 }),
      },
      { requiredKeys: [] },
    );
    const body = fc.oneof(
      members.map(
        (value) =>
          JSON.stringify(value, (_, one: unknown) =>
            typeof one === 'bigint' ? String(one) : one,
          ) ?? '',
      ),
      fc.json(),
      anyText,
      spoil(challenge).map((token) => `challenge=${token}`),
      fc.nat({ max: 9000 }).map((length) => 'x'.repeat(length)),
    );
    const type = fc.constantFrom(
      'application/json',
      'application/x-www-form-urlencoded',
      'text/plain',
      'application/JSON;x',
      '',
    );
    await run(
      fc.record({ body, type, identity }),
      ({ body: text, type: contentType, identity: who }) =>
        sendSafely('/.toll/redeem', {
          method: 'POST',
          headers: { 'Content-Type': contentType, ...who.accept },
          body: text,
          ip: who.ip,
        }),
    );
    expect(gate.seen).toEqual([]);
    expect(gate.store.writes).toBe(1);
  });

  it('to healthz and to nothing', async () => {
    const tail = fc.oneof(
      fc.constant('healthz'),
      path,
      anyText.map((text) => text.replaceAll(/[\r\n\t]/g, '')),
    );
    await run(fc.record({ tail, method, identity }), (value) =>
      sendSafely(`/.toll/${value.tail}`, {
        method: value.method,
        headers: value.identity.accept,
        ip: value.identity.ip,
      }),
    );
    expect(gate.seen).toEqual([]);
  });
});
