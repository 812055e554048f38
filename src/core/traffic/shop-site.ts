/**
 * A shop with a script-driven front.
 *
 * Owns its paths; must not know who buys.
 */
import {
  createLinks,
  createPopularity,
  mix,
  sizeOf,
  wordsOf,
  type Asset,
  type Page,
  type Site,
  type SiteSeed,
} from './site.ts';

const PRODUCTS = 9_000;
const CATEGORIES = 140;
const SORTS = ['price-asc', 'price-desc', 'newest', 'rating'];
const COLOURS = ['red', 'blue', 'green', 'black', 'white', 'grey'];

const data = (target: string, bytes: number): Asset => ({
  target,
  bytes,
  kind: 'data',
  caching: 'none',
});

const kept = (target: string, bytes: number, kind: Asset['kind']): Asset => ({
  target,
  bytes,
  kind,
  caching: 'immutable',
});

function shellOf(salt: number): readonly Asset[] {
  const named = (name: string, at: number): string => {
    const [stem, ending] = name.split('.');
    return `/assets/${stem}-${mix(salt, at).toString(36).slice(0, 6)}.${ending}`;
  };
  return [
    kept(named('shop.css', 1), 34_800, 'style'),
    kept(named('vendor.js', 2), 96_200, 'script'),
    kept(named('shop.js', 3), 61_700, 'script'),
    kept(named('text.woff2', 4), 27_900, 'font'),
    kept(named('bold.woff2', 5), 28_300, 'font'),
    kept('/assets/logo.svg', 3_100, 'image'),
    { target: '/config/runtime.js', bytes: 910, kind: 'script', caching: 'minutes' },
    kept('/favicon.ico', 4_286, 'image'),
  ];
}

interface Shop {
  readonly salt: number;
  readonly count: number;
}

function idOf({ salt }: Shop, index: number): number {
  return 10_000 + (mix(salt + 4, index) % 900_000);
}

function productOf(shop: Shop, index: number): string {
  return `/p/${wordsOf(shop.salt, index).join('-')}-${idOf(shop, index)}`;
}

function photoOf(shop: Shop, index: number, size: { readonly k: number; readonly width: number }) {
  const { k, width } = size;
  const bytes = sizeOf(width * 38, mix(index, k));
  return kept(`/media/${idOf(shop, index)}/${k}-${width}.webp`, bytes, 'image');
}

/** Small photos of products of a list. */
function photosOf(shop: Shop, from: number, length: number): readonly Asset[] {
  return Array.from({ length }, (_, k) =>
    photoOf(shop, (from + k * 7) % shop.count, { k: 0, width: 300 }),
  );
}

function categoryOf(shop: Shop, n: number, rest: string): Page {
  const name = wordsOf(shop.salt + 6, n % CATEGORIES).join('-');
  const images = photosOf(shop, (n * 53) % shop.count, 12);
  return { target: `/c/${name}${rest}`, bytes: sizeOf(21_000, mix(shop.salt, n)), images };
}

function filterOf(n: number, k: number): string {
  const parts = [
    `sort=${SORTS[k % 4]}`,
    `colour=${COLOURS[(k >>> 2) % 6]}`,
    `price_min=${10 * (k % 40)}`,
  ];
  return `?${parts.slice(0, 1 + (mix(n, k) % 3)).join('&')}&page=${1 + (k % 24)}`;
}

type Pages = Pick<Site, 'page' | 'listing' | 'search' | 'deep'>;

function pagesOf(shop: Shop): Pages {
  const { salt, count } = shop;
  return {
    page: (index) => ({
      target: productOf(shop, index),
      bytes: sizeOf(15_800, mix(salt + 1, index)),
      images: Array.from({ length: 2 + (mix(salt, index) % 5) }, (_, k) =>
        photoOf(shop, index, { k, width: 720 }),
      ),
    }),
    listing: (n) =>
      categoryOf(shop, n, n < CATEGORIES ? '' : `?page=${1 + Math.floor(n / CATEGORIES)}`),
    search: (words, page) => {
      const target = `/search?q=${words.replaceAll(' ', '+')}${page > 0 ? `&page=${page + 1}` : ''}`;
      const from = mix(salt, words.length * 31 + page) % count;
      return { target, bytes: 17_400, images: photosOf(shop, from, 8) };
    },
    deep: (index, k) => categoryOf(shop, mix(index, k >>> 3) % CATEGORIES, filterOf(index, k)),
  };
}

type Calls = Pick<Site, 'beacon' | 'poll' | 'suggest' | 'api'>;

function callsOf(shop: Shop): Calls {
  return {
    beacon: (index) => data(`/api/v1/stock?sku=${idOf(shop, index)}`, 318),
    poll: () => data('/api/v1/cart', 406),
    suggest: (prefix) => data(`/api/v1/suggest?q=${prefix.replaceAll(' ', '%20')}`, 730),
    api: (n) =>
      data(
        n % 3 === 0
          ? `/api/v1/products?page=${1 + Math.floor(n / 3)}&per_page=48`
          : `/api/v1/products/${idOf(shop, n % shop.count)}`,
        sizeOf(3_900, mix(shop.salt, n)),
      ),
  };
}

/** A shop of about 9,000 products. */
export function createShopSite(seed: SiteSeed): Site {
  const { salt, scale, exponent } = seed;
  const count = Math.round(PRODUCTS * scale);
  const shop = { salt, count };
  return {
    name: 'shop',
    host: 'shop.example.com',
    pageCount: count,
    home: { target: '/', bytes: 24_600, images: photosOf(shop, 0, 14) },
    embedded: (index) => photoOf(shop, index, { k: 0, width: 720 }),
    ...pagesOf(shop),
    ...callsOf(shop),
    draw: createPopularity(count, exponent),
    follow: createLinks({ ...seed, count }),
    shell: shellOf(salt),
    loginTarget: '/account/login',
    commentTarget: (index) => `${productOf(shop, index)}/reviews`,
    feeds: ['/feed/news.xml', '/feed/products.atom'],
    sitemaps: ['/sitemap.xml', '/sitemap/products-1.xml.gz', '/sitemap/categories.xml.gz'],
  };
}
