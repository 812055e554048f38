/**
 * An encyclopaedia as MediaWiki serves it.
 *
 * Owns its paths (https://www.mediawiki.org/wiki/Manual:Short_URL, API:Main_page); must not know
 * who reads.
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

const PAGES = 42_000;
const REVISION_LIMITS = [50, 100, 250, 500];

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function shellOf(salt: number): readonly Asset[] {
  const version = mix(salt, 1).toString(36).slice(0, 5);
  const load = '/w/load.php?lang=en&modules=';
  return [
    {
      target: `${load}ext.cite.styles%7Cskins.vector.styles&only=styles&skin=vector-2022`,
      bytes: 21_400,
      kind: 'style',
      caching: 'hours',
    },
    {
      target: `${load}startup&only=scripts&raw=1&skin=vector-2022`,
      bytes: 13_100,
      kind: 'script',
      caching: 'minutes',
    },
    {
      target: `${load}jquery%7Cmediawiki.base%7Cskins.vector.js&skin=vector-2022&version=${version}`,
      bytes: 58_300,
      kind: 'script',
      caching: 'immutable',
    },
    { target: '/static/images/wordmark.svg', bytes: 4_210, kind: 'image', caching: 'immutable' },
    { target: '/static/images/icon.svg', bytes: 1_530, kind: 'image', caching: 'immutable' },
    { target: '/static/favicon.ico', bytes: 2_734, kind: 'image', caching: 'immutable' },
  ];
}

function imagesOf(salt: number, index: number): readonly Asset[] {
  const hash = mix(salt + 2, index);
  const count = hash % 9 > 2 ? (hash % 9) - 2 : 0;
  return Array.from({ length: count }, (_, k): Asset => {
    const own = mix(hash, k);
    const folder = (own & 255).toString(16).padStart(2, '0');
    const name = `${capital(wordsOf(salt + 3, own % 9000).join('_'))}.jpg`;
    const path = `${folder.slice(0, 1)}/${folder}/${name}`;
    return {
      target: `/images/thumb/${path}/${k === 0 ? 330 : 250}px-${name}`,
      bytes: sizeOf(k === 0 ? 24_000 : 13_000, own),
      kind: 'image',
      caching: 'hours',
    };
  });
}

const data = (target: string, bytes: number): Asset => ({
  target,
  bytes,
  kind: 'data',
  caching: 'none',
});

/** A page without images of its own. */
const special = (target: string, bytes: number): Page => ({ target, bytes, images: [] });

function titleOf(salt: number, index: number): string {
  return capital(wordsOf(salt, index).join('_'));
}

function deepOf(salt: number, index: number, k: number): Page {
  const revision = 900_000 + (mix(index, k) % 400_000);
  const forms = [
    `action=history&offset=&limit=${REVISION_LIMITS[k % 4]}`,
    `oldid=${revision}`,
    `diff=${revision + 1 + (k % 90)}&oldid=${revision}`,
    'action=info',
    `action=edit&section=${k % 9}`,
  ];
  const target = `/w/index.php?title=${titleOf(salt, index)}&${forms[k % forms.length]}`;
  return special(target, sizeOf(18_000, mix(index, k)));
}

type Pages = Pick<Site, 'page' | 'listing' | 'search' | 'deep'>;

function pagesOf(salt: number, count: number): Pages {
  return {
    page: (index) => ({
      target: `/wiki/${titleOf(salt, index)}`,
      bytes: sizeOf(16_500, mix(salt + 1, index)),
      images: imagesOf(salt, index),
    }),
    listing: (n) =>
      special(
        n % 3 === 0
          ? `/w/index.php?title=Special:AllPages&from=${titleOf(salt, (n * 37) % count)}`
          : `/wiki/Category:${titleOf(salt, n % 1200)}`,
        sizeOf(9_000, mix(salt, n)),
      ),
    search: (words, page) => {
      const offset = page > 0 ? `&offset=${page * 20}&limit=20` : '';
      const term = words.replaceAll(' ', '+');
      return special(`/w/index.php?search=${term}&title=Special%3ASearch${offset}`, 11_300);
    },
    deep: (index, k) => deepOf(salt, index, k),
  };
}

type Calls = Pick<Site, 'beacon' | 'poll' | 'suggest' | 'api'>;

function callsOf(salt: number, count: number): Calls {
  return {
    beacon: () => undefined,
    poll: () => data('/w/api.php?action=query&format=json&meta=notifications&notprop=count', 212),
    suggest: (prefix) => {
      const term = prefix.replaceAll(' ', '%20');
      return data(`/w/rest.php/v1/search/title?q=${term}&limit=10`, 640 + prefix.length * 23);
    },
    api: (n) =>
      data(
        n % 2 === 0
          ? `/w/api.php?action=query&format=json&prop=extracts&pageids=${1000 + n}`
          : `/w/api.php?action=parse&format=json&page=${titleOf(salt, n % count)}&prop=wikitext`,
        sizeOf(5_200, mix(salt, n)),
      ),
  };
}

/** An encyclopaedia of about 42,000 pages. */
export function createWikiSite(seed: SiteSeed): Site {
  const { salt, scale, exponent } = seed;
  const count = Math.round(PAGES * scale);
  return {
    name: 'wiki',
    host: 'wiki.example.org',
    pageCount: count,
    home: { target: '/wiki/Main_Page', bytes: 19_800, images: imagesOf(salt, 0) },
    embedded: (index) => imagesOf(salt, index)[0],
    ...pagesOf(salt, count),
    ...callsOf(salt, count),
    draw: createPopularity(count, exponent),
    follow: createLinks({ ...seed, count }),
    shell: shellOf(salt),
    loginTarget: '/w/index.php?title=Special:UserLogin',
    commentTarget: (index) => `/w/index.php?title=${titleOf(salt, index)}&action=submit`,
    feeds: [
      '/w/index.php?title=Special:RecentChanges&feed=atom',
      '/w/api.php?action=featuredfeed&feed=featured',
    ],
    sitemaps: [
      '/sitemap.xml',
      '/sitemap/sitemap-wiki-NS_0-0.xml',
      '/sitemap/sitemap-wiki-NS_0-1.xml',
    ],
  };
}
