/**
 * Held-out fleets: many addresses, few requests from each, one purpose.
 *
 * Owns these behaviours. How each can be told from people is said beside it, and none of these
 * sentences may guide a classifier.
 */
import type { RandomSource } from '../../random-source.ts';
import type { Behaviour } from '../behaviour.ts';
import type { CarrierKind } from '../carriers.ts';
import { drawWords } from '../site.ts';
import type { Visitor } from '../traffic-request.ts';
import { around, type World } from '../world.ts';
import { ask, createMachine } from './machine.ts';

export const originOf = ({ site }: World): string => `https://${site.host}`;

export const FACETS = [
  'tag',
  'colour',
  'since',
  'kind',
  'lang',
  'size',
  'rating',
  'from',
  'material',
];

/** A listing narrowed by one facet or several. */
export function narrow(target: string, facets: readonly string[], random: RandomSource): string {
  const few = 0.15 + 0.4 * random.next();
  const drawn = facets.filter(() => random.next() < few);
  const chosen = drawn.length > 0 ? drawn : [random.pick(facets)];
  const parts = chosen.map((facet) => `${facet}=${drawWords(random).split(' ')[0] ?? ''}`);
  return `${target}${target.includes('?') ? '&' : '?'}${parts.join('&')}`;
}

/**
 * Each combination of filters of each listing, from rented machines. Told by: a dozen pages of which
 * each says that it was reached from the one before, no two alike, filters upon filters, no file.
 */
function facetCrawler(world: World): Behaviour {
  let facets: readonly string[] | undefined;
  return {
    name: 'facet-crawler',
    class: 'automation',
    share: 5,
    rhythm: 'steady',
    campaign: 15,
    *start({ timeMs, requests, random }) {
      facets ??= FACETS.filter(() => random.next() < 0.6).concat('order');
      const visitor = createMachine(world, random, {
        behaviour: 'facet-crawler',
        class: 'automation',
        agent: world.agents.current(random, 'desktop'),
        carrier: 'hosting',
      });
      const pauseMs = around(world.constant('facets.pause', 7_000), random);
      const listing = world.site.listing(random.integer(60));
      let target = listing.target;
      let referer = `${originOf(world)}/`;
      let atMs = timeMs;
      for (let n = 0; n < Math.max(5, requests); n += 1) {
        const bytes = Math.round(listing.bytes * (0.6 + 0.5 * random.next()));
        yield ask({ visitor, timeMs: atMs, target, bytes, referer, random });
        referer = originOf(world) + target;
        target = narrow(listing.target, facets, random);
        atMs += 700 + random.logNormal(pauseMs, 0.7);
      }
    },
  };
}

/**
 * Whether a few things are there again, asked from borrowed lines. Told by: households and telephones
 * of many countries come back hours later for the same few unpopular pages, and never for a file.
 */
function stockChecker(world: World): Behaviour {
  let items: readonly number[] | undefined;
  return {
    name: 'stock-checker',
    class: 'automation',
    share: 4,
    rhythm: 'steady',
    campaign: 9,
    *start({ timeMs, requests, random }) {
      const { site } = world;
      const count = 4 + Math.round(world.constant('stock.items', 3));
      items ??= Array.from({ length: count }, () => random.integer(site.pageCount));
      const isPhone = random.next() < world.share('stock.phones', 0.3);
      const visitor = createMachine(world, random, {
        behaviour: 'stock-checker',
        class: 'automation',
        agent: world.agents.current(random, isPhone ? 'phone' : 'desktop'),
        carrier: isPhone ? 'mobile' : 'household',
        isBrowser: true,
      });
      const restMs = world.constant('stock.rest', 7_200_000);
      let atMs = timeMs;
      for (let n = 0; n < Math.max(4, requests);) {
        const first = random.integer(items.length);
        for (let k = 2 + random.integer(2); k > 0; k -= 1) {
          const { target, bytes } = site.page(items[(first + k) % items.length] ?? 0);
          yield ask({ visitor, timeMs: atMs, target, bytes, random });
          n += 1;
          atMs += 900 + random.exponential(3_500);
        }
        atMs += 600_000 + random.exponential(restMs);
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
    share: 4,
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
  return [facetCrawler(world), stockChecker(world), cacheBuster(world)];
}
