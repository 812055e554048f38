/**
 * Presets: what most sites want, as documents in the operator's own language.
 *
 * Owns their rules; each is a policy document that `decodeDocument` reads, so whatever a preset
 * does an operator can do too. Must not know how documents are completed.
 *
 * Every allow rests on an address, a signature or a place on the site, never on what a client says
 * of itself (SECURITY-BAR D03), and stays below the network's ceiling. An operator's rule of the
 * same name replaces one of these.
 */
import type { PresetName } from './policy-document.ts';
import {
  API,
  FEEDS,
  FEW_FEEDS,
  GIT,
  HEALTH,
  HOME_FEEDS,
  HOME_WEBHOOKS,
  PREFLIGHTS,
  PUBLIC_FILES,
  READING,
  WEBHOOKS,
  type Table,
} from './preset-places.ts';

/**
 * Search engines whose identity is proven: a site that they cannot read is a site nobody finds.
 * `google-special` looks at the pages that the site's own advertisements lead to.
 */
const SEARCH_ENGINES: Table = {
  name: 'preset.search-engines',
  action: 'allow',
  limited: true,
  method: READING,
  verifiedBot: [
    'googlebot',
    'google-special',
    'bingbot',
    'duckduckbot',
    'applebot',
    'kagibot',
    'marginalia',
    'mojeekbot',
    'qwantbot',
  ],
};

const MONITORS: Table = {
  name: 'preset.monitors',
  action: 'allow',
  limited: true,
  method: READING,
  verifiedBot: ['uptimerobot', 'updown'],
};

/** Link previews in messengers and social networks, and feed fetchers that prove who they are. */
const PREVIEWS: Table = {
  name: 'preset.previews',
  action: 'allow',
  limited: true,
  method: READING,
  verifiedBot: [
    'meta-preview',
    'x-preview',
    'linkedin-preview',
    'telegram-preview',
    'google-feeds',
    'google-fetchers',
    'wikimedia-citoid',
  ],
};

const ARCHIVES: Table = {
  name: 'preset.archives',
  action: 'allow',
  limited: true,
  method: READING,
  verifiedBot: ['internet-archive', 'arquivo-pt'],
};

/** Who says to be a bot that could prove it, and does not, is none. */
const FALSE_BOTS: Table = { name: 'preset.false-bots', falseBot: ['*'] };
/** Charged and not denied: a list of addresses that was not refreshed for long may be wrong. */
const CHARGE_FALSE_BOTS: Table = { ...FALSE_BOTS, action: 'charge', minSolutions: 128 };
const BLOCK_FALSE_BOTS: Table = { ...FALSE_BOTS, action: 'charge', minSolutions: 256, tier: 1 };

/** Liars come last: at a place that is open to everybody they take nothing that is not theirs. */
const BALANCED: readonly Table[] = [
  SEARCH_ENGINES,
  MONITORS,
  PREVIEWS,
  ARCHIVES,
  PUBLIC_FILES,
  HEALTH,
  FEEDS,
  HOME_FEEDS,
  PREFLIGHTS,
  WEBHOOKS,
  HOME_WEBHOOKS,
  GIT,
  API,
  CHARGE_FALSE_BOTS,
];

/** As `balanced`, for sites without an API of their own: the rest is charged twice the entry fee. */
const STRICT: readonly Table[] = [
  SEARCH_ENGINES,
  MONITORS,
  PUBLIC_FILES,
  HEALTH,
  FEW_FEEDS,
  BLOCK_FALSE_BOTS,
];

const LOCKDOWN_PRICE = 17_476;
/** While an attack lasts: whoever has not paid four times the fee gets nothing but the feeds. */
const LOCKDOWN: readonly Table[] = [
  MONITORS,
  HEALTH,
  FEW_FEEDS,
  { ...BLOCK_FALSE_BOTS, requestPrice: 2 * LOCKDOWN_PRICE },
];

/** A preset as it would be written in a policy file. */
export const PRESETS: Readonly<Record<PresetName, Table>> = {
  monitor: { schema: 1, mode: 'dry-run', rules: BALANCED },
  balanced: { schema: 1, rules: BALANCED },
  strict: { schema: 1, rules: STRICT, default: { action: 'charge', minSolutions: 64 } },
  lockdown: {
    schema: 1,
    rules: LOCKDOWN,
    default: { action: 'charge', minSolutions: 128, requestPrice: LOCKDOWN_PRICE },
  },
};
