/**
 * The classes of client that keep working under `balanced`, through the whole gate: each reaches
 * the origin, and what only looks like it does not.
 */
import { describe, expect, it } from 'vitest';
import { readSnapshot } from '../../src/core/bots/bot-lists.ts';
import { createBotIdentifier } from '../../src/core/bots/identify-bot.ts';
import type { GateSetup } from '../../src/http/visit.ts';
import { openTestGate, type Sent, type TestGate } from '../support/test-gate.ts';
import { CHEAP, payFor, problemOf } from '../support/visitor.ts';

const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

const identifier = createBotIdentifier(readSnapshot());

const identify: GateSetup['ports']['identify'] = ({ client }) => {
  const agent = client.agentForRules.toLowerCase();
  const { claimed, verified, isFalse } = identifier.identifyByAddress(client, agent);
  return {
    claimed,
    verified,
    unproven: isFalse === undefined ? undefined : isFalse ? claimed : [],
  };
};

function openBalanced(answer?: () => Response): Promise<TestGate> {
  const more = answer === undefined ? {} : { answer };
  return openTestGate({ variables: { ...CHEAP, PRESET: 'balanced' }, identify, ...more });
}

function by(agent: string, more: Sent = {}): Sent {
  return { ...more, headers: { 'User-Agent': agent, ...more.headers } };
}

const post = (type: string, body = '{}'): Sent => ({
  method: 'POST',
  headers: { 'Content-Type': type },
  body,
});
const PREFLIGHT: Sent = {
  method: 'OPTIONS',
  headers: { Origin: 'https://app.example', 'Access-Control-Request-Method': 'POST' },
};
const UPLOAD_PACK = post('application/x-git-upload-pack-request', '0000');

type Case = readonly [target: string, sent: Sent];

interface Class {
  readonly honest: readonly Case[];
  /** Of its place or of its name, and not both. */
  readonly lookAlike: readonly Case[];
}

const CLASSES: Readonly<Record<string, Class>> = {
  'feed readers': {
    honest: [
      ['/feed/', by('Feedly/1.0 (+http://www.feedly.com/fetcher.html; like FeedFetcher-Google)')],
      ['/feed.xml', by('Mozilla/5.0 (compatible; Miniflux/2.2.14; +https://miniflux.app)')],
      ['/category/news/feed/', by('FreshRSS/1.27.1 (Linux; https://freshrss.org)')],
      ['/@alice.rss', by('')],
      ['/alice/repo.atom?feed_token=glft-1', by('Thunderbird/140.5.0')],
      ['/feed.json', { ...by('NetNewsWire'), method: 'HEAD' }],
      ['/?feed=rss2', by('FreshRSS/1.27.1')],
    ],
    lookAlike: [
      ['/', by('FreshRSS/1.27.1 (Linux; https://freshrss.org)')],
      ['/wiki/Main_Page', by('FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)')],
      ['/x.rss/../admin', by('FreshRSS/1.27.1')],
      ['/feed/..%2fadmin', by('FreshRSS/1.27.1')],
      ['/feed/..;/admin', by('FreshRSS/1.27.1')],
      ['/x.rss%3fadmin', by('FreshRSS/1.27.1')],
      ['/feed/?rest_route=/wp/v2/posts', by(CHROME)],
      ['/topic.php/x.rss', by(CHROME)],
      ['/wiki/Special:Search/x.rss', by(CHROME)],
      ['/search/x/feed/', by(CHROME)],
      ['/feed', by('FreshRSS/1.27.1', post('application/x-www-form-urlencoded', 'p=5'))],
      ['/?feed=rss2&p=5', by('FreshRSS/1.27.1')],
    ],
  },
  'git over HTTP': {
    honest: [
      ['/a/b/info/refs?service=git-upload-pack', by('git/2.51.2')],
      ['/a/b.git/info/refs?service=git-receive-pack', by('JGit/7.4.0')],
      ['/a/b/git-upload-pack', by('git/2.51.2', UPLOAD_PACK)],
      [
        '/a/b.git/git-receive-pack',
        by('git/2.51.2', post('application/x-git-receive-pack-request', '0000')),
      ],
      [
        '/a/b.git/info/lfs/objects/batch',
        by('git-lfs/3.7.1', post('application/vnd.git-lfs+json; charset=utf-8')),
      ],
      ['/a/b.git/info/lfs/objects/0af1', by('git-lfs/3.7.1')],
    ],
    lookAlike: [
      ['/', by('git/2.51.2')],
      ['/a/b', by('git/2.51.2')],
      ['/a/b/info/refs', by('git/2.51.2')],
      ['/a/b/info/refs?service=git-upload-pack', by(CHROME)],
      ['/index.php/x/info/refs?service=git-upload-pack', by('git/2.51.2')],
      ['/x/info/refs?service=git-upload-pack&curid=5', by('git/2.51.2')],
      ['/x/info/refs/..%2f..%2fadmin?service=git-upload-pack', by('git/2.51.2')],
      ['/a/b/git-upload-pack', by('git/2.51.2', post('application/x-www-form-urlencoded', 'p=5'))],
      ['/a/b/git-upload-pack', by(CHROME, UPLOAD_PACK)],
      ['/topic.php/git-upload-pack', by('git/2.51.2', UPLOAD_PACK)],
    ],
  },
  'package managers and scripts': {
    honest: [
      ['/api/v1/status?limit=5', by('curl/8.16.0')],
      ['/api/v1/items', by('python-requests/2.32.5', post('application/json'))],
      ['/api/packages/a/npm/lodash', by('npm/11.6.2 node/v24.11.0 linux x64')],
      ['/simple/flask/', by('pip/25.3')],
      ['/v2/', by('docker/29.0.1 go/go1.25.4')],
      ['/v2/library/alpine/manifests/latest', by('containerd/2.2.0')],
    ],
    lookAlike: [
      ['/', by('curl/8.16.0')],
      ['/api/v1/status', by(CHROME)],
      ['/api/v1/status', by('ClaudeBot/1.0')],
      ['/api/..%2fadmin', by('curl/8.16.0')],
      ['/api/x/..;/..;/admin', by('curl/8.16.0')],
      ['/v2/guide/introduction', by('curl/8.16.0')],
      ['/lodash', by('npm/11.6.2 node/v24.11.0 linux x64')],
    ],
  },
  'uptime monitors': {
    honest: [
      ['/', by('UptimeRobot/2.0', { ip: '216.144.248.24' })],
      ['/healthz', by('Uptime-Kuma/2.0.2')],
      ['/health', { ...by('Pingdom.com_bot_version_1.4'), method: 'HEAD' }],
    ],
    lookAlike: [
      ['/', by('UptimeRobot/2.0')],
      ['/', by('Uptime-Kuma/2.0.2')],
      ['/health?page=5', by('Uptime-Kuma/2.0.2')],
      ['/health/..%2fadmin', by('Uptime-Kuma/2.0.2')],
      ['/', by('UptimeRobot/2.0', { ...post('application/json'), ip: '216.144.248.24' })],
    ],
  },
  'link previews': {
    honest: [
      ['/post/1', by('facebookexternalhit/1.1', { cf: { asn: 32_934 } })],
      ['/post/1', by('Twitterbot/1.0', { cf: { asn: 13_414 } })],
      ['/post/1', by('TelegramBot (like TwitterBot)', { cf: { asn: 62_041 } })],
    ],
    lookAlike: [
      ['/post/1', by('facebookexternalhit/1.1')],
      ['/post/1', by('Twitterbot/1.0')],
      ['/post/1', by(CHROME, { cf: { asn: 32_934 } })],
    ],
  },
  'search engines': {
    honest: [['/wiki/Main_Page', by(GOOGLEBOT, { ip: '66.249.66.1' })]],
    lookAlike: [
      ['/wiki/Main_Page', by(GOOGLEBOT)],
      ['/wiki/Main_Page', by(CHROME, { ip: '66.249.66.1' })],
      ['/wiki/Main_Page', by(GOOGLEBOT, { headers: { 'X-Forwarded-For': '66.249.66.1' } })],
      ['/login', by(GOOGLEBOT, { ...post('application/json'), ip: '66.249.66.1' })],
    ],
  },
  webhooks: {
    honest: [
      ['/webhooks/stripe', by('Stripe/1.0', post('application/json'))],
      ['/hooks/abc', by('GitHub-Hookshot/044aadd', post('application/json'))],
      ['/webhook?token=abc', by('', post('application/x-www-form-urlencoded', 'a=b'))],
      ['/?wc-api=wc_stripe', by('Stripe/1.0', post('application/json'))],
      ['/wp-cron.php?doing_wp_cron=1764000000.5', by('WordPress/6.9', post('text/plain', ''))],
    ],
    lookAlike: [
      ['/webhooks/stripe', by('Stripe/1.0')],
      ['/webhooks/stripe', by(CHROME, post('application/json'))],
      ['/webhooks/..%2fadmin', by('Stripe/1.0', post('application/json'))],
      ['/', by('Stripe/1.0', post('application/json'))],
      ['/?wc-api=wc_stripe&p=5', by('Stripe/1.0', post('application/json'))],
      ['/xmlrpc.php', by('WordPress/6.9', post('text/xml', '<a/>'))],
    ],
  },
  'CORS preflights': {
    honest: [
      ['/api/v1/items', by(CHROME, PREFLIGHT)],
      ['/graphql', by(CHROME, PREFLIGHT)],
    ],
    lookAlike: [
      ['/', by(CHROME, PREFLIGHT)],
      ['/wiki/Main_Page', by(CHROME, PREFLIGHT)],
      ['/api/v1/items', by(CHROME, { method: 'OPTIONS' })],
      [
        '/api/v1/items',
        by(CHROME, { method: 'OPTIONS', headers: { Origin: 'https://a.example' } }),
      ],
      ['/api/v1/items', by(CHROME, { headers: PREFLIGHT.headers ?? {} })],
    ],
  },
};

describe('under balanced', () => {
  it.each(Object.entries(CLASSES))('E02: %s reach the origin', async (_, { honest }) => {
    const gate = await openBalanced();
    for (const [index, [target, sent]] of honest.entries()) {
      const response = await gate.send(target, sent);
      await response.body?.cancel();
      expect([target, response.status, gate.seen.length]).toEqual([target, 200, index + 1]);
      const { url, headers, method } = gate.seen[index] ?? { url: '', method: '' };
      expect([url, method]).toEqual([`https://site.test${target}`, sent.method ?? 'GET']);
      expect(headers?.get('Toll-Verdict')).toBe('allow');
    }
  });

  it.each(Object.entries(CLASSES))('D03: what looks like %s does not', async (_, { lookAlike }) => {
    const gate = await openBalanced();
    for (const [target, sent] of lookAlike) {
      const response = await gate.send(target, sent);
      expect([target, sent, response.status]).toEqual([target, sent, 403]);
      expect((await problemOf(response)).code).toBe('toll-required');
      expect(gate.seen, target).toEqual([]);
    }
  });

  it('a WebSocket reaches the origin with a pass, and not without', async () => {
    const gate = await openBalanced(() => {
      const { 0: client, 1: server } = new WebSocketPair();
      server.accept();
      return new Response(null, { status: 101, webSocket: client });
    });
    const upgrade = { Upgrade: 'websocket' };
    const refused = await gate.send('/socket', by(CHROME, { headers: upgrade }));
    expect([refused.status, refused.webSocket, gate.seen.length]).toEqual([403, null, 0]);
    const { pass } = await payFor(gate, '/page', by(CHROME));
    const headers = { ...upgrade, Cookie: `__Host-toll=${pass}` };
    const opened = await gate.send('/socket', by(CHROME, { headers }));
    expect([opened.status, gate.seen.length]).toEqual([101, 1]);
    opened.webSocket?.accept();
    opened.webSocket?.close();
  });

  it('a browser passes everywhere with a pass', async () => {
    const gate = await openBalanced();
    const { pass } = await payFor(gate, '/page', by(CHROME));
    const headers = { Cookie: `__Host-toll=${pass}` };
    const response = await gate.send('/api/v1/status', by(CHROME, { headers }));
    expect([response.status, gate.seen.length]).toEqual([200, 1]);
  });
});
