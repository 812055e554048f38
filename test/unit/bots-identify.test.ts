/** D03: who a client is rests on its address, its system or its signature, never on its agent. */
import agents from 'crawler-user-agents' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { readSnapshot } from '../../src/core/bots/bot-lists.ts';
import type { BotLists } from '../../src/core/bots/bot-lists.ts';
import {
  CLOUDFLARE_VERIFIED,
  combineEvidence,
  createBotIdentifier,
} from '../../src/core/bots/identify-bot.ts';
import { operatorOf, purposeOf } from '../../src/core/bots/bot-purposes.ts';
import { readCloudflareVerdict } from '../../src/core/bots/cloudflare-verdict.ts';
import { KNOWN_BOTS } from '../../src/core/bots/known-bots.ts';
import type { KnownBot } from '../../src/core/bots/known-bots.ts';
import { unpackNetworks } from '../../src/core/bots/pack-networks.ts';
import { formatAddress } from '../../src/core/client/address.ts';
import { createClientView } from '../../src/core/client/client-view.ts';
import { lastBytes } from '../../src/core/client/network.ts';

const identifier = createBotIdentifier(readSnapshot());

/** An ordinary household. */
const HOME = '88.64.1.2';
const HOME_ASN = 3320;
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const GOOGLE_ADDRESS = '66.249.66.1';

interface Where {
  readonly ip?: string | undefined;
  readonly asn?: number | undefined;
}

function identify(userAgent: string, { ip, asn }: Where) {
  const client = createClientView({ connectingIp: ip, userAgent, asn, country: 'DE' });
  return identifier.identifyByAddress(client, client.agentForRules.toLowerCase());
}

/** The agent as a crawler sends it. */
const agentOf = ({ needles }: KnownBot): string =>
  `Mozilla/5.0 (compatible; ${needles[0]?.toUpperCase()}/1.0)`;

const instances = agents.flatMap((each) => each.instances);

describe('every agent of crawler-user-agents 1.60.0 from an ordinary address', () => {
  it('are 2,118 agents', () => expect(new Set(instances).size).toBe(2118));

  it('D03: 0 are verified', () => {
    const verified = instances.filter(
      (agent) => identify(agent, { ip: HOME, asn: HOME_ASN }).verified.length > 0,
    );
    expect(verified).toEqual([]);
  });

  it('D03: 0 are verified without an address or a system', () => {
    const verified = instances.filter((agent) => identify(agent, {}).verified.length > 0);
    expect(verified).toEqual([]);
  });

  it('D03: those that claim a bot that is listed are false', () => {
    const identities = instances.map((agent) => identify(agent, { ip: HOME, asn: HOME_ASN }));
    const claims = identities.filter(({ claimed }) => claimed.length > 0);
    const falseOnes = identities.filter(({ isFalse }) => isFalse === true);
    expect(claims.length).toBeGreaterThan(100);
    expect(falseOnes.length).toBeGreaterThan(80);
    const googles = instances.filter((agent) => agent.includes('Googlebot/2.1'));
    expect(googles.length).toBeGreaterThan(5);
    for (const agent of googles) {
      expect(identify(agent, { ip: HOME, asn: HOME_ASN }).isFalse, agent).toBe(true);
    }
  });
});

/** First and last address of every network, and the address before and after each. */
function edgesOf(lists: BotLists, bot: KnownBot) {
  const proofs = bot.proofs.flatMap((proof) => (proof.by === 'list' ? [proof.list] : []));
  const networks = proofs.flatMap((name) => unpackNetworks(lists.get(name)?.packed ?? '') ?? []);
  return networks.map((network) => {
    const last = { version: network.version, bytes: lastBytes(network) };
    return { first: formatAddress(network), last: formatAddress(last), after: next(last.bytes) };
  });
}

function next(bytes: Uint8Array): string {
  const copy = bytes.slice();
  for (let at = 15; at >= 0; at -= 1) {
    const value = ((copy[at] ?? 0) + 1) & 255;
    copy[at] = value;
    if (value !== 0) break;
  }
  const isIpv4 = copy.subarray(0, 12).every((byte, at) => byte === (at < 10 ? 0 : 255));
  return formatAddress({ version: isIpv4 ? 4 : 6, bytes: copy });
}

const lists = readSnapshot();
const listed = KNOWN_BOTS.filter((bot) => edgesOf(lists, bot).length > 0);

describe('listed bots', () => {
  it('are at least 20, with more than 1,600 networks', () => {
    expect(listed.length).toBeGreaterThanOrEqual(20);
    const count = listed.reduce((sum, bot) => sum + edgesOf(lists, bot).length, 0);
    expect(count).toBeGreaterThan(1600);
  });

  it.each(listed)(
    'D03: $name: 100 % verified from the first and last address of each network',
    (bot) => {
      const edges = edgesOf(lists, bot);
      const inside = new Set(edges.flatMap(({ first, last }) => [first, last]));
      for (const ip of inside) {
        const identity = identify(agentOf(bot), { ip, asn: HOME_ASN });
        expect(identity.verified, ip).toContain(bot.name);
        expect(identity.isFalse, ip).toBe(false);
        expect(identify(BROWSER, { ip, asn: HOME_ASN })).toEqual({
          claimed: [],
          verified: [],
          isFalse: false,
        });
      }
    },
  );

  it.each(listed)('D03: $name: not verified just outside', (bot) => {
    const edges = edgesOf(lists, bot);
    const firsts = new Set(edges.map(({ first }) => first));
    const outside = edges.map(({ after }) => after).filter((ip) => !firsts.has(ip));
    const found = outside.filter((ip) => {
      return !identify(agentOf(bot), { ip, asn: HOME_ASN }).verified.includes(bot.name);
    });
    // Where networks nest, the address after the inner one is inside the outer one.
    expect(found.length).toBeGreaterThan(0);
    expect(identify(agentOf(bot), { ip: HOME, asn: HOME_ASN }).verified).toEqual([]);
  });
});

describe('a claim', () => {
  it('D03: is false from outside the list, true from inside', () => {
    expect(identify(GOOGLEBOT, { ip: HOME, asn: HOME_ASN })).toEqual({
      claimed: ['googlebot'],
      verified: [],
      isFalse: true,
    });
    expect(identify(GOOGLEBOT, { ip: GOOGLE_ADDRESS, asn: 15_169 })).toEqual({
      claimed: ['googlebot'],
      verified: ['googlebot'],
      isFalse: false,
    });
  });

  it('D03: of a bot is not proved by the address of another', () => {
    expect(identify('GPTBot/1.1', { ip: GOOGLE_ADDRESS, asn: 15_169 })).toEqual({
      claimed: ['gptbot'],
      verified: [],
      isFalse: true,
    });
  });

  it('D03: of two bots at once is false where one of them is', () => {
    const both = identify('Googlebot/2.1 GPTBot/1.1', { ip: GOOGLE_ADDRESS, asn: 15_169 });
    expect(both).toEqual({
      claimed: ['googlebot', 'gptbot'],
      verified: ['googlebot'],
      isFalse: true,
    });
  });

  it('D03: is neither true nor false where the address is unknown', () => {
    expect(identify(GOOGLEBOT, { asn: 15_169 }).isFalse).toBeUndefined();
    expect(identify(GOOGLEBOT, { ip: 'unknown' }).verified).toEqual([]);
    expect(identify('facebookexternalhit/1.1', { ip: HOME }).isFalse).toBeUndefined();
  });

  it('D03: of Meta is proved by its own system', () => {
    const preview = 'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)';
    expect(identify(preview, { ip: HOME, asn: 32_934 }).verified).toEqual(['meta-preview']);
    expect(identify(preview, { ip: HOME, asn: 32_935 }).isFalse).toBe(true);
  });

  it('D03: of a bot that may come from elsewhere too is not false there', () => {
    expect(identify('Twitterbot/1.0', { ip: HOME, asn: 13_414 }).verified).toEqual(['x-preview']);
    expect(identify('Twitterbot/1.0', { ip: HOME, asn: HOME_ASN }).isFalse).toBe(false);
    expect(identify('archive.org_bot', { ip: HOME, asn: HOME_ASN }).isFalse).toBe(false);
  });

  it('D03: of a bot that only reverse DNS or nothing proves is never verified nor false', () => {
    for (const agent of ['(+http://yandex.com/bots)', 'ClaudeBot/1.0', 'Slackbot 1.0']) {
      const identity = identify(agent, { ip: HOME, asn: HOME_ASN });
      expect(identity.claimed).toHaveLength(1);
      expect([identity.verified, identity.isFalse]).toEqual([[], false]);
    }
  });

  it('D03: previews of Apple Messages, which name two bots, are no false ones', () => {
    const agent =
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0';
    const identity = identify(agent, { ip: HOME, asn: HOME_ASN });
    expect(identity).toEqual({ claimed: ['apple-messages-preview'], verified: [], isFalse: false });
  });

  it('D03: of a bot whose list is not there is not false', () => {
    const without = createBotIdentifier(new Map());
    const client = createClientView({ connectingIp: HOME, userAgent: 'x', asn: 1, country: 'DE' });
    const identity = without.identifyByAddress(client, 'googlebot');
    expect(identity).toEqual({ claimed: ['googlebot'], verified: [], isFalse: false });
  });

  it('D03: is neither proved nor false where the list does not unpack', () => {
    const damaged = createBotIdentifier(
      new Map([['google-common', { asOfSeconds: 1, packed: '________' }]]),
    );
    const client = createClientView({ connectingIp: HOME, userAgent: 'x', asn: 1, country: 'DE' });
    const identity = damaged.identifyByAddress(client, 'googlebot');
    expect(identity).toEqual({ claimed: ['googlebot'], verified: [], isFalse: false });
  });

  it('D03: is read from what rules read of the agent, 512 characters', () => {
    const where = { ip: HOME, asn: HOME_ASN };
    expect(identify(`${'x'.repeat(503)}googlebot`, where).claimed).toEqual(['googlebot']);
    expect(identify(`${'x'.repeat(504)}googlebot`, where).claimed).toEqual([]);
  });
});

describe('other evidence', () => {
  const falseGoogle = identify(GOOGLEBOT, { ip: HOME, asn: HOME_ASN });
  const nobody = identify(BROWSER, { ip: HOME, asn: HOME_ASN });
  const none = { signedAgent: undefined, isVerifiedByCloudflare: undefined };

  it('D03: none changes nothing', () => {
    expect(combineEvidence(falseGoogle, none)).toBe(falseGoogle);
    expect(combineEvidence(falseGoogle, { ...none, isVerifiedByCloudflare: false })).toBe(
      falseGoogle,
    );
  });

  it('D03: a signature proves its agent and not the bot that the user agent claims', () => {
    const signed = { ...none, signedAgent: 'chatgpt-user' };
    expect(combineEvidence(nobody, signed).verified).toEqual(['chatgpt-user']);
    const mixed = combineEvidence(falseGoogle, signed);
    expect([mixed.verified, mixed.isFalse]).toEqual([['chatgpt-user'], true]);
    const chatgpt = identify('ChatGPT-User/1.0', { ip: HOME, asn: HOME_ASN });
    expect(chatgpt.isFalse).toBe(true);
    expect(combineEvidence(chatgpt, signed).isFalse).toBe(false);
  });

  it('D03: Cloudflare proves that it is a bot, not which, and clears an old list', () => {
    const cloudflare = { ...none, isVerifiedByCloudflare: true };
    expect(combineEvidence(falseGoogle, cloudflare)).toEqual({
      claimed: ['googlebot'],
      verified: [CLOUDFLARE_VERIFIED],
      isFalse: false,
    });
  });

  it.each([
    [{ botManagement: { verifiedBot: true } }, true],
    [{ botManagement: { verifiedBot: false } }, false],
    [{ botManagement: { verifiedBot: 'true' } }, undefined],
    [{ botManagement: { verifiedBot: 1 } }, undefined],
    [{ botManagement: null }, undefined],
    [{ botManagement: 'x' }, undefined],
    [{ verifiedBot: true }, undefined],
    [undefined, undefined],
    [null, undefined],
    ['x', undefined],
  ])('D03: request.cf %j says verifiedBot %s', (cf, verifiedBot) => {
    expect(readCloudflareVerdict(cf).verifiedBot).toBe(verifiedBot);
  });

  it('D03: reads a category only where it is plain text', () => {
    const category = (verifiedBotCategory: unknown) =>
      readCloudflareVerdict({ verifiedBotCategory }).category;
    expect(category('Search Engine Crawler')).toBe('Search Engine Crawler');
    expect([category(''), category(1), category('<b>'), category('x'.repeat(65))]).toEqual(
      Array(4).fill(undefined),
    );
  });
});

describe('what is known of bots beside their proofs', () => {
  it('has an operator and a purpose for every bot, and for none that is not there', () => {
    const undescribed = KNOWN_BOTS.filter(({ name }) => operatorOf(name) === undefined);
    expect(undescribed.map(({ name }) => name)).toEqual([]);
    expect(operatorOf('no-such-bot')).toBeUndefined();
    expect([purposeOf('googlebot'), purposeOf('no-such-bot')]).toEqual(['search', 'other']);
  });
});
