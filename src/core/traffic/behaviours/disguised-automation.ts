/**
 * Fleets of real browsers without a person.
 *
 * Owns automation that is disguised: the hardest to tell from people, address by address. How a careful
 * reader of the whole log could tell is said beside each; none of these sentences may guide a classifier.
 */
import type { RandomSource } from '../../random-source.ts';
import type { Behaviour } from '../behaviour.ts';
import { createCache, loadPage, type Browser } from '../page-load.ts';
import { around, type World } from '../world.ts';
import { FACETS, narrow, originOf } from './held-out-fleets.ts';
import { createMachine } from './machine.ts';

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

/**
 * Each combination of filters of each listing, from rented machines whose browsers were told to spare
 * pictures. Told by: a dozen pages of which each says that it was reached from the one before, filters
 * upon filters, with scripts and style sheets and never an image, a font or an icon.
 */
function facetCrawler(world: World): Behaviour {
  let facets: readonly string[] | undefined;
  const browser: Browser = { ...COMPLETE, loadsImages: false, loadsFonts: false };
  return {
    name: 'disguised-facet-crawler',
    class: 'automation',
    share: 5,
    rhythm: 'steady',
    campaign: 25,
    *start({ timeMs, requests, random }) {
      const { site } = world;
      facets ??= FACETS.filter(() => random.next() < 0.6).concat('order');
      const visitor = createMachine(world, random, {
        behaviour: 'disguised-facet-crawler',
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
    name: 'disguised-stock-checker',
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
        behaviour: 'disguised-stock-checker',
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

/** Automation of real browsers. */
export function createDisguisedAutomation(world: World): readonly Behaviour[] {
  return [facetCrawler(world), stockChecker(world), clickBooster(world)];
}
