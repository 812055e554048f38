/**
 * Bots that say what they are: their agents, as their operators publish them.
 *
 * Owns the table. Must not know how a bot moves, nor how it is classed. Date: 2026-11.
 */
import type { ListName } from '../../bots/address-lists.ts';

export type Manner = 'crawl' | 'feed' | 'monitor' | 'fetch' | 'script';

export interface BotRow {
  readonly name: string;
  readonly share: number;
  readonly manner: Manner;
  readonly agents: readonly string[];
  /** The list that its addresses are drawn from. */
  readonly list?: ListName;
  /** Where it comes from; proves it where there is no list and the log knows it. */
  readonly asn?: number;
  readonly campaign: number;
}

const BLINK = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const NEXUS = `Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) ${BLINK}`;
const GOOGLEBOT: readonly string[] = [
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  `${NEXUS} Chrome/157.0.7700.62 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)`,
];
const BINGBOT: readonly string[] = [
  `Mozilla/5.0 ${BLINK}; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/136.0.0.0 Safari/537.36`,
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
];
const gpt = (name: string): string =>
  `Mozilla/5.0 ${BLINK}; compatible; ${name}; +https://openai.com/${name.split('/')[0]?.toLowerCase()}`;
const GPTBOT = [gpt('GPTBot/1.3')];
const APPLEBOT = [
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)',
];
const UPTIMEROBOT = ['Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)'];

/** Bots that a published list proves. */
export const LISTED: readonly BotRow[] = [
  {
    name: 'googlebot',
    share: 9,
    manner: 'crawl',
    agents: GOOGLEBOT,
    list: 'google-common',
    asn: 15169,
    campaign: 220,
  },
  {
    name: 'bingbot',
    share: 5,
    manner: 'crawl',
    agents: BINGBOT,
    list: 'bingbot',
    asn: 8075,
    campaign: 200,
  },
  {
    name: 'duckduckbot',
    share: 0.6,
    manner: 'crawl',
    agents: ['DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)'],
    list: 'duckduckbot',
    asn: 8075,
    campaign: 60,
  },
  {
    name: 'applebot',
    share: 1.4,
    manner: 'crawl',
    agents: APPLEBOT,
    list: 'applebot',
    asn: 714,
    campaign: 300,
  },
  {
    name: 'gptbot',
    share: 4,
    manner: 'crawl',
    agents: GPTBOT,
    list: 'openai-gptbot',
    asn: 8075,
    campaign: 350,
  },
  {
    name: 'oai-searchbot',
    share: 1.2,
    manner: 'crawl',
    agents: [gpt('OAI-SearchBot/1.0')],
    list: 'openai-searchbot',
    asn: 8075,
    campaign: 200,
  },
  {
    name: 'chatgpt-user',
    share: 0.8,
    manner: 'fetch',
    agents: [`Mozilla/5.0 ${BLINK}; compatible; ChatGPT-User/1.0; +https://openai.com/bot`],
    list: 'openai-chatgpt-user',
    asn: 8075,
    campaign: 12,
  },
  {
    name: 'perplexitybot',
    share: 0.6,
    manner: 'crawl',
    agents: [
      `Mozilla/5.0 ${BLINK}; compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)`,
    ],
    list: 'perplexitybot',
    asn: 14618,
    campaign: 120,
  },
  {
    name: 'ccbot',
    share: 1.2,
    manner: 'crawl',
    agents: ['CCBot/2.0 (https://commoncrawl.org/faq/)'],
    list: 'ccbot',
    asn: 14618,
    campaign: 500,
  },
  {
    name: 'uptimerobot',
    share: 0.8,
    manner: 'monitor',
    agents: UPTIMEROBOT,
    list: 'uptimerobot',
    asn: 14061,
    campaign: 200,
  },
  {
    name: 'internet-archive',
    share: 0.6,
    manner: 'crawl',
    agents: [
      'Mozilla/5.0 (compatible; archive.org_bot +http://archive.org/details/archive.org_bot)',
    ],
    list: 'internet-archive',
    asn: 7941,
    campaign: 200,
  },
];

const FACEBOOK = ['facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)'];

/** Programs that nothing proves here. */
export const UNLISTED: readonly BotRow[] = [
  {
    name: 'seo-crawler',
    share: 6,
    manner: 'crawl',
    agents: [
      'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)',
      'Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)',
      'Mozilla/5.0 (compatible; MJ12bot/v1.4.8; http://mj12bot.com/)',
      'Mozilla/5.0 (compatible; DotBot/1.2; +https://opensiteexplorer.org/dotbot; help@moz.com)',
      'Mozilla/5.0 (compatible; BLEXBot/1.0; +https://help.seranking.com/en/blex-crawler)',
      'Mozilla/5.0 (compatible; DataForSeoBot/1.0; +https://dataforseo.com/dataforseo-bot)',
      'serpstatbot/2.1 (advanced backlink tracking bot; https://serpstatbot.com/; abuse@serpstatbot.com)',
    ],
    campaign: 600,
  },
  {
    name: 'ai-crawler',
    share: 7,
    manner: 'crawl',
    agents: [
      `Mozilla/5.0 ${BLINK}; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)`,
      `Mozilla/5.0 (Linux; Android 5.0) ${BLINK} (compatible; Bytespider; spider-feedback@bytedance.com)`,
      `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_10_1) ${BLINK} Chrome/119.0.6045.214 Safari/537.36 (compatible; Amazonbot/0.1; +https://developer.amazon.com/support/amazonbot)`,
      `Mozilla/5.0 (compatible; TikTokSpider; ttspider-feedback@tiktok.com)`,
      'Mozilla/5.0 (compatible; ImagesiftBot; +imagesift.com)',
      'Mozilla/5.0 (compatible; Timpibot/0.9; +http://www.timpi.io)',
      'cohere-training-data-crawler/1.0',
    ],
    campaign: 1100,
  },
  {
    name: 'search-crawler',
    share: 3,
    manner: 'crawl',
    agents: [
      'Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)',
      'Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)',
      'Mozilla/5.0 (compatible; SeznamBot/4.0; +https://o-seznam.cz/napoveda/vyhledavani/en/seznambot-crawler/)',
      `Mozilla/5.0 (Linux; Android 7.0;) ${BLINK} Mobile Safari/537.36 (compatible; PetalBot;+https://webmaster.petalsearch.com/site/petalbot)`,
    ],
    campaign: 400,
  },
  {
    name: 'feed-reader',
    share: 3,
    manner: 'feed',
    agents: [
      'Feedly/1.0 (+https://feedly.com/poller.html; 14 subscribers)',
      'Mozilla/5.0 (compatible; Miniflux/2.2.13; +https://miniflux.app)',
      'FreshRSS/1.27.1 (Linux; https://freshrss.org)',
      'NetNewsWire (RSS Reader; https://netnewswire.com/)',
      'Tiny Tiny RSS/25.08-1 (https://tt-rss.org/)',
      'Inoreader/1.0 (+http://www.inoreader.com/feed-fetcher; 6 subscribers; )',
      'NewsBlur Feed Fetcher - 9 subscribers - https://www.newsblur.com/site/1/',
      'Liferea/1.15.8 (Linux; https://lzone.de/liferea/) AppleWebKit (KHTML, like Gecko)',
      'newsboat/2.40.0 (Linux x86_64)',
    ],
    campaign: 90,
  },
  {
    name: 'script',
    share: 4,
    manner: 'script',
    agents: [
      'curl/8.14.1',
      'curl/7.88.1',
      'python-requests/2.32.5',
      'Python-urllib/3.13',
      'Go-http-client/2.0',
      'Wget/1.25.0',
      'okhttp/5.1.0',
      'axios/1.12.2',
      'node-fetch/1.0 (+https://github.com/bitinn/node-fetch)',
      'Java/21.0.8',
      'Apache-HttpClient/5.5 (Java/21.0.8)',
      'Scrapy/2.13.3 (+https://scrapy.org)',
      'python-httpx/0.28.1',
      'aiohttp/3.12.15',
      'libwww-perl/6.79',
      'colly - https://github.com/gocolly/colly/v2',
    ],
    campaign: 120,
  },
  {
    name: 'uptime-monitor',
    share: 1,
    manner: 'monitor',
    agents: [
      'Better Uptime Bot Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/74.0.3729.169 Safari/537.36',
      'Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)',
      'Uptime-Kuma/2.0.2',
      'StatusCake',
      'Site24x7',
    ],
    campaign: 250,
  },
  {
    name: 'link-preview',
    share: 1,
    manner: 'fetch',
    agents: [
      'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
      'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)',
      'WhatsApp/2.25.27.12 A',
      'Mastodon/4.5.0 (http.rb/5.3.1; +https://social.example/)',
      'Synapse (bot; +https://github.com/matrix-org/synapse)',
      'Mozilla/5.0 (compatible; SkypeUriPreview Preview/0.5) skype-url-preview@microsoft.com',
    ],
    campaign: 8,
  },
];

/** Proved by its autonomous system alone. */
export const META: BotRow = {
  name: 'meta-preview',
  share: 0.6,
  manner: 'fetch',
  agents: FACEBOOK,
  asn: 32934,
  campaign: 40,
};

/** Bots that have one list to be refuted by, and are worth to be lied about. */
export const CLAIMED: readonly (readonly string[])[] = [
  GOOGLEBOT,
  GOOGLEBOT,
  BINGBOT,
  GPTBOT,
  APPLEBOT,
];
