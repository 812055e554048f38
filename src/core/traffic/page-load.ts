/**
 * What a browser asks for when it shows a page.
 *
 * Owns the order and timing of a page's files and the browser's cache. Must not know why the page is
 * opened.
 */
import type { RandomSource } from '../random-source.ts';
import type { Asset, Page, Site } from './site.ts';
import type { TrafficRequest, Visitor } from './traffic-request.ts';

/** What differs between browsers and their settings. */
export interface Browser {
  /** Send no Referer at all. */
  readonly hidesReferer: boolean;
  readonly runsScripts: boolean;
  readonly loadsImages: boolean;
  readonly loadsFonts: boolean;
  /** Milliseconds between the page and its first file. */
  readonly lagMs: number;
}

/** A browser's cache, as far as a log shows it. */
export interface Cache {
  /** Until when each file need not be asked for; the shell's files and few images. */
  readonly freshUntilMs: Map<string, number>;
}

const HOURS_MS = 6 * 3_600_000;
const MINUTES_MS = 300_000;
/** Images of long ago are forgotten first. */
const MAX_KEPT = 24;
const REVALIDATED_BYTES = 0;

export interface Load {
  readonly site: Site;
  readonly page: Page;
  /** Index of a content page, for what its scripts ask; -1: none. */
  readonly index: number;
  readonly visitor: Visitor;
  readonly browser: Browser;
  readonly cache: Cache;
  readonly timeMs: number;
  readonly referer: string;
  readonly random: RandomSource;
  /** Of the page; 200 where absent. */
  readonly status?: number;
}

/** Nothing kept yet. */
export function createCache(): Cache {
  return { freshUntilMs: new Map() };
}

/** Answers a request, with the rare mishap that every origin has. */
export function answer(random: RandomSource, [status, bytes]: readonly [number, number]) {
  const luck = random.next();
  if (luck < 0.0004) return { status: 502, bytes: 157 };
  if (luck < 0.0007) return { status: 503, bytes: 190 };
  return { status, bytes };
}

function keep({ freshUntilMs }: Cache, { target, caching }: Asset, nowMs: number): void {
  if (caching === 'none') return;
  if (freshUntilMs.size >= MAX_KEPT) {
    for (const first of freshUntilMs.keys()) {
      freshUntilMs.delete(first);
      break;
    }
  }
  const kept = { immutable: Infinity, hours: HOURS_MS, minutes: MINUTES_MS }[caching];
  freshUntilMs.set(target, nowMs + kept);
}

/** 200 for what is new, 304 for what is stale, nothing for what is fresh. */
function fetchAsset(load: Load, asset: Asset, timeMs: number): TrafficRequest | undefined {
  const { visitor, cache, random, site, page, browser } = load;
  const freshUntilMs = cache.freshUntilMs.get(asset.target);
  if (freshUntilMs !== undefined && timeMs < freshUntilMs) return undefined;
  keep(cache, asset, timeMs);
  const found = answer(
    random,
    freshUntilMs === undefined ? [200, asset.bytes] : [304, REVALIDATED_BYTES],
  );
  return {
    visitor,
    timeMs,
    method: asset.method ?? 'GET',
    target: asset.target,
    ...found,
    referer: browser.hidesReferer ? '' : `https://${site.host}${page.target}`,
    originMs: asset.kind === 'data' ? 8 + random.exponential(12) : 0.4 + random.exponential(0.8),
  };
}

function wants({ browser }: Load, { kind }: Asset): boolean {
  if (kind === 'script') return browser.runsScripts;
  if (kind === 'image') return browser.loadsImages;
  return kind !== 'font' || browser.loadsFonts;
}

function filesOf(load: Load): readonly Asset[] {
  const { site, page, index, browser } = load;
  const beacon = browser.runsScripts && index >= 0 ? site.beacon(index) : undefined;
  const all = [...site.shell, ...page.images, ...(beacon === undefined ? [] : [beacon])];
  return all.filter((asset) => wants(load, asset));
}

/** A page's own request, without its files. */
export function requestPage(
  load: Omit<Load, 'cache' | 'index'>,
  status = load.status ?? 200,
): TrafficRequest {
  const { visitor, timeMs, page, referer, browser, random } = load;
  return {
    visitor,
    timeMs,
    method: 'GET',
    target: page.target,
    ...answer(random, [status, status === 304 ? REVALIDATED_BYTES : page.bytes]),
    referer: browser.hidesReferer ? '' : referer,
    originMs: 25 + random.exponential(60),
  };
}

/** The page and its files, in the order of time. */
export function loadPage(load: Load): readonly TrafficRequest[] {
  const { timeMs, browser, random } = load;
  const requests = [requestPage(load)];
  let atMs = timeMs + browser.lagMs * (0.6 + random.next());
  for (const asset of filesOf(load)) {
    const request = fetchAsset(load, asset, atMs);
    if (request === undefined) continue;
    requests.push(request);
    // Lazy images come when they are scrolled to.
    atMs += random.next() < 0.06 ? random.exponential(2500) : random.exponential(18);
  }
  return requests;
}
