/**
 * A visit of a person: pages, searches, going back, and what open pages do by themselves.
 *
 * Owns the visit; must not know why the person is special.
 */
import type { RandomSource } from '../../random-source.ts';
import { answer, loadPage, requestPage, type Load } from '../page-load.ts';
import { drawWords, type Page } from '../site.ts';
import type { TrafficRequest } from '../traffic-request.ts';
import type { World } from '../world.ts';
import type { Person } from './people.ts';

export interface Visit {
  readonly world: World;
  readonly person: Person;
  readonly timeMs: number;
  readonly random: RandomSource;
  /** Share of pages that are searched for on the site. */
  readonly searches?: number;
  /** How many further pages are fetched ahead of each, without their files. */
  readonly prefetches?: number;
  /** Milliseconds between polls of an open page; 0: none. */
  readonly pollMs?: number;
  /** Minutes that the page stays open after the last click. */
  readonly openMinutes?: number;
  /** Share of pages after which something is sent. */
  readonly writes?: number;
  /** Share of visits that begin with signing in. */
  readonly signsIn?: number;
}

const ENTRIES: readonly (readonly [referer: string, upTo: number])[] = [
  ['https://www.google.com/', 0.46],
  ['', 0.74],
  ['https://www.bing.com/', 0.79],
  ['https://duckduckgo.com/', 0.84],
  ['https://www.reddit.com/', 0.88],
  ['https://news.ycombinator.com/', 0.9],
  ['https://l.facebook.com/', 0.93],
  ['https://t.co/', 0.95],
  ['https://www.ecosia.org/', 0.97],
  ['android-app://com.google.android.googlequicksearchbox/', 1],
];

function drawEntry(random: RandomSource): string {
  const at = random.next();
  return ENTRIES.find(([, upTo]) => at < upTo)?.[0] ?? '';
}

interface Place {
  readonly page: Page;
  readonly index: number;
  readonly status: number;
}

/** What a script of `page` asks for. @param asked the origin takes the least time, and a mean beyond it */
function askByScript(
  { world, person, random }: Visit,
  { timeMs, page }: { readonly timeMs: number; readonly page: Page },
  asked: {
    readonly asset: { readonly target: string; readonly bytes: number };
    readonly originMs: readonly [least: number, beyond: number];
  },
): TrafficRequest {
  const { asset, originMs } = asked;
  const [least, beyond] = originMs;
  return {
    visitor: person.visitor,
    timeMs,
    method: 'GET',
    target: asset.target,
    ...answer(random, [200, asset.bytes]),
    referer: person.browser.hidesReferer ? '' : `https://${world.site.host}${page.target}`,
    originMs: least + random.exponential(beyond),
  };
}

function* typeSearch(
  visit: Visit,
  at: { timeMs: number; page: Page },
): Generator<TrafficRequest, Place & { timeMs: number }> {
  const { world, person, random } = visit;
  const words = drawWords(random);
  let timeMs = at.timeMs;
  if (person.browser.runsScripts) {
    for (let length = 2; length <= words.length; length += 1 + random.integer(5)) {
      const asset = world.site.suggest(words.slice(0, length));
      yield askByScript(visit, { timeMs, page: at.page }, { asset, originMs: [15, 20] });
      timeMs += 140 + random.exponential(260);
    }
  }
  return { page: world.site.search(words, 0), index: -1, status: 200, timeMs };
}

function* poll(
  visit: Visit,
  span: { fromMs: number; toMs: number; page: Page },
): Generator<TrafficRequest, void> {
  const { world, person, random, pollMs = 0 } = visit;
  if (pollMs === 0 || !person.browser.runsScripts) return;
  for (
    let timeMs = span.fromMs + pollMs;
    timeMs < span.toMs;
    timeMs += pollMs + random.exponential(40)
  ) {
    const asset = world.site.poll();
    yield askByScript(visit, { timeMs, page: span.page }, { asset, originMs: [6, 8] });
  }
}

function* write(visit: Visit, index: number, timeMs: number): Generator<TrafficRequest, void> {
  const { world, person, random, writes = 0 } = visit;
  if (index < 0 || random.next() >= writes) return;
  const target = world.site.commentTarget(index);
  yield {
    visitor: person.visitor,
    timeMs,
    method: 'POST',
    target,
    ...answer(random, [303, 0]),
    referer: person.browser.hidesReferer
      ? ''
      : `https://${world.site.host}${world.site.page(index).target}`,
    originMs: 60 + random.exponential(90),
  };
}

function* prefetch(visit: Visit, load: Load): Generator<TrafficRequest, void> {
  const { world, person, random, prefetches = 0 } = visit;
  let timeMs = load.timeMs;
  const count = prefetches > 0 ? random.integer(2 * prefetches + 1) : 0;
  for (let n = 0; n < count; n += 1) {
    timeMs += 900 + random.exponential(4000);
    const page = world.site.page(world.site.follow(Math.max(0, load.index), random));
    yield {
      visitor: person.visitor,
      timeMs,
      method: 'GET',
      target: page.target,
      ...answer(random, [200, page.bytes]),
      referer: person.browser.hidesReferer ? '' : `https://${world.site.host}${load.page.target}`,
      originMs: 25 + random.exponential(60),
    };
  }
}

function* signIn(visit: Visit): Generator<TrafficRequest, number> {
  const { world, person, random, signsIn = 0 } = visit;
  if (random.next() >= signsIn) return visit.timeMs;
  const { site } = world;
  const { visitor, browser, cache } = person;
  const page = { target: site.loginTarget, bytes: 7_300, images: [] };
  const load = { site, page, index: -1, visitor, browser, cache, random };
  let timeMs = visit.timeMs;
  for (const request of loadPage({ ...load, timeMs, referer: '' })) {
    timeMs = request.timeMs;
    yield request;
  }
  for (let tries = random.next() < 0.12 ? 2 : 1; tries > 0; tries -= 1) {
    timeMs += 3000 + random.exponential(7000);
    const status = tries > 1 ? 200 : 303;
    const referer = `https://${site.host}${page.target}`;
    const sent = requestPage({ ...load, timeMs, referer }, status);
    yield { ...sent, method: 'POST', bytes: status === 303 ? 0 : 7_450 };
  }
  return timeMs + 300 + random.exponential(200);
}

function drawFirst({ world, random }: Visit): Place {
  if (random.next() < 0.12) return { page: world.site.home, index: -1, status: 200 };
  const index = world.site.draw(random);
  const page = world.site.page(index);
  // A link of long ago, or a typing error.
  if (random.next() > 0.02) return { page, index, status: 200 };
  return { page: { target: `${page.target}_`, bytes: 5_400, images: [] }, index: -1, status: 404 };
}

function* drawNext(
  visit: Visit,
  from: Place,
  timeMs: number,
): Generator<TrafficRequest, Place & { timeMs: number }> {
  const { world, random, searches = 0.07 } = visit;
  const choice = random.next();
  if (choice < searches) return yield* typeSearch(visit, { timeMs, page: from.page });
  const { site } = world;
  if (choice < searches + 0.06) {
    return { page: site.listing(random.integer(60)), index: -1, status: 200, timeMs };
  }
  if (choice < searches + 0.09) {
    return {
      page: site.deep(Math.max(0, from.index), random.integer(40)),
      index: -1,
      status: 200,
      timeMs,
    };
  }
  const index = site.follow(Math.max(0, from.index), random);
  return { page: site.page(index), index, status: 200, timeMs };
}

/** One visit, from the first page until the last is closed. */
export function* readPages(visit: Visit): Generator<TrafficRequest, void> {
  const { world, person, random } = visit;
  const { visitor, browser, cache } = person;
  let place: Place = drawFirst(visit);
  let referer = drawEntry(random);
  let timeMs = yield* signIn(visit);
  const pages = Math.max(1, Math.round(random.exponential(person.pagesPerVisit)));
  for (let n = 0; n < pages; n += 1) {
    const load = { site: world.site, ...place, visitor, browser, cache, timeMs, referer, random };
    const requests = loadPage(load);
    // A page that is closed at once loads nothing further.
    const isAborted = random.next() < 0.008;
    const until = isAborted ? 1 : requests.length;
    let endMs = timeMs;
    for (const request of requests.slice(0, until)) {
      endMs = request.timeMs;
      yield request;
    }
    for (const request of prefetch(visit, { ...load, timeMs: endMs })) {
      endMs = request.timeMs;
      yield request;
    }
    const isLast = n === pages - 1;
    const readMs = 800 + random.logNormal(person.thinkMs, 0.9);
    const thinkMs = isLast ? (visit.openMinutes ?? 0) * 60_000 + readMs : readMs;
    yield* poll(visit, { fromMs: endMs, toMs: timeMs + thinkMs, page: place.page });
    timeMs = Math.max(endMs + 60, timeMs + thinkMs);
    yield* write(visit, place.index, timeMs);
    if (isLast) return;
    referer = `https://${world.site.host}${place.page.target}`;
    const next = yield* drawNext(visit, place, timeMs + 50);
    place = next;
    timeMs = next.timeMs;
  }
}
