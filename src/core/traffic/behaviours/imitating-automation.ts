/**
 * Automation that imitates a part of what people's browsers do: their pauses, their files, their
 * telephones. A classifier may be developed on it.
 *
 * Owns these behaviours; must not know those that are held out.
 */
import type { RandomSource } from '../../random-source.ts';
import type { Behaviour } from '../behaviour.ts';
import { createCache, loadPage, requestPage, type Browser } from '../page-load.ts';
import { drawWords } from '../site.ts';
import type { TrafficRequest } from '../traffic-request.ts';
import { around, type World } from '../world.ts';
import { automationOf, type AutomationRow } from './automation.ts';
import { ask, createMachine } from './machine.ts';

const COMPLETE: Browser = {
  hidesReferer: false,
  runsScripts: true,
  loadsImages: true,
  loadsFonts: true,
  lagMs: 110,
};

const DAY_MS = 86_400_000;
const originOf = ({ site }: World): string => `https://${site.host}`;

/**
 * Images and nothing else. Told by: hundreds of images of hundreds of pages, and never a page; people
 * who see an image elsewhere see one or two, and their browsers say where.
 */
function imageHarvester(world: World): AutomationRow {
  return {
    name: 'image-harvester',
    share: 5,
    campaign: 700,
    carrier: 'hosting',
    *run({ visitor, timeMs, requests, random }) {
      const pauseMs = around(world.constant('images.pause', 1_100), random);
      const saysPage = random.next() < 0.5;
      let atMs = timeMs;
      for (let n = 0; n < requests;) {
        const page = world.site.page(random.integer(world.site.pageCount));
        const referer = saysPage ? originOf(world) + page.target : '';
        for (const { target, bytes } of page.images) {
          yield ask({ visitor, timeMs: atMs, target, bytes, referer, random });
          n += 1;
          atMs += 30 + random.exponential(pauseMs / 3);
        }
        n += 0.2;
        atMs += random.exponential(pauseMs);
      }
    },
  };
}

/**
 * Follows links with a reader's pauses in the small hours. Told by: hundreds of pages in the same
 * hours of each night, with style sheets and never an image nor a script.
 */
function nightCrawler(world: World): AutomationRow {
  const browser: Browser = {
    ...COMPLETE,
    runsScripts: false,
    loadsImages: false,
    loadsFonts: false,
  };
  return {
    name: 'night-crawler',
    share: 4,
    campaign: 300,
    carrier: 'household',
    rhythm: 'night',
    *run({ visitor, timeMs, requests, random }) {
      const { site } = world;
      const thinkMs = around(world.constant('night.think', 17_000), random);
      const cache = createCache();
      const nightMs = 3_600_000 * around(world.constant('night.hours', 4), random);
      let atMs = timeMs;
      let endsMs = atMs + nightMs;
      let index = site.draw(random);
      let referer = '';
      for (let n = 0; n < requests; n += 1) {
        const page = site.page(index);
        const load = { site, page, index, visitor, browser, cache, timeMs: atMs, referer, random };
        let lastMs = atMs;
        for (const request of loadPage(load)) {
          lastMs = request.timeMs;
          yield request;
        }
        referer = originOf(world) + page.target;
        index = site.follow(index, random);
        atMs = lastMs + 900 + random.logNormal(thinkMs, 0.8);
        if (atMs < endsMs) continue;
        endsMs += DAY_MS;
        atMs = endsMs - nightMs + random.exponential(900_000);
        referer = '';
      }
    },
  };
}

/**
 * Leaves messages from borrowed lines. Told by: as many writes as pages, seconds after a page that
 * brought no file.
 */
function commentSpammer(world: World): Behaviour {
  return {
    name: 'comment-spammer',
    class: 'automation',
    share: 3,
    rhythm: 'steady',
    campaign: 9,
    *start({ timeMs, requests, random }) {
      const visitor = createMachine(world, random, {
        behaviour: 'comment-spammer',
        class: 'automation',
        agent: world.agents.current(random, 'desktop'),
        carrier: random.next() < 0.6 ? 'household' : 'hosting',
      });
      const delayMs = around(world.constant('spammer.delay', 2_100), random);
      let atMs = timeMs;
      for (let n = 0; n < Math.max(2, requests); n += 2) {
        const index = world.site.draw(random);
        const page = world.site.page(index);
        yield ask({ visitor, timeMs: atMs, target: page.target, bytes: page.bytes, random });
        atMs += 200 + random.exponential(delayMs);
        const status = random.next() < 0.5 ? 303 : 403;
        const target = world.site.commentTarget(index);
        const referer = originOf(world) + page.target;
        yield ask({ visitor, timeMs: atMs, target, method: 'POST', status, referer, random });
        atMs += 1000 + random.exponential(30_000);
      }
    },
  };
}

/**
 * Borrowed telephones with up-to-date browsers, a few pages each. Told by: they were never here
 * before and yet no page brings a file, where real telephones ask at least whether theirs is still
 * good; and together they take a part of the site page by page, with a handful of agents.
 */
function mobileFleet(world: World): Behaviour {
  const agents: string[] = [];
  let next: number | undefined;
  return {
    name: 'mobile-fleet',
    class: 'automation',
    share: 6,
    rhythm: 'steady',
    campaign: 3.5,
    *start({ timeMs, random }) {
      const { site } = world;
      while (agents.length < 4) agents.push(world.agents.current(random, 'phone'));
      next ??= random.integer(site.pageCount);
      const visitor = createMachine(world, random, {
        behaviour: 'mobile-fleet',
        class: 'automation',
        agent: random.pick(agents),
        carrier: 'mobile',
        isBrowser: true,
      });
      const thinkMs = world.constant('mobile-fleet.think', 9_000);
      const browser = { ...COMPLETE, hidesReferer: false };
      let referer = random.pick(['https://www.google.com/', 'https://www.google.com/', '']);
      let atMs = timeMs;
      for (let left = 2 + random.integer(4); left > 0; left -= 1) {
        const page = site.page(next % site.pageCount);
        next += 1;
        yield requestPage({ site, page, visitor, browser, timeMs: atMs, referer, random });
        referer = originOf(world) + page.target;
        atMs += 1200 + random.exponential(thinkMs);
      }
    },
  };
}

function* inOrder(requests: readonly TrafficRequest[]): Generator<TrafficRequest, number> {
  const sorted = requests.toSorted((a, b) => a.timeMs - b.timeMs);
  yield* sorted;
  return sorted.at(-1)?.timeMs ?? 0;
}

function drawOpened(world: World, random: RandomSource): readonly number[] {
  return Array.from({ length: 3 + random.integer(7) }, () => world.site.draw(random));
}

/**
 * A browser that a language model drives: a search, then all results at once, in a fresh profile each
 * time. Told by: one client loads files that a browser keeps for good again and again, and opens
 * several pages within a second or two, then nothing.
 */
function agentBrowser(world: World): AutomationRow {
  return {
    name: 'agent-browser',
    share: 5,
    campaign: 600,
    carrier: 'hosting',
    isBrowser: true,
    *run({ visitor, timeMs, requests, random }) {
      const { site } = world;
      const restMs = around(world.constant('agent.rest', 240_000), random);
      let atMs = timeMs;
      for (let sent = 0; sent < requests;) {
        const cache = createCache();
        const base = { site, visitor, browser: COMPLETE, cache, random };
        const found = site.search(drawWords(random), 0);
        const search = loadPage({ ...base, page: found, index: -1, timeMs: atMs, referer: '' });
        const readMs = yield* inOrder(search);
        const openMs = readMs + 600 + random.exponential(1_500);
        const referer = originOf(world) + found.target;
        const opened = drawOpened(world, random).flatMap((index) => {
          const ownMs = openMs + random.exponential(700);
          return loadPage({ ...base, page: site.page(index), index, timeMs: ownMs, referer });
        });
        sent += search.length + opened.length;
        const endMs = yield* inOrder(opened);
        atMs = Math.max(endMs, readMs) + 4000 + random.exponential(restMs);
      }
    },
  };
}

/** The behaviours that imitate. */
export function createImitatingAutomation(world: World): readonly Behaviour[] {
  const rows = [imageHarvester(world), nightCrawler(world), agentBrowser(world)];
  return [
    ...rows.map((row) => automationOf(world, row)),
    commentSpammer(world),
    mobileFleet(world),
  ];
}
