/**
 * Held-out services that fetch the site for someone else: mirrors, printers, checkers, pollers.
 *
 * Owns these behaviours. How each can be told from people is said beside it, and none of these
 * sentences may guide a classifier.
 */
import type { RandomSource } from '../../random-source.ts';
import type { Line } from '../address-space.ts';
import type { Behaviour } from '../behaviour.ts';
import { createCache, loadPage, type Browser } from '../page-load.ts';
import { drawWords } from '../site.ts';
import type { Visitor } from '../traffic-request.ts';
import { around, type World } from '../world.ts';
import { automationOf, type AutomationRow } from './automation.ts';
import { ask, createMachine } from './machine.ts';

const originOf = ({ site }: World): string => `https://${site.host}`;

/** Another machine of the same network: of the /24, or of the /64. */
function siblingOf(line: Line, random: RandomSource): Line {
  if (line.prefix !== undefined) return line;
  const net = line.address.slice(0, line.address.lastIndexOf('.'));
  return { ...line, address: `${net}.${1 + random.integer(254)}` };
}

function createMirror(world: World, random: RandomSource): readonly Visitor[] {
  const line = world.addresses.line(random, 'hosting', 'machines');
  const agent = world.agents.current(random, 'desktop');
  const size = Math.max(3, Math.round(world.constant('mirror.machines', 9)));
  const shape = {
    behaviour: 'mirror-proxy',
    class: 'automation',
    agent,
    carrier: 'hosting',
  } as const;
  return Array.from({ length: size }, () =>
    createMachine(world, random, { ...shape, line: siblingOf(line, random) }),
  );
}

/**
 * A translating mirror: what its users click, its machines fetch, and keep nothing. Told by: one
 * agent in one rented network asks all day for what many people read, pages here and their images
 * there, the same style sheets again for each page, and never says whence.
 */
function mirrorProxy(world: World): Behaviour {
  let machines: readonly Visitor[] | undefined;
  return {
    name: 'mirror-proxy',
    class: 'automation',
    share: 5,
    rhythm: 'people',
    campaign: 20,
    *start({ timeMs, requests, random }) {
      const pool = (machines ??= createMirror(world, random));
      const { site } = world;
      const styles = site.shell.filter(({ kind }) => kind === 'style');
      const thinkMs = around(world.constant('mirror.think', 16_000), random);
      let index = site.draw(random);
      let atMs = timeMs;
      for (let sent = 0; sent < requests;) {
        const page = site.page(index);
        for (const { target, bytes } of [page, ...styles, ...page.images]) {
          yield ask({ visitor: random.pick(pool), timeMs: atMs, target, bytes, random });
          sent += 1;
          atMs += 20 + random.exponential(110);
        }
        index = site.follow(index, random);
        atMs += 900 + random.logNormal(thinkMs, 0.9);
      }
    },
  };
}

/**
 * Pages as documents, printed by a browser in a rented function. Told by: each page comes twice, bare
 * and a moment later with every file, also those that this client was just told to keep for good.
 */
function pagePrinter(world: World): Behaviour {
  const agents: string[] = [];
  const browser: Browser = {
    hidesReferer: true,
    runsScripts: true,
    loadsImages: true,
    loadsFonts: true,
    lagMs: 70,
  };
  return {
    name: 'page-printer',
    class: 'automation',
    share: 5,
    rhythm: 'office',
    campaign: 45,
    *start({ timeMs, requests, random }) {
      const { site } = world;
      while (agents.length < 2) agents.push(world.agents.current(random, 'desktop'));
      const visitor = createMachine(world, random, {
        behaviour: 'page-printer',
        class: 'automation',
        agent: random.pick(agents),
        carrier: 'hosting',
        isBrowser: true,
      });
      const checkMs = world.constant('printer.check', 500);
      const restMs = world.constant('printer.rest', 190_000);
      let atMs = timeMs;
      for (let jobs = 0, sent = 0; jobs < 2 || sent < requests; jobs += 1) {
        const index = site.draw(random);
        const page = site.page(index);
        yield ask({ visitor, timeMs: atMs, target: page.target, bytes: page.bytes, random });
        const openMs = atMs + 150 + random.exponential(checkMs);
        const opened = { site, page, index, visitor, browser, cache: createCache(), random };
        for (const request of loadPage({ ...opened, timeMs: openMs, referer: '' })) {
          sent += 1;
          atMs = request.timeMs;
          yield request;
        }
        atMs += 1500 + random.exponential(restMs);
      }
    },
  };
}

/**
 * Whether other sites' links to this one still hold. Told by: hundreds of HEADs, which no browser
 * sends for a page, and a GET of the same only where the answer was an error.
 */
function linkChecker(world: World): AutomationRow {
  return {
    name: 'link-checker',
    share: 4,
    campaign: 320,
    carrier: 'hosting',
    *run({ visitor, timeMs, requests, random }) {
      const pauseMs = around(world.constant('links.pause', 3_100), random);
      const dead = world.share('links.dead', 0.12);
      let atMs = timeMs;
      for (let n = 0; n < requests; n += 1) {
        const { target: good } = world.site.page(world.site.draw(random));
        const isDead = random.next() < dead;
        const [target, status] = isDead ? [`${good}.html`, 404] : [good, 200];
        yield ask({ visitor, timeMs: atMs, target, method: 'HEAD', status, random });
        if (isDead) {
          n += 1;
          atMs += 80 + random.exponential(200);
          yield ask({ visitor, timeMs: atMs, target, status, bytes: 5_400, random });
        }
        atMs += 60 + random.exponential(pauseMs);
      }
    },
  };
}

const LETTERS = 'etaoinshrdlucmfwypvbgkjqxz';

/** What the site's own scripts ask: stock and the like where pages have it, otherwise suggestions. */
function drawCall({ site }: World, index: number, random: RandomSource) {
  const own = random.next() < 0.7 ? site.beacon(index) : undefined;
  const prefix = `${LETTERS.charAt(random.integer(LETTERS.length))}${drawWords(random).slice(0, 1 + random.integer(3))}`;
  return own ?? site.suggest(prefix);
}

/**
 * What scripts of pages ask for, without the pages. Told by: hundreds of such calls at an even pace,
 * day and night, all from one and the same page that this client never opened, and no script.
 */
function endpointPoller(world: World): AutomationRow {
  return {
    name: 'endpoint-poller',
    share: 4,
    campaign: 230,
    carrier: 'hosting',
    *run({ visitor, timeMs, requests, random }) {
      const everyMs = around(world.constant('endpoint.every', 21_000), random);
      const referer = originOf(world) + world.site.page(world.site.draw(random)).target;
      const watched = Array.from({ length: 10 + random.integer(40) }, () =>
        random.integer(Math.min(world.site.pageCount, 2_000)),
      );
      let atMs = timeMs;
      for (let n = 0; n < requests; n += 1) {
        const { target, bytes } = drawCall(world, watched[n % watched.length] ?? 0, random);
        yield ask({ visitor, timeMs: atMs, target, bytes, referer, random });
        atMs += everyMs * (0.85 + 0.3 * random.next());
      }
    },
  };
}

/** Held-out services. */
export function createHeldOutServices(world: World): readonly Behaviour[] {
  const rows: readonly AutomationRow[] = [linkChecker(world), endpointPoller(world)];
  return [...rows.map((row) => automationOf(world, row)), mirrorProxy(world), pagePrinter(world)];
}
