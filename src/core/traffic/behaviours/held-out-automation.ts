/**
 * Automation that says it is a browser and that no classifier was developed on.
 *
 * Owns the behaviours that are held out. Each can be told from people by a careful reader of the log
 * alone; how, is said beside it. None of these sentences may guide a classifier: what is found with
 * them is then no longer held out.
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
 * Costly old versions and differences, each under another agent. Told by: one address shows dozens of
 * browsers, each with one page that nobody links to and no file.
 */
function historyCrawler(world: World): Behaviour {
  return {
    name: 'history-crawler',
    class: 'automation',
    share: 7,
    rhythm: 'steady',
    campaign: 500,
    *start({ timeMs, requests, random }) {
      const visitor = createMachine(world, random, {
        behaviour: 'history-crawler',
        class: 'automation',
        agent: '',
        carrier: 'hosting',
      });
      const agents = Array.from({ length: 12 + random.integer(30) }, () =>
        random.next() < 0.7 ? world.agents.current(random, 'desktop') : world.agents.stale(random),
      );
      const pauseMs = around(world.constant('history.pause', 2_600), random);
      let atMs = timeMs;
      let index = random.integer(world.site.pageCount);
      for (let n = 0; n < requests; n += 1) {
        if (random.next() < 0.04) index = random.integer(world.site.pageCount);
        const { target, bytes } = world.site.deep(index, n);
        const shown = { ...visitor, agent: random.pick(agents) };
        yield ask({ visitor: shown, timeMs: atMs, target, bytes, random });
        atMs += 120 + random.exponential(pauseMs);
      }
    },
  };
}

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
 * Takes the site as its sitemap lists it, with a browser that shows everything. Told by: robots.txt
 * and sitemaps first, then each page once, at an even pace, without ever returning to one.
 */
function sitemapArchiver(world: World): AutomationRow {
  return {
    name: 'sitemap-archiver',
    share: 6,
    campaign: 1300,
    carrier: 'hosting',
    isBrowser: true,
    *run({ visitor, timeMs, requests, random }) {
      const { site } = world;
      const cache = createCache();
      const pauseMs = around(world.constant('archiver.pause', 2_800), random);
      let atMs = timeMs;
      for (const target of ['/robots.txt', ...site.sitemaps]) {
        yield ask({ visitor, timeMs: atMs, target, bytes: 22_000, random });
        atMs += 300 + random.exponential(800);
      }
      const first = random.integer(site.pageCount);
      let sent = site.sitemaps.length + 1;
      for (let page = 0; sent < requests; page += 1) {
        const index = (first + page) % site.pageCount;
        const load = { site, index, visitor, browser: COMPLETE, cache, random };
        let lastMs = atMs;
        for (const request of loadPage({
          ...load,
          page: site.page(index),
          timeMs: atMs,
          referer: '',
        })) {
          sent += 1;
          lastMs = request.timeMs;
          yield request;
        }
        atMs = lastMs + 300 + random.exponential(pauseMs);
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
 * Borrowed telephones with up-to-date browsers, two pages each. Told by: they were never here before
 * and yet no page brings a file, where real telephones ask at least whether theirs is still good.
 */
function mobileFleet(world: World): Behaviour {
  return {
    name: 'mobile-fleet',
    class: 'automation',
    share: 6,
    rhythm: 'steady',
    campaign: 2,
    *start({ timeMs, random }) {
      const visitor = createMachine(world, random, {
        behaviour: 'mobile-fleet',
        class: 'automation',
        agent: world.agents.current(random, 'phone'),
        carrier: 'mobile',
        isBrowser: true,
      });
      const { site } = world;
      const thinkMs = world.constant('mobile-fleet.think', 9_000);
      const browser = { ...COMPLETE, hidesReferer: false };
      let index = random.integer(site.pageCount);
      let referer = random.pick(['https://www.google.com/', 'https://www.google.com/', '']);
      let atMs = timeMs;
      const pages = random.next() < 0.8 ? 2 : 1 + random.integer(3);
      for (let n = 0; n < pages; n += 1) {
        const page = site.page(index);
        yield requestPage({ site, page, visitor, browser, timeMs: atMs, referer, random });
        referer = originOf(world) + page.target;
        index = site.follow(index, random);
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

/** The behaviours that are held out. */
export function createHeldOutAutomation(world: World): readonly Behaviour[] {
  const rows = [
    imageHarvester(world),
    nightCrawler(world),
    sitemapArchiver(world),
    agentBrowser(world),
  ];
  const fleets = [historyCrawler(world), commentSpammer(world), mobileFleet(world)];
  return [...rows.map((row) => automationOf(world, row)), ...fleets];
}
