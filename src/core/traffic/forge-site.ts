/**
 * A forge of source code as Forgejo and Gitea serve it.
 *
 * Owns its paths (https://forgejo.org/docs/latest/user/); must not know who reads.
 */
import {
  createLinks,
  createPopularity,
  digest,
  mix,
  sizeOf,
  wordsOf,
  type Asset,
  type Page,
  type Site,
  type SiteSeed,
} from './site.ts';

const PAGES = 30_000;
const REPOSITORIES = 2_200;
const NO_IMAGES: readonly Asset[] = [];
const ENDINGS = ['ts', 'c', 'rs', 'go', 'py', 'md', 'h', 'toml'];
const FOLDERS = ['src', 'lib', 'docs', 'test', 'include', 'tools'];

const data = (target: string, bytes: number): Asset => ({
  target,
  bytes,
  kind: 'data',
  caching: 'none',
});

function shellOf(salt: number): readonly Asset[] {
  const version = `v=13.0.${mix(salt, 1) % 9}`;
  const kept = (path: string, bytes: number, kind: Asset['kind']): Asset => {
    return { target: `/assets/${path}?${version}`, bytes, kind, caching: 'hours' };
  };
  return [
    kept('css/index.css', 88_400, 'style'),
    kept('css/theme-forgejo-auto.css', 12_700, 'style'),
    kept('js/webcomponents.js', 11_200, 'script'),
    kept('js/index.js', 182_300, 'script'),
    { target: '/assets/img/logo.svg', bytes: 1_980, kind: 'image', caching: 'hours' },
    { target: '/assets/img/favicon.svg', bytes: 1_980, kind: 'image', caching: 'hours' },
  ];
}

function repositoryOf(salt: number, n: number): string {
  const owner = wordsOf(salt + 7, (n * 13) % 900).join('');
  return `/${owner}/${wordsOf(salt + 8, n % REPOSITORIES).join('-')}`;
}

/** The repository that content page `index` lies in. */
function homeOf(salt: number, index: number): string {
  return repositoryOf(salt, mix(salt + 1, index) % REPOSITORIES);
}

function fileOf(salt: number, n: number): string {
  const hash = mix(salt + 9, n);
  const name = wordsOf(salt, hash % 3000).join('_');
  return `${FOLDERS[hash % 6]}/${name}.${ENDINGS[(hash >>> 6) % 8]}`;
}

/** Repositories lead; what lies in them follows. */
function targetOf(salt: number, index: number): string {
  if (index < REPOSITORIES / 2) return repositoryOf(salt, index);
  const hash = mix(salt + 2, index);
  const forms = [
    `/src/branch/main/${fileOf(salt, index)}`,
    `/issues/${1 + (hash % 400)}`,
    `/pulls/${1 + (hash % 200)}`,
    '/releases',
    `/commit/${digest(salt, index)}`,
  ];
  return homeOf(salt, index) + (forms[hash % forms.length] ?? '');
}

function avatarsOf(salt: number, index: number): readonly Asset[] {
  return Array.from({ length: 1 + (mix(salt + 3, index) % 4) }, (_, k): Asset => {
    const person = mix(salt, mix(index, k) % 600);
    const target = `/avatars/${digest(salt, person)}?size=48`;
    return { target, bytes: sizeOf(1_900, person), kind: 'image', caching: 'hours' };
  });
}

function deepOf(salt: number, index: number, k: number): Page {
  const commit = digest(salt + index, k >>> 2);
  const file = fileOf(salt, index + k);
  const forms = [
    `/blame/commit/${commit}/${fileOf(salt, index)}`,
    `/commits/commit/${commit}/${file}`,
    `/compare/${commit}...${digest(salt + index, k + 1)}`,
    `/src/commit/${commit}/${file}`,
    `/raw/commit/${commit}/${file}`,
    `/commit/${commit}.diff`,
  ];
  const target = homeOf(salt, index) + (forms[k % forms.length] ?? '');
  return { target, bytes: sizeOf(26_000, mix(index, k)), images: NO_IMAGES };
}

/** Descriptions of projects show pictures that lie in their repositories. */
function pictureOf(salt: number, index: number): Asset {
  const name = wordsOf(salt, mix(salt, index) % 700).join('-');
  const target = `${homeOf(salt, index)}/raw/branch/main/docs/${name}.png`;
  return { target, bytes: sizeOf(41_000, index), kind: 'image', caching: 'minutes' };
}

type Pages = Pick<Site, 'page' | 'listing' | 'search' | 'deep'>;

function pagesOf(salt: number): Pages {
  return {
    page: (index) => ({
      target: targetOf(salt, index),
      bytes: sizeOf(22_000, mix(salt + 4, index)),
      images: avatarsOf(salt, index),
    }),
    listing: (n) => ({
      target: `/explore/repos?page=${1 + n}&sort=${n % 2 === 0 ? 'recentupdate' : 'alphabetically'}`,
      bytes: sizeOf(12_000, mix(salt, n)),
      images: avatarsOf(salt, n),
    }),
    search: (words, page) => {
      const term = words.replaceAll(' ', '+');
      const target = `/explore/code?q=${term}${page > 0 ? `&page=${page + 1}` : ''}`;
      return { target, bytes: 13_900, images: NO_IMAGES };
    },
    deep: (index, k) => deepOf(salt, index, k),
  };
}

type Calls = Pick<Site, 'beacon' | 'poll' | 'suggest' | 'api'>;

function callsOf(salt: number): Calls {
  return {
    beacon: (index) => {
      if (index >= REPOSITORIES / 2) return undefined;
      return data(`${repositoryOf(salt, index)}/lastcommit/${digest(salt, index)}`, 1_240);
    },
    poll: () => data('/notifications/new', 41),
    suggest: (prefix) => data(`/repo/search?q=${prefix.replaceAll(' ', '+')}&limit=6`, 1_130),
    api: (n) =>
      data(
        n % 2 === 0
          ? `/api/v1/repos/search?page=${1 + (n >>> 1)}&limit=50`
          : `/api/v1/repos${repositoryOf(salt, n)}/contents/${fileOf(salt, n)}`,
        sizeOf(6_100, mix(salt, n)),
      ),
  };
}

/** A forge of 2,200 repositories and about 30,000 pages. */
export function createForgeSite(seed: SiteSeed): Site {
  const { salt, scale, exponent } = seed;
  const count = Math.round(PAGES * scale);
  const feedOf = (n: number, rest: string): string => repositoryOf(salt, n) + rest;
  return {
    name: 'forge',
    host: 'git.example.net',
    pageCount: count,
    home: { target: '/', bytes: 9_400, images: NO_IMAGES },
    embedded: (index) => pictureOf(salt, index),
    ...pagesOf(salt),
    ...callsOf(salt),
    draw: createPopularity(count, exponent),
    follow: createLinks({ ...seed, count }),
    shell: shellOf(salt),
    loginTarget: '/user/login',
    commentTarget: (index) => `${homeOf(salt, index)}/issues/${1 + (index % 400)}/comments`,
    feeds: [feedOf(0, '.atom'), feedOf(3, '/releases.atom'), feedOf(8, '.rss')],
    sitemaps: ['/sitemap.xml', '/explore/repos/sitemap-1.xml', '/explore/users/sitemap-1.xml'],
  };
}
