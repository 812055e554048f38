/**
 * Known bots: what they are for, what their user agents hold, and what proves them.
 *
 * Owns the table. Must not know addresses, which change by the day, nor what a bot is charged.
 * A user agent is a claim and never a proof (SECURITY-BAR D03).
 *
 * `refutes`: whether an address outside the list or system proves the claim false. True only where
 * the operator says that the bot comes from nowhere else, and keeps that list where it can be read
 * anew. A list that is refreshed with the snapshot alone, or a system that also serves other
 * things, proves who is inside and nothing about who is not.
 */
import type { ListName } from './address-lists.ts';

export type BotPurpose =
  | 'search'
  | 'ai-training'
  | 'ai-search'
  | 'ai-user'
  | 'preview'
  | 'monitor'
  | 'archive'
  | 'seo'
  | 'feed'
  | 'advertising'
  | 'other';

export type Proof =
  /** An address in a published list. */
  | { readonly by: 'list'; readonly list: ListName; readonly refutes: boolean }
  /** An address in one of the operator's own autonomous systems. */
  | { readonly by: 'asn'; readonly asns: readonly number[]; readonly refutes: boolean }
  /** A signature of this agent host (Web Bot Auth). */
  | { readonly by: 'signature'; readonly host: string }
  /** A reverse look-up that leads back: not possible in a Worker, here for the reader. */
  | { readonly by: 'dns'; readonly suffixes: readonly string[] };

export interface KnownBot {
  /** Lower case; what rules call it. */
  readonly name: string;
  readonly operator: string;
  readonly purpose: BotPurpose;
  /** Lower case; an agent that holds any of them claims to be the bot. */
  readonly needles: readonly string[];
  /** Any of them is enough; none: nobody can prove to be this bot. */
  readonly proofs: readonly Proof[];
  /** Bots that the same agent seems to claim and does not. */
  readonly insteadOf?: readonly string[];
}

const published = (list: ListName): Proof => ({ by: 'list', list, refutes: true });
const known = (list: ListName): Proof => ({ by: 'list', list, refutes: false });
const owned = (...asns: readonly number[]): Proof => ({ by: 'asn', asns, refutes: true });
const usual = (...asns: readonly number[]): Proof => ({ by: 'asn', asns, refutes: false });
const dns = (...suffixes: readonly string[]): Proof => ({ by: 'dns', suffixes });
const signature = (host: string): Proof => ({ by: 'signature', host });

type Row = readonly [
  name: string,
  operator: string,
  purpose: BotPurpose,
  needles: readonly string[],
  ...proofs: readonly Proof[],
];

const ROWS: readonly Row[] = [
  // Google: https://developers.google.com/crawling/docs/crawlers-fetchers/overview-google-crawlers
  [
    'googlebot',
    'Google',
    'search',
    ['googlebot', 'google-inspectiontool', 'storebot-google'],
    published('google-common'),
  ],
  [
    'googleother',
    'Google',
    'other',
    ['googleother', 'google-cloudvertexbot'],
    published('google-common'),
  ],
  [
    'google-special',
    'Google',
    'advertising',
    ['adsbot-google', 'mediapartners-google', 'apis-google', 'google-safety'],
    published('google-special'),
  ],
  [
    'google-feeds',
    'Google',
    'feed',
    ['feedfetcher-google', 'googleproducer', 'google-podcast'],
    published('google-user-fetchers'),
  ],
  [
    'google-fetchers',
    'Google',
    'other',
    ['google-site-verification', 'google-read-aloud', 'google-cws', 'google-pinpoint'],
    published('google-user-fetchers'),
  ],
  [
    'google-notebooklm',
    'Google',
    'ai-user',
    ['google-notebooklm'],
    published('google-user-fetchers'),
  ],
  ['google-agent', 'Google', 'ai-user', ['google-agent'], signature('agent.bot.goog')],
  // Search engines.
  [
    'bingbot',
    'Microsoft',
    'search',
    ['bingbot', 'bingpreview', 'adidxbot', 'msnbot'],
    published('bingbot'),
  ],
  ['duckduckbot', 'DuckDuckGo', 'search', ['duckduckbot'], published('duckduckbot')],
  ['applebot', 'Apple', 'search', ['applebot'], published('applebot')],
  ['kagibot', 'Kagi', 'search', ['kagi.com/bot', 'kagibot'], known('kagibot')],
  ['marginalia', 'Marginalia', 'search', ['search.marginalia.nu'], known('marginalia')],
  ['mojeekbot', 'Mojeek', 'search', ['mojeekbot'], published('mojeekbot')],
  ['qwantbot', 'Qwant', 'search', ['qwantbot', 'qwantify'], published('qwantbot')],
  ['yandexbot', 'Yandex', 'search', ['yandex.com/bots'], dns('.yandex.ru', '.yandex.net')],
  ['baiduspider', 'Baidu', 'search', ['baiduspider'], dns('.baidu.com', '.baidu.jp')],
  ['seznambot', 'Seznam', 'search', ['seznambot'], dns('.seznam.cz')],
  ['petalbot', 'Huawei', 'search', ['petalbot'], dns('.petalsearch.com')],
  ['amazonbot', 'Amazon', 'search', ['amazonbot'], dns('.crawl.amazonbot.amazon')],
  // Language models.
  ['gptbot', 'OpenAI', 'ai-training', ['gptbot'], published('openai-gptbot')],
  ['oai-searchbot', 'OpenAI', 'ai-search', ['oai-searchbot'], published('openai-searchbot')],
  [
    'chatgpt-user',
    'OpenAI',
    'ai-user',
    ['chatgpt-user'],
    published('openai-chatgpt-user'),
    signature('chatgpt.com'),
  ],
  ['perplexitybot', 'Perplexity', 'ai-search', ['perplexitybot'], published('perplexitybot')],
  ['perplexity-user', 'Perplexity', 'ai-user', ['perplexity-user'], published('perplexity-user')],
  ['mistralai-user', 'Mistral', 'ai-user', ['mistralai-user'], published('mistralai-user')],
  ['duckassistbot', 'DuckDuckGo', 'ai-search', ['duckassistbot'], published('duckassistbot')],
  ['ccbot', 'Common Crawl', 'ai-training', ['ccbot'], published('ccbot')],
  ['claudebot', 'Anthropic', 'ai-training', ['claudebot']],
  ['claude-searchbot', 'Anthropic', 'ai-search', ['claude-searchbot']],
  ['claude-user', 'Anthropic', 'ai-user', ['claude-user']],
  ['bytespider', 'ByteDance', 'ai-training', ['bytespider']],
  ['meta-crawler', 'Meta', 'ai-training', ['meta-externalagent'], owned(32934)],
  // Previews of links. Meta: https://developers.facebook.com/docs/sharing/webmasters/web-crawlers
  [
    'meta-preview',
    'Meta',
    'preview',
    ['facebookexternalhit', 'facebookcatalog', 'meta-externalfetcher'],
    owned(32934),
  ],
  ['x-preview', 'X', 'preview', ['twitterbot'], usual(13414), dns('.twttr.com')],
  ['linkedin-preview', 'LinkedIn', 'preview', ['linkedinbot'], usual(14413), dns('.linkedin.com')],
  [
    'telegram-preview',
    'Telegram',
    'preview',
    ['telegrambot'],
    usual(44907, 59930, 62014, 62041),
    dns('.ptr.telegram.org'),
  ],
  ['vk-preview', 'VK', 'preview', ['vkshare'], dns('.go.mail.ru')],
  ['slack-preview', 'Slack', 'preview', ['slackbot', 'slack-imgproxy']],
  ['discord-preview', 'Discord', 'preview', ['discordbot']],
  // WhatsApp asks from the phone of the person who sends the link.
  ['whatsapp-preview', 'Meta', 'preview', ['whatsapp/']],
  ['pinterest', 'Pinterest', 'preview', ['pinterestbot'], dns('.pinterest.com')],
  // Archives and citations.
  [
    'internet-archive',
    'Internet Archive',
    'archive',
    ['archive.org_bot'],
    known('internet-archive'),
  ],
  ['arquivo-pt', 'Arquivo.pt', 'archive', ['arquivo-web-crawler'], known('arquivo-pt')],
  ['wikimedia-citoid', 'Wikimedia', 'other', ['citoid/wmf'], known('wikimedia')],
  ['wikimedia-zotero', 'Wikimedia', 'other', ['zoterotranslationserver/wmf'], known('wikimedia')],
  // Monitors.
  ['uptimerobot', 'UptimeRobot', 'monitor', ['uptimerobot'], published('uptimerobot')],
  ['updown', 'updown.io', 'monitor', ['updown.io'], published('updown')],
  ['betterstack', 'Better Stack', 'monitor', ['better uptime', 'betterstack']],
  ['pingdom', 'Pingdom', 'monitor', ['pingdom.com_bot']],
  // Search-engine optimisation.
  [
    'ahrefsbot',
    'Ahrefs',
    'seo',
    ['ahrefsbot', 'ahrefssiteaudit'],
    dns('.ahrefs.com', '.ahrefs.net'),
  ],
  ['semrushbot', 'Semrush', 'seo', ['semrushbot', 'siteauditbot'], dns('.bot.semrush.com')],
  ['mj12bot', 'Majestic', 'seo', ['mj12bot']],
];

/**
 * The previews of Apple's Messages name Meta's and X's bots, and come from the telephones of the
 * people who send the link: no bot of Meta and no false one.
 */
const APPLE_MESSAGES: KnownBot = {
  name: 'apple-messages-preview',
  operator: 'Apple',
  purpose: 'preview',
  needles: ['facebookexternalhit/1.1 facebot twitterbot/1.0'],
  proofs: [],
  insteadOf: ['meta-preview', 'x-preview'],
};

/** Every known bot; names are unique. */
export const KNOWN_BOTS: readonly KnownBot[] = [
  ...ROWS.map(([name, operator, purpose, needles, ...proofs]) => {
    return { name, operator, purpose, needles, proofs };
  }),
  APPLE_MESSAGES,
];

/** From the host of each signed agent that the table knows to its bot's name. */
export const SIGNED_AGENTS: ReadonlyMap<string, string> = new Map(
  KNOWN_BOTS.flatMap(({ name, proofs }) =>
    proofs.flatMap((proof) => (proof.by === 'signature' ? [[proof.host, name] as const] : [])),
  ),
);
