import { describe, expect, it } from 'vitest';
import { hasLostPass, leaveMark } from '../../src/browser/return-mark.ts';
import { createSay } from '../../src/browser/strings.ts';
import { createTollClient, type RedeemResult } from '../../src/browser/toll-client.ts';
import { type Scene, Visit, type VisitPorts } from '../../src/browser/visit.ts';
import type { ChallengeObject } from '../../src/core/wire/challenge-object.ts';
import type { PageData } from '../../src/core/wire/page-data.ts';

const TOLL: ChallengeObject = {
  version: 1,
  challenge: 'a.b.c',
  puzzle: { name: 'sha256', threshold: 262_143, minSolutions: 2, maxSolutions: 4 },
  expires: 2_000_000_000,
  redeem: '/.toll/redeem',
};
const DATA: PageData = {
  toll: TOLL,
  reason: 'toll-required',
  returnPath: '/a?b',
  form: { kind: 'none' },
};
const PASS: RedeemResult = {
  kind: 'pass',
  returnPath: '/a?b',
  allowance: 120,
  expires: 2_000_003_300,
};
const refused = (code: string): RedeemResult => ({
  kind: 'refused',
  code,
  retryAfterSeconds: undefined,
});

interface Setting extends Partial<PageData> {
  readonly features?: Partial<VisitPorts['features']>;
  readonly isLost?: boolean;
  readonly redeemed?: readonly RedeemResult[];
}

const settle = async (): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, 0));
};

function createTestClient(replies: readonly (Response | Error)[]) {
  const queue = [...replies];
  const requests: [string, RequestInit][] = [];
  const client = createTollClient({
    fetch: async (path, init) => {
      requests.push([path, init]);
      const reply = queue.shift() ?? new Error('no more replies');
      if (reply instanceof Error) throw reply;
      return reply;
    },
    sleep: async () => undefined,
  });
  return { client, requests };
}

const problem = (status: number, code: string, headers = {}): Response =>
  Response.json({ code }, { status, headers });

function createTestStore(initial = '') {
  let held = initial;
  return {
    read: () => held,
    write: (mark: string) => {
      held = mark;
    },
  };
}

function createTestVisit({ features, isLost = false, redeemed = [PASS], ...data }: Setting = {}) {
  const events: string[] = [];
  const scenes: Scene[] = [];
  const answers = [...redeemed];
  const visit = new Visit({
    data: { ...DATA, ...data },
    features: { lanes: 1, keepsCookies: true, isSecure: true, ...features },
    client: {
      redeem: async () => {
        events.push('redeem');
        return answers.shift() ?? PASS;
      },
      renew: async () => {
        events.push('renew');
        return { kind: 'challenge', toll: TOLL };
      },
    },
    digest: async () => new Uint8Array(32),
    solve: async () => {
      events.push('solve');
      return { kind: 'solved', nonces: [1, 2] };
    },
    show: (scene) => scenes.push(scene),
    showProgress: () => undefined,
    mark: { isLost: () => isLost, leave: (path) => events.push(`mark ${path}`) },
    pickOwnPath: (candidate) => candidate,
    goTo: (path) => events.push(`go ${path}`),
    sendForm: (action, body) => events.push(`send ${action} ${body}`),
    goBack: () => events.push('back'),
  });
  return {
    events,
    last: () => scenes.at(-1),
    start: async () => {
      visit.start();
      await settle();
    },
    press: async () => {
      scenes.at(-1)?.action?.run();
      await settle();
    },
  };
}

describe('a visit', () => {
  it('solves, redeems, marks and goes', async () => {
    const { start, events, last } = createTestVisit();
    await start();
    expect(events).toEqual(['solve', 'redeem', 'mark /a?b', 'go /a?b']);
    expect(last()?.state).toBe('done');
  });

  it('sends a carried form again, to where it was sent', async () => {
    const { start, events } = createTestVisit({ form: { kind: 'carried', body: 'x=1' } });
    await start();
    expect(events.slice(2)).toEqual(['mark /a?b', 'send /a?b x=1']);
  });

  it('does not navigate where something was not sent, and offers the way back', async () => {
    const { start, press, events, last } = createTestVisit({ form: { kind: 'not-sent' } });
    await start();
    expect(events).toEqual(['solve', 'redeem']);
    expect(last()).toMatchObject({ message: 'script.not-sent', linkPath: '/a?b' });
    await press();
    expect(events.at(-1)).toBe('back');
  });

  it('solves by itself after credit-spent even where a mark is fresh', async () => {
    const { start, events } = createTestVisit({ reason: 'credit-spent', isLost: true });
    await start();
    expect(events[0]).toBe('solve');
  });
});

describe('a visit that asks first', () => {
  it.each([
    ['the pass did not come back', { isLost: true }, 'script.pass-lost'],
    ['cookies are off', { features: { keepsCookies: false } }, 'script.cookies-off'],
    ['the connection is not secure', { features: { isSecure: false } }, 'script.insecure'],
  ] as const)('when %s', async (_, setting, message) => {
    const { start, press, events, last } = createTestVisit(setting);
    await start();
    expect([last()?.state, last()?.message, events]).toEqual(['blocked', message, []]);
    await press();
    expect(events).toContain('redeem');
  });

  it('does not solve when it has to slow down, and then repeats the request', async () => {
    const slow = { reason: 'slow-down', retryAfterSeconds: 30 } as const;
    const { start, press, events, last } = createTestVisit(slow);
    await start();
    expect([events, last()?.action?.afterSeconds]).toEqual([[], 30]);
    await press();
    expect(events).toEqual(['mark /a?b', 'go /a?b']);
  });

  it('waits for the longest period of a ceiling where the page does not say how long', async () => {
    const { start, last } = createTestVisit({ reason: 'slow-down' });
    await start();
    expect(last()?.action?.afterSeconds).toBe(60);
  });

  it('waits for the button where the puzzle is patience', async () => {
    const puzzle = { name: 'patience', notBefore: 1 } as const;
    const { start, events, last } = createTestVisit({ toll: { ...TOLL, puzzle } });
    await start();
    expect([events, last()?.opensPatience]).toEqual([[], true]);
  });
});

describe('a visit whose redemption is refused', () => {
  it.each(['expired', 'unknown-key', 'bad-signature', 'wrong-client'])(
    'restarts by itself once after %s',
    async (code) => {
      const { start, events } = createTestVisit({ redeemed: [refused(code), PASS] });
      await start();
      expect(events.slice(0, 5)).toEqual(['solve', 'redeem', 'renew', 'solve', 'redeem']);
    },
  );

  it('stops after the second refusal and waits for the button', async () => {
    const redeemed = [refused('expired'), refused('expired'), PASS];
    const { start, press, events, last } = createTestVisit({ redeemed });
    await start();
    expect(events.filter((event) => event === 'redeem')).toHaveLength(2);
    expect(last()).toMatchObject({ state: 'error', values: { code: 'expired' } });
    await press();
    expect(events.at(-1)).toBe('go /a?b');
  });

  it('does not restart by itself after anything else', async () => {
    for (const code of ['insufficient-work', 'malformed', 'wrong-host', 'new-code']) {
      const { start, events, last } = createTestVisit({ redeemed: [refused(code)] });
      await start();
      expect([events, last()?.state]).toEqual([['solve', 'redeem'], 'error']);
    }
  });

  it('says so when the gate cannot be reached', async () => {
    const { start, last } = createTestVisit({ redeemed: [{ kind: 'unreachable' }] });
    await start();
    expect(last()?.message).toBe('script.unreachable');
  });
});

describe('the toll client', () => {
  it('sends nonces as 4 big-endian bytes each, base64url', async () => {
    const { client, requests } = createTestClient([
      Response.json({ return: '/x', allowance: 1, expires: 2 }),
    ]);
    expect(await client.redeem(TOLL, [1, 0xffff_fffe])).toEqual({
      kind: 'pass',
      returnPath: '/x',
      allowance: 1,
      expires: 2,
    });
    const [path, init] = requests[0] ?? [];
    expect(path).toBe('/.toll/redeem');
    expect(init?.body).toBe('{"challenge":"a.b.c","solutions":"AAAAAf____4"}');
  });

  it('tries three times when the network or the gate fails, then gives up', async () => {
    const { client, requests } = createTestClient([
      new Error('offline'),
      problem(503, 'unavailable'),
      new Response('<html>', { status: 502 }),
    ]);
    expect(await client.redeem(TOLL, [1])).toEqual({ kind: 'unreachable' });
    expect(requests).toHaveLength(3);
  });

  it('hands a refusal on at once', async () => {
    const reply = problem(429, 'slow-down', { 'Retry-After': '7' });
    const { client, requests } = createTestClient([reply]);
    const result = await client.redeem(TOLL, [1]);
    expect(result).toEqual({ kind: 'refused', code: 'slow-down', retryAfterSeconds: 7 });
    expect(requests).toHaveLength(1);
  });

  it('fetches a fresh challenge beside the redeem path and refuses what is none', async () => {
    const good = createTestClient([Response.json(TOLL)]);
    const renewed = await good.client.renew('/gate/redeem', '/a?b=c&d');
    expect(renewed).toEqual({ kind: 'challenge', toll: TOLL });
    expect(good.requests[0]?.[0]).toBe('/gate/challenge?return=%2Fa%3Fb%3Dc%26d');
    const foreign = { ...TOLL, redeem: '//other.example/redeem' };
    const bad = createTestClient([Response.json(foreign)]);
    expect(await bad.client.renew('/gate/redeem', '/')).toEqual({ kind: 'unreachable' });
  });
});

describe('the return mark', () => {
  it('finds its path again within a minute and no longer', () => {
    const store = createTestStore();
    leaveMark(store, '/a?b', 1_000_000);
    expect(hasLostPass(store, '/a?b', 1_059_999)).toBe(true);
    expect(hasLostPass(store, '/a?b', 1_060_000)).toBe(false);
    expect(hasLostPass(store, '/a?b', 999_999)).toBe(false);
  });

  it('lets another path through twice, and no third time within a minute', () => {
    const store = createTestStore();
    leaveMark(store, '/a', 0);
    expect(hasLostPass(store, '/b', 10)).toBe(false);
    leaveMark(store, '/b', 10);
    expect(hasLostPass(store, '/c', 20)).toBe(false);
    leaveMark(store, '/c', 20);
    expect(hasLostPass(store, '/d', 30)).toBe(true);
  });

  it('ignores what others wrote', () => {
    for (const text of ['', 'x', 'edgetoll:', 'edgetoll:1:1:b', 'edgetoll:-1:1:/', '{"a":1}']) {
      expect(hasLostPass(createTestStore(text), '/', 2)).toBe(false);
    }
  });
});

describe('say', () => {
  it('fills places, and shows a key that it lacks', () => {
    const table = { 'script.progress': '{solved} of {solutions}' };
    const say = createSay(table, new Intl.NumberFormat('en'));
    expect(say('script.progress', { solved: 1, solutions: 2 })).toBe('1 of 2');
    expect(say('script.again')).toBe('script.again');
  });

  it('writes numbers with the digits of the language, and text as it is', () => {
    const table = { 'script.remaining': '{seconds} s', 'script.refused': '({code})' };
    const say = createSay(table, new Intl.NumberFormat('fa'));
    expect(say('script.remaining', { seconds: 12 })).toBe('۱۲ s');
    expect(say('script.refused', { code: '12' })).toBe('(12)');
  });
});
