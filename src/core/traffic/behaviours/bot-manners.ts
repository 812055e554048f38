/**
 * How programs that say what they are move about a site.
 *
 * Owns their manners; must not know their names.
 */
import type { RandomSource } from '../../random-source.ts';
import type { Start } from '../behaviour.ts';
import type { TrafficRequest, Visitor } from '../traffic-request.ts';
import { around, type World } from '../world.ts';
import type { Manner } from './bot-agents.ts';
import { ask } from './machine.ts';

export interface BotRun extends Start {
  readonly world: World;
  readonly visitor: Visitor;
}

function* monitor({
  world,
  visitor,
  timeMs,
  requests,
  random,
}: BotRun): Generator<TrafficRequest, void> {
  const everyMs = 60_000 * random.pick([1, 2, 3, 5, 5, 5, 10]);
  const target =
    random.next() < 0.8 ? world.site.home.target : world.site.page(random.integer(5)).target;
  const method = random.next() < 0.4 ? 'HEAD' : 'GET';
  const bytes = method === 'HEAD' ? 0 : world.site.home.bytes;
  let atMs = timeMs;
  for (let n = 0; n < requests; n += 1) {
    yield ask({ visitor, timeMs: atMs, target, method, bytes, random });
    atMs += everyMs + random.exponential(400);
  }
}

function* feed({
  world,
  visitor,
  timeMs,
  requests,
  random,
}: BotRun): Generator<TrafficRequest, void> {
  const everyMs = 60_000 * random.pick([10, 15, 15, 30, 30, 60, 120]);
  const targets = world.site.feeds.slice(0, 1 + random.integer(world.site.feeds.length));
  const isConditional = random.next() < 0.75;
  let atMs = timeMs;
  for (let n = 0; n < requests; n += targets.length) {
    for (const target of targets) {
      const isNew = n === 0 || !isConditional || random.next() < 0.12;
      const [status, bytes] = isNew ? [200, 18_400] : [304, 0];
      yield ask({ visitor, timeMs: atMs, target, status, bytes, random });
      atMs += 90 + random.exponential(300);
    }
    atMs += everyMs * (0.97 + 0.08 * random.next());
  }
}

/** Target, size and status of what a crawler asks for next. */
function drawCrawled(world: World, random: RandomSource) {
  const { site } = world;
  const choice = random.next();
  if (choice < 0.04) return { target: random.pick(site.sitemaps), bytes: 31_000 };
  if (choice < 0.07) return { target: '/robots.txt', bytes: 740 };
  if (choice < 0.12)
    return {
      target: site.page(random.integer(site.pageCount)).target + random.integer(9),
      status: 404,
      bytes: 6_900,
    };
  if (choice < 0.2) return site.listing(random.integer(900));
  if (choice < 0.27) return site.deep(random.integer(site.pageCount), random.integer(60));
  if (choice < 0.32) {
    const [image] = site.page(site.draw(random)).images;
    if (image !== undefined) return image;
  }
  const page = site.page(random.next() < 0.5 ? site.draw(random) : random.integer(site.pageCount));
  const isKnown = random.next() < 0.18;
  return isKnown ? { target: page.target, status: 304, bytes: 0 } : page;
}

function* crawl({
  world,
  visitor,
  timeMs,
  requests,
  random,
}: BotRun): Generator<TrafficRequest, void> {
  const pauseMs = Math.min(
    around(world.constant('crawl.pause', 7_000), random),
    (0.8 * world.durationMs) / Math.max(1, requests),
  );
  let atMs = timeMs;
  yield ask({ visitor, timeMs: atMs, target: '/robots.txt', bytes: 740, random });
  for (let n = 1; n < requests; n += 1) {
    atMs += 60 + random.exponential(pauseMs);
    const { target, bytes, ...rest } = drawCrawled(world, random);
    const status = 'status' in rest ? rest.status : 200;
    yield ask({ visitor, timeMs: atMs, target, bytes, status, random });
  }
}

function* fetchFew({
  world,
  visitor,
  timeMs,
  requests,
  random,
}: BotRun): Generator<TrafficRequest, void> {
  let atMs = timeMs;
  for (let n = 0; n < requests; n += 1) {
    const page = world.site.page(world.site.draw(random));
    yield ask({ visitor, timeMs: atMs, target: page.target, bytes: page.bytes, random });
    const [image] = page.images;
    if (image !== undefined && random.next() < 0.3) {
      yield ask({ visitor, timeMs: atMs + 400, target: image.target, bytes: image.bytes, random });
    }
    atMs += 1500 + random.exponential(world.durationMs / 60);
  }
}

function* script(run: BotRun): Generator<TrafficRequest, void> {
  const { world, visitor, requests, random } = run;
  const pauseMs = around(world.constant('script.pause', 4_000), random);
  const isApi = random.next() < 0.4;
  const from = random.integer(5000);
  let atMs = run.timeMs;
  for (let n = 0; n < requests; n += 1) {
    const found = isApi ? world.site.api(from + n) : world.site.page(world.site.draw(random));
    yield ask({ visitor, timeMs: atMs, target: found.target, bytes: found.bytes, random });
    atMs += 30 + random.exponential(pauseMs);
  }
}

/** One run of a program of each manner. */
export const MANNERS: Readonly<Record<Manner, (run: BotRun) => Generator<TrafficRequest, void>>> = {
  crawl,
  feed,
  monitor,
  fetch: fetchFew,
  script,
};
