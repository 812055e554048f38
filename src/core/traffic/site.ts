/**
 * What a site offers, as those who ask for it see it.
 *
 * Owns the shape of a site, the laws that sites share (popularity, sizes, names) and must not know
 * visitors.
 */
import type { RandomSource } from '../random-source.ts';

/** How a browser keeps a file: for good, for hours, for minutes, or not at all. */
export type Caching = 'immutable' | 'hours' | 'minutes' | 'none';

export interface Asset {
  readonly target: string;
  readonly bytes: number;
  readonly kind: 'style' | 'script' | 'font' | 'image' | 'data';
  readonly caching: Caching;
  /** Where not GET. */
  readonly method?: 'POST';
}

export interface Page {
  readonly target: string;
  readonly bytes: number;
  readonly images: readonly Asset[];
}

export interface Site {
  readonly name: SiteName;
  readonly host: string;
  /** Content pages, the most popular first. */
  readonly pageCount: number;
  readonly home: Page;
  page(index: number): Page;
  /** A content page by its popularity. */
  draw(random: RandomSource): number;
  /** A content page that page `index` links to. */
  follow(index: number, random: RandomSource): number;
  /** A picture that other sites show; `undefined`: this page has none. */
  embedded(index: number): Asset | undefined;
  /** What every page loads. */
  readonly shell: readonly Asset[];
  /** What scripts ask for on each page; `undefined`: nothing. */
  beacon(index: number): Asset | undefined;
  /** What an open page goes on asking for. */
  poll(): Asset;
  /** Listing number `n` of an endless row of them: categories, all pages, explore. */
  listing(n: number): Page;
  search(words: string, page: number): Page;
  suggest(prefix: string): Asset;
  /** Costly variants of a page: histories, differences, blame, filters; any `k` gives one. */
  deep(index: number, k: number): Page;
  /** Call number `n` of an endless row of calls of the machine interface. */
  api(n: number): Asset;
  readonly loginTarget: string;
  /** Where a comment, edit or review of a page is sent. */
  commentTarget(index: number): string;
  readonly feeds: readonly string[];
  readonly sitemaps: readonly string[];
}

export const SITE_NAMES = ['wiki', 'shop', 'forge'] as const;
export type SiteName = (typeof SITE_NAMES)[number];

/** What a site is made from: the same numbers give the same site. */
export interface SiteSeed {
  /** Any 32 bits. */
  readonly salt: number;
  /** About 1: how many pages, against the site's usual number. */
  readonly scale: number;
  /** About 1: Zipf's exponent. */
  readonly exponent: number;
}

/** 32 bits from numbers, the same each time (finaliser of MurmurHash3, A. Appleby). */
export function mix(a: number, b: number): number {
  let hash = Math.imul(a ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(b + 0x7f4a_7c15, 0xc2b2_ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** 40 lower-case hexadecimal digits, as a commit has them. */
export function digest(a: number, b: number): string {
  let text = '';
  for (let part = 0; part < 5; part += 1) {
    text += mix(mix(a, b), part + 11)
      .toString(16)
      .padStart(8, '0');
  }
  return text;
}

/** A size spread about `median`, the same for the same `hash`: most within a factor of three. */
export function sizeOf(median: number, hash: number): number {
  // The mean of three uniform numbers is close enough to normal.
  const a = (hash & 1023) + ((hash >>> 10) & 1023) + ((hash >>> 20) & 1023);
  return Math.round(median * Math.exp((a / 1534.5 - 1) * 1.6));
}

const NOUNS =
  `river bridge castle engine harbour garden forest tower railway station museum island valley
  mountain glacier lantern compass mill abbey market theatre library observatory canal tunnel fort
  quarry orchard meadow lagoon cape delta plateau basin ridge comet planet nebula crystal mineral
  copper silver iron granite marble amber coral violin piano organ trumpet drum ballad symphony opera
  novel poem treaty battle election senate duchy empire kingdom province parish guild senator admiral
  painter sculptor architect botanist chemist falcon heron otter badger salmon beetle orchid fern
  birch maple cedar willow barley rye saffron pepper ginger`.split(/\s+/);
const ADJECTIVES =
  `northern southern eastern western upper lower old new great little red white black green blue
  golden grey ancient modern royal central inner outer high deep long broad silent early late first
  second third common rare wild`.split(/\s+/);

/** Names: one to three words, more of them the rarer the thing is. */
export function wordsOf(salt: number, index: number): readonly string[] {
  const hash = mix(salt, index);
  const noun = NOUNS[hash % NOUNS.length] ?? '';
  if (index < 30) return [noun];
  const first = ADJECTIVES[(hash >>> 8) % ADJECTIVES.length] ?? '';
  if (index < 1500) return [first, noun];
  const other = NOUNS[(hash >>> 16) % NOUNS.length] ?? '';
  return [first, other, noun];
}

/** Words that people type into a search field. */
export function drawWords(random: RandomSource): string {
  const count = 1 + random.integer(3);
  return Array.from({ length: count }, () => random.pick(NOUNS)).join(' ');
}

/** Zipf's law over `count` ranks by the inverse of its continuous form. */
export function createPopularity(count: number, exponent: number) {
  // The form has a gap at 1.
  const s = Math.abs(exponent - 1) < 1e-3 ? 1.001 : exponent;
  const span = (count + 1) ** (1 - s) - 1;
  return (random: RandomSource): number => {
    const rank = (span * random.next() + 1) ** (1 / (1 - s));
    return Math.min(count - 1, Math.max(0, Math.floor(rank) - 1));
  };
}

/** Links lead to fixed neighbours of a page, and the others to what is popular. */
export function createLinks(site: SiteSeed & { readonly count: number }) {
  const popular = createPopularity(site.count, site.exponent);
  return (index: number, random: RandomSource): number => {
    if (random.next() < 0.4) return popular(random);
    const hash = mix(site.salt + 5, index * 64 + random.integer(40));
    // Neighbours are more popular than chance: the square pulls towards the front.
    return Math.floor((hash / 2 ** 32) ** 2 * site.count);
  };
}
