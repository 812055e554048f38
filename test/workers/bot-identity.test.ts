import { describe, expect, it } from 'vitest';
import { readSnapshot } from '../../src/core/bots/bot-lists.ts';
import { createBotIdentifier } from '../../src/core/bots/identify-bot.ts';
import { createIdentify } from '../../src/http/bot-identity.ts';
import type { BotPorts } from '../../src/http/bot-identity.ts';
import { openTestGate, type TestGate } from '../support/test-gate.ts';

const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const GOOGLE_ADDRESS = '66.249.66.1';
const RULES = [
  { name: 'signed', action: 'deny', status: 411, verifiedBot: ['agent.example.com'] },
  { name: 'google', action: 'allow', verifiedBot: ['googlebot'] },
  { name: 'cloudflare', action: 'allow', verifiedBot: ['cloudflare-verified'] },
  { name: 'false', action: 'deny', status: 410, falseBot: ['googlebot'] },
  { name: 'claimed', action: 'deny', status: 402, claimedBot: ['*'] },
];

class CountingLists {
  reads = 0;
  readonly #identifier = createBotIdentifier(readSnapshot());

  current() {
    this.reads += 1;
    return this.#identifier;
  }
}

async function gateWith(lists: CountingLists): Promise<TestGate> {
  const events: string[] = [];
  const ports: BotPorts = {
    botLists: lists,
    agentKeys: { find: async () => undefined },
    log: { event: (name) => events.push(name) },
  };
  return openTestGate({
    variables: { RULES },
    identify: createIdentify(ports, ['agent.example.com']),
  });
}

describe('identity of bots at the gate', () => {
  it('D03: the address decides, whatever the agent says', async () => {
    const gate = await gateWith(new CountingLists());
    const ask = async (agent: string, ip: string, more = {}) => {
      const sent = { headers: { 'User-Agent': agent }, ip, ...more };
      return (await gate.send('/page', sent)).status;
    };
    expect(await ask(GOOGLEBOT, GOOGLE_ADDRESS)).toBe(200);
    expect(await ask(GOOGLEBOT, '203.0.113.9')).toBe(410);
    expect(await ask('ClaudeBot/1.0', '203.0.113.9')).toBe(402);
    expect(await ask('Mozilla/5.0 Firefox/150.0', GOOGLE_ADDRESS)).toBe(403);
    expect(await ask('Mozilla/5.0 Firefox/150.0', '203.0.113.9')).toBe(403);
  });

  it("D06: Cloudflare's word counts from request.cf alone", async () => {
    const gate = await gateWith(new CountingLists());
    const cf = { asn: 64_500, country: 'DE', botManagement: { verifiedBot: true } };
    const headers = { 'User-Agent': 'Mozilla/5.0' };
    expect((await gate.send('/page', { headers, cf })).status).toBe(200);
    const forged = { ...headers, 'Cf-Verified-Bot': 'true', 'X-Verified-Bot': 'true' };
    expect((await gate.send('/page', { headers: forged })).status).toBe(403);
  });

  it("D06: Accept-Encoding is the client's, from request.cf where it is known", async () => {
    const header = [{ name: 'Accept-Encoding', contains: 'zstd' }];
    const rule = { name: 'zstd', action: 'deny', status: 410, header };
    const gate = await openTestGate({ variables: { RULES: [rule] } });
    const ask = async (encoding: string, clientAcceptEncoding?: unknown) => {
      const cf = clientAcceptEncoding === undefined ? {} : { clientAcceptEncoding };
      return (await gate.send('/page', { headers: { 'Accept-Encoding': encoding }, cf })).status;
    };
    expect(await ask('gzip, br', 'gzip, zstd')).toBe(410);
    expect(await ask('gzip, zstd', 'gzip')).toBe(403);
    expect(await ask('gzip, zstd')).toBe(410);
    expect(await ask('gzip, zstd', 5)).toBe(410);
  });

  it('H01: who claims nothing causes no look at the lists', async () => {
    const lists = new CountingLists();
    const gate = await gateWith(lists);
    for (let n = 0; n < 20; n += 1) {
      await gate.send('/page', { headers: { 'User-Agent': `Mozilla/5.0 (X11) n${n}` } });
    }
    expect(lists.reads).toBe(0);
    await gate.send('/page', { headers: { 'User-Agent': GOOGLEBOT } });
    expect(lists.reads).toBe(1);
  });

  it('D04: a signature that does not verify proves nothing, and breaks nothing', async () => {
    const gate = await gateWith(new CountingLists());
    for (const input of [
      '',
      'sig1=()',
      'x'.repeat(9000),
      'sig1=("@authority");tag="web-bot-auth"',
    ]) {
      const headers = {
        'User-Agent': 'Mozilla/5.0',
        'Signature-Input': input,
        Signature: 'sig1=:AAAA:',
        'Signature-Agent': '"https://agent.example.com"',
      };
      expect((await gate.send('/page', { headers })).status, input.slice(0, 20)).toBe(403);
    }
  });
});
