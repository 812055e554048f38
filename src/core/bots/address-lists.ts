/**
 * Where operators publish the addresses of their bots.
 *
 * Owns the fixed URLs and the format of each. Must not fetch anything. The URLs are constants and
 * nothing of a request can become one (SECURITY-BAR F08); a list without a URL changes with the
 * snapshot alone.
 */

export type ListFormat =
  /** `{"prefixes": [{"ipv4Prefix": "..."} | {"ipv6Prefix": "..."}]}` */
  | 'prefixes'
  /** `["address or network", ...]` */
  | 'strings'
  /** One address or network a line; `#` begins a comment. */
  | 'lines';

export interface AddressList {
  readonly format: ListFormat;
  /** Read in turn, taken together; the list is refreshed when all of them could be read. */
  readonly urls: readonly string[];
}

const prefixes = (...urls: readonly string[]): AddressList => ({ format: 'prefixes', urls });
const GOOGLE = 'https://developers.google.com/static/crawling/ipranges';
/** Known otherwise than from a list at a URL. */
const UNPUBLISHED: AddressList = { format: 'lines', urls: [] };

export const ADDRESS_LISTS = {
  'google-common': prefixes(`${GOOGLE}/common-crawlers.json`),
  'google-special': prefixes(`${GOOGLE}/special-crawlers.json`),
  'google-user-fetchers': prefixes(`${GOOGLE}/user-triggered-fetchers-google.json`),
  bingbot: prefixes('https://www.bing.com/toolbox/bingbot.json'),
  duckduckbot: prefixes('https://duckduckgo.com/duckduckbot.json'),
  duckassistbot: prefixes('https://duckduckgo.com/duckassistbot.json'),
  applebot: prefixes('https://search.developer.apple.com/applebot.json'),
  'openai-gptbot': prefixes('https://openai.com/gptbot.json'),
  'openai-searchbot': prefixes('https://openai.com/searchbot.json'),
  'openai-chatgpt-user': prefixes('https://openai.com/chatgpt-user.json'),
  perplexitybot: prefixes('https://www.perplexity.com/perplexitybot.json'),
  'perplexity-user': prefixes('https://www.perplexity.com/perplexity-user.json'),
  'mistralai-user': prefixes('https://mistral.ai/mistralai-user-ips.json'),
  ccbot: prefixes('https://index.commoncrawl.org/ccbot.json'),
  mojeekbot: prefixes('https://www.mojeek.com/mojeekbot.json'),
  qwantbot: prefixes('https://help.qwant.com/wp-content/uploads/sites/latest/qwantbot.json'),
  uptimerobot: {
    format: 'lines',
    urls: ['https://cdn.uptimerobot.com/api/IPv4andIPv6.txt'],
  },
  updown: {
    format: 'strings',
    urls: ['https://updown.io/api/ipv4', 'https://updown.io/api/ipv6'],
  },
  kagibot: UNPUBLISHED,
  marginalia: UNPUBLISHED,
  'internet-archive': UNPUBLISHED,
  'arquivo-pt': UNPUBLISHED,
  wikimedia: UNPUBLISHED,
} as const satisfies Readonly<Record<string, AddressList>>;

export type ListName = keyof typeof ADDRESS_LISTS;

/** Whether `name` is one of the lists. */
export function isListName(name: string): name is ListName {
  return Object.hasOwn(ADDRESS_LISTS, name);
}

/** Every list, in the order of the table. */
export const LIST_NAMES: readonly ListName[] = Object.keys(ADDRESS_LISTS).filter(isListName);

const TURN_HOURS = 6;
const HOUR_SECONDS = 3600;

/**
 * The lists whose turn it is in this hour: each published list once in six hours, a few at a time,
 * so that one run of an hourly trigger stays small.
 */
export function listsDueAt(nowSeconds: number): readonly ListName[] {
  const turn = Math.floor(nowSeconds / HOUR_SECONDS) % TURN_HOURS;
  const published = LIST_NAMES.filter((name) => ADDRESS_LISTS[name].urls.length > 0);
  return published.filter((_, at) => at % TURN_HOURS === turn);
}
