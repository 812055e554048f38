/**
 * Automation that says it is a browser and that no classifier was developed on.
 *
 * Owns two of the behaviours that are held out, and the list of all. Each can be told from people by a careful reader of the log
 * alone; how, is said beside it. None of these sentences may guide a classifier: what is found with
 * them is then no longer held out.
 */
import type { Behaviour } from '../behaviour.ts';
import { createCache, loadPage, type Browser } from '../page-load.ts';
import { around, type World } from '../world.ts';
import { automationOf, type AutomationRow } from './automation.ts';
import { createHeldOutFleets } from './held-out-fleets.ts';
import { createHeldOutServices } from './held-out-services.ts';
import { ask, createMachine } from './machine.ts';

const COMPLETE: Browser = {
  hidesReferer: false,
  runsScripts: true,
  loadsImages: true,
  loadsFonts: true,
  lagMs: 110,
};

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

/** The behaviours that are held out. */
export function createHeldOutAutomation(world: World): readonly Behaviour[] {
  return [
    automationOf(world, sitemapArchiver(world)),
    historyCrawler(world),
    ...createHeldOutServices(world),
    ...createHeldOutFleets(world),
  ];
}
