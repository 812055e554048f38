/**
 * Held-out fleets: many addresses, few requests from each, one purpose.
 *
 * Owns these behaviours. How each can be told from people is said beside it, and none of these
 * sentences may guide a classifier.
 */
import type { RandomSource } from '../../random-source.ts';
import type { Behaviour } from '../behaviour.ts';
import type { CarrierKind } from '../carriers.ts';
import { createCache, loadPage, type Browser } from '../page-load.ts';
import { drawWords } from '../site.ts';
import type { Visitor } from '../traffic-request.ts';
import { around, type World } from '../world.ts';
import { ask, createMachine } from './machine.ts';

const originOf = ({ site }: World): string => `https://${site.host}`;

const COMPLETE: Browser = {
  hidesReferer: false,
  runsScripts: true,
  loadsImages: true,
  loadsFonts: true,
  lagMs: 120,
};

/** A page of the less popular three quarters. */
function drawUnpopular({ site }: World, random: RandomSource): number {
  const first = Math.floor(site.pageCount / 4);
  return first + random.integer(site.pageCount - first);
}

const FACETS = ['tag', 'colour', 'since', 'kind', 'lang', 'size', 'rating', 'from', 'material'];

/** A listing narrowed by one facet or several. */
function narrow(target: string, facets: readonly string[], random: RandomSource): string {
  const few = 0.15 + 0.4 * random.next();
  const drawn = facets.filter(() => random.next() < few);
  const chosen = drawn.length > 0 ? drawn : [random.pick(facets)];
  const parts = chosen.map((facet) => `${facet}=${drawWords(random).split(' ')[0] ?? ''}`);
  return `${target}${target.includes('?') ? '&' : '?'}${parts.join('&')}`;
}

/**
 * Each combination of filters of each listing, from rented machines whose browsers were told to spare
 * pictures. Told by: a dozen pages of which each says that it was reached from the one before, filters
 * upon filters, with scripts and style sheets and never an image, a font or an icon.
 */
function facetCrawler(world: World): Behaviour {
  let facets: readonly string[] | undefined;
  const browser: Browser = { ...COMPLETE, loadsImages: false, loadsFonts: false };
  return {
    name: 'facet-crawler',
    class: 'automation',
    share: 5,
    rhythm: 'steady',
    campaign: 25,
    *start({ timeMs, requests, random }) {
      const { site } = world;
      facets ??= FACETS.filter(() => random.next() < 0.6).concat('order');
      const visitor = createMachine(world, random, {
        behaviour: 'facet-crawler',
        class: 'automation',
        agent: world.agents.current(random, 'desktop'),
        carrier: 'hosting',
        isBrowser: true,
      });
      const pauseMs = around(world.constant('facets.pause', 7_000), random);
      const listing = site.listing(random.integer(60));
      const cache = createCache();
      let page = listing;
      let referer = `${originOf(world)}/`;
      let atMs = timeMs;
      for (let sent = 0, pages = 0; pages < 5 || sent < requests; pages += 1) {
        const load = { site, page, index: -1, visitor, browser, cache, referer, random };
        for (const request of loadPage({ ...load, timeMs: atMs })) {
          sent += 1;
          atMs = request.timeMs;
          yield request;
        }
        referer = originOf(world) + page.target;
        const bytes = Math.round(listing.bytes * (0.6 + 0.5 * random.next()));
        page = { ...listing, target: narrow(listing.target, facets, random), bytes };
        atMs += 700 + random.logNormal(pauseMs, 0.7);
      }
    },
  };
}

/**
 * Whether a few things are there again, asked by real browsers on borrowed lines. Told by: households
 * and telephones of many countries ask for the same few unpopular pages, as if by the clock and at
 * night too, in the same order, and for nothing else.
 */
function stockChecker(world: World): Behaviour {
  let items: readonly number[] | undefined;
  return {
    name: 'stock-checker',
    class: 'automation',
    share: 5,
    rhythm: 'steady',
    campaign: 26,
    *start({ timeMs, requests, random }) {
      const { site } = world;
      const count = 4 + Math.round(world.constant('stock.items', 3));
      items ??= Array.from({ length: count }, () => drawUnpopular(world, random));
      const isPhone = random.next() < world.share('stock.phones', 0.3);
      const visitor = createMachine(world, random, {
        behaviour: 'stock-checker',
        class: 'automation',
        agent: world.agents.current(random, isPhone ? 'phone' : 'desktop'),
        carrier: isPhone ? 'mobile' : 'household',
        isBrowser: true,
      });
      const everyMs = world.constant('stock.every', 2_000_000);
      const first = random.integer(items.length);
      const own = [0, 1, 2].map((k) => items?.[(first + k) % items.length] ?? 0);
      const cache = createCache();
      for (let sent = 0, round = 0; round < 4 || sent < requests; round += 1) {
        let atMs = timeMs + everyMs * (round + 0.06 * random.next());
        for (const index of own) {
          const load = { site, page: site.page(index), index, visitor, browser: COMPLETE, cache };
          for (const request of loadPage({ ...load, timeMs: atMs, referer: '', random })) {
            sent += 1;
            atMs = request.timeMs;
            yield request;
          }
          atMs += 900 + random.exponential(3_500);
        }
      }
    },
  };
}

/**
 * Visits that are sold: browsers on borrowed lines come from a search to a page that is to look liked,
 * stay for a while, and come again as somebody else. Told by: a few unpopular pages have most visitors
 * from searches, who stay equally long, and who load again what they were told to keep for good.
 */
function clickBooster(world: World): Behaviour {
  let boosted: readonly number[] | undefined;
  return {
    name: 'click-booster',
    class: 'automation',
    share: 5,
    rhythm: 'people',
    campaign: 45,
    *start({ timeMs, requests, random }) {
      const { site } = world;
      boosted ??= Array.from({ length: 3 }, () => drawUnpopular(world, random));
      const visitor = createMachine(world, random, {
        behaviour: 'click-booster',
        class: 'automation',
        agent: world.agents.current(random, 'desktop'),
        carrier: 'household',
        isBrowser: true,
      });
      const dwellMs = world.constant('booster.dwell', 27_000);
      const restMs = world.constant('booster.rest', 2_700_000);
      let atMs = timeMs;
      for (let sent = 0, visits = 0; visits < 3 || sent < requests; visits += 1) {
        const cache = createCache();
        let index = random.pick(boosted);
        let referer = 'https://www.google.com/';
        for (let pages = 1 + random.integer(3); pages > 0; pages -= 1) {
          const page = site.page(index);
          const load = { site, page, index, visitor, browser: COMPLETE, cache, referer, random };
          for (const request of loadPage({ ...load, timeMs: atMs })) {
            sent += 1;
            atMs = request.timeMs;
            yield request;
          }
          referer = originOf(world) + page.target;
          index = site.follow(index, random);
          atMs += dwellMs * (0.9 + 0.2 * random.next());
        }
        atMs += 300_000 + random.exponential(restMs);
      }
    },
  };
}

const HEXADECIMAL = 16;

function drawToken(random: RandomSource): string {
  return random
    .integer(2 ** 31)
    .toString(HEXADECIMAL)
    .padStart(8, '0');
}

function createAttackers(world: World, random: RandomSource, size: number): readonly Visitor[] {
  return Array.from({ length: size }, () => {
    const carrier: CarrierKind = random.next() < 0.6 ? 'household' : 'hosting';
    return createMachine(world, random, {
      behaviour: 'cache-buster',
      class: 'automation',
      agent: world.agents.current(random, 'desktop'),
      carrier,
    });
  });
}

/**
 * A flood that no cache answers: one page under names that never were. Told by: within minutes dozens
 * of addresses ask for the same page a dozen times each, each time with another meaningless query.
 */
function cacheBuster(world: World): Behaviour {
  return {
    name: 'cache-buster',
    class: 'automation',
    share: 3,
    rhythm: 'steady',
    campaign: 700,
    *start({ timeMs, requests, random }) {
      const each = world.constant('flood.each', 18);
      const attackers = createAttackers(world, random, Math.max(12, Math.round(requests / each)));
      const victim = random.next() < 0.5 ? world.site.home : world.site.listing(random.integer(60));
      const joint = victim.target.includes('?') ? '&' : '?';
      const name = random.pick(['', 'v=', 'cb=', '_=', `${drawToken(random).slice(0, 3)}=`]);
      const pauseMs = world.constant('flood.lasts', 500_000) / requests;
      const broken = world.share('flood.broken', 0.2);
      const referer = random.pick(['', 'https://www.google.com/', originOf(world)]);
      let atMs = timeMs;
      for (let n = 0; n < requests; n += 1) {
        const status = random.next() < broken ? 503 : 200;
        const target = `${victim.target}${joint}${name}${drawToken(random)}`;
        const bytes = status === 200 ? victim.bytes : 190;
        const visitor = random.pick(attackers);
        yield ask({ visitor, timeMs: atMs, target, status, bytes, referer, random });
        atMs += random.exponential(pauseMs);
      }
    },
  };
}

/** Held-out fleets. */
export function createHeldOutFleets(world: World): readonly Behaviour[] {
  return [facetCrawler(world), stockChecker(world), clickBooster(world), cacheBuster(world)];
}
