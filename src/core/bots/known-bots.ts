/**
 * Known bots: what their user agents hold, and what proves them.
 *
 * Owns the table. Must not know addresses, which change by the day, nor what a bot is charged; whose it
 * is and what it is for stands in `bot-purposes.ts`, which the Worker does without.
 * A user agent is a claim and never a proof (SECURITY-BAR D03). What only a reverse look-up proves has no
 * proof here, for a Worker has no such look-up: Yandex, Baidu, Seznam, Petal, Amazon, Ahrefs, Semrush and
 * the previews of Pinterest and VK.
 *
 * `refutes`: whether an address outside the list or system proves the claim false. True only where
 * the operator says that the bot comes from nowhere else, and keeps that list where it can be read
 * anew. A list that is refreshed with the snapshot alone, or a system that also serves other
 * things, proves who is inside and nothing about who is not.
 */
import type { ListName } from './address-lists.ts';

export type Proof =
  /** An address in a published list. */
  | { readonly by: 'list'; readonly list: ListName; readonly refutes: boolean }
  /** An address in one of the operator's own autonomous systems. */
  | { readonly by: 'asn'; readonly asns: readonly number[]; readonly refutes: boolean }
  /** A signature of this agent host (Web Bot Auth). */
  | { readonly by: 'signature'; readonly host: string };

export interface KnownBot {
  /** Lower case; what rules call it. */
  readonly name: string;
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
const signature = (host: string): Proof => ({ by: 'signature', host });

type Row = readonly [name: string, needles: readonly string[], ...proofs: readonly Proof[]];

const ROWS: readonly Row[] = [
  // Google: https://developers.google.com/crawling/docs/crawlers-fetchers/overview-google-crawlers
  [
    'googlebot',
    ['googlebot', 'google-inspectiontool', 'storebot-google'],
    published('google-common'),
  ],
  ['googleother', ['googleother', 'google-cloudvertexbot'], published('google-common')],
  [
    'google-special',
    ['adsbot-google', 'mediapartners-google', 'apis-google', 'google-safety'],
    published('google-special'),
  ],
  [
    'google-feeds',
    ['feedfetcher-google', 'googleproducer', 'google-podcast'],
    published('google-user-fetchers'),
  ],
  [
    'google-fetchers',
    ['google-site-verification', 'google-read-aloud', 'google-cws', 'google-pinpoint'],
    published('google-user-fetchers'),
  ],
  ['google-notebooklm', ['google-notebooklm'], published('google-user-fetchers')],
  ['google-agent', ['google-agent'], signature('agent.bot.goog')],
  // Search engines.
  ['bingbot', ['bingbot', 'bingpreview', 'adidxbot', 'msnbot'], published('bingbot')],
  ['duckduckbot', ['duckduckbot'], published('duckduckbot')],
  ['applebot', ['applebot'], published('applebot')],
  ['kagibot', ['kagi.com/bot', 'kagibot'], known('kagibot')],
  ['marginalia', ['search.marginalia.nu'], known('marginalia')],
  ['mojeekbot', ['mojeekbot'], published('mojeekbot')],
  ['qwantbot', ['qwantbot', 'qwantify'], published('qwantbot')],
  ['yandexbot', ['yandex.com/bots']],
  ['baiduspider', ['baiduspider']],
  ['seznambot', ['seznambot']],
  ['petalbot', ['petalbot']],
  ['amazonbot', ['amazonbot']],
  // Language models.
  ['gptbot', ['gptbot'], published('openai-gptbot')],
  ['oai-searchbot', ['oai-searchbot'], published('openai-searchbot')],
  ['chatgpt-user', ['chatgpt-user'], published('openai-chatgpt-user'), signature('chatgpt.com')],
  ['perplexitybot', ['perplexitybot'], published('perplexitybot')],
  ['perplexity-user', ['perplexity-user'], published('perplexity-user')],
  ['mistralai-user', ['mistralai-user'], published('mistralai-user')],
  ['duckassistbot', ['duckassistbot'], published('duckassistbot')],
  ['ccbot', ['ccbot'], published('ccbot')],
  ['claudebot', ['claudebot']],
  ['claude-searchbot', ['claude-searchbot']],
  ['claude-user', ['claude-user']],
  ['bytespider', ['bytespider']],
  ['meta-crawler', ['meta-externalagent'], owned(32934)],
  // Previews of links. Meta: https://developers.facebook.com/docs/sharing/webmasters/web-crawlers
  [
    'meta-preview',
    ['facebookexternalhit', 'facebookcatalog', 'meta-externalfetcher'],
    owned(32934),
  ],
  ['x-preview', ['twitterbot'], usual(13414)],
  ['linkedin-preview', ['linkedinbot'], usual(14413)],
  ['telegram-preview', ['telegrambot'], usual(44907, 59930, 62014, 62041)],
  ['vk-preview', ['vkshare']],
  ['slack-preview', ['slackbot', 'slack-imgproxy']],
  ['discord-preview', ['discordbot']],
  // WhatsApp asks from the phone of the person who sends the link.
  ['whatsapp-preview', ['whatsapp/']],
  ['pinterest', ['pinterestbot']],
  // Archives and citations.
  ['internet-archive', ['archive.org_bot'], known('internet-archive')],
  ['arquivo-pt', ['arquivo-web-crawler'], known('arquivo-pt')],
  ['wikimedia-citoid', ['citoid/wmf'], known('wikimedia')],
  ['wikimedia-zotero', ['zoterotranslationserver/wmf'], known('wikimedia')],
  // Monitors.
  ['uptimerobot', ['uptimerobot'], published('uptimerobot')],
  ['updown', ['updown.io'], published('updown')],
  ['betterstack', ['better uptime', 'betterstack']],
  ['pingdom', ['pingdom.com_bot']],
  // Search-engine optimisation.
  ['ahrefsbot', ['ahrefsbot', 'ahrefssiteaudit']],
  ['semrushbot', ['semrushbot', 'siteauditbot']],
  ['mj12bot', ['mj12bot']],
];

/**
 * The previews of Apple's Messages name Meta's and X's bots, and come from the telephones of the
 * people who send the link: no bot of Meta and no false one.
 */
const APPLE_MESSAGES: KnownBot = {
  name: 'apple-messages-preview',
  needles: ['facebookexternalhit/1.1 facebot twitterbot/1.0'],
  proofs: [],
  insteadOf: ['meta-preview', 'x-preview'],
};

/** Every known bot; names are unique. */
export const KNOWN_BOTS: readonly KnownBot[] = [
  ...ROWS.map(([name, needles, ...proofs]) => {
    return { name, needles, proofs };
  }),
  APPLE_MESSAGES,
];

/** From the host of each signed agent that the table knows to its bot's name. */
export const SIGNED_AGENTS: ReadonlyMap<string, string> = new Map(
  KNOWN_BOTS.flatMap(({ name, proofs }) =>
    proofs.flatMap((proof) => (proof.by === 'signature' ? [[proof.host, name] as const] : [])),
  ),
);
