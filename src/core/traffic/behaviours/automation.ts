/**
 * Automation that says it is a browser: the behaviours that a classifier may be developed on.
 *
 * Owns these behaviours; must not know those that are held out.
 */
import type { RandomSource } from '../../random-source.ts';
import type { Behaviour, Rhythm, Start } from '../behaviour.ts';
import type { CarrierKind } from '../carriers.ts';
import { createCache, loadPage } from '../page-load.ts';
import { drawWords } from '../site.ts';
import type { TrafficRequest, Visitor } from '../traffic-request.ts';
import { around, type World } from '../world.ts';
import { ask, createMachine } from './machine.ts';

export interface AutomationRun extends Start {
  readonly visitor: Visitor;
}

export interface AutomationRow {
  readonly name: string;
  readonly share: number;
  readonly campaign: number;
  readonly carrier: CarrierKind;
  readonly rhythm?: Rhythm;
  readonly isBrowser?: boolean;
  readonly agent?: (random: RandomSource) => string;
  readonly run: (run: AutomationRun) => Iterator<TrafficRequest, void>;
}

/** One client of this kind per start. */
export function automationOf(world: World, row: AutomationRow): Behaviour {
  return {
    name: row.name,
    class: 'automation',
    share: row.share,
    rhythm: row.rhythm ?? 'steady',
    campaign: row.campaign,
    start(start) {
      const { random } = start;
      const agent = row.agent?.(random) ?? world.agents.current(random, 'desktop');
      const shape = {
        behaviour: row.name,
        class: 'automation',
        agent,
        carrier: row.carrier,
        isBrowser: row.isBrowser === true,
      } as const;
      return row.run({ ...start, visitor: createMachine(world, random, shape) });
    },
  };
}

const originOf = ({ site }: World): string => `https://${site.host}`;

/** Page after page, as fast as it likes, and nothing but pages. */
function sequentialScraper(world: World): AutomationRow {
  return {
    name: 'sequential-scraper',
    share: 8,
    campaign: 900,
    carrier: 'hosting',
    *run({ visitor, timeMs, requests, random }) {
      const pauseMs = around(world.constant('sequential.pause', 420), random);
      const first = random.integer(world.site.pageCount);
      const referer = random.next() < 0.3 ? `${originOf(world)}/` : '';
      let atMs = timeMs;
      for (let n = 0; n < requests; n += 1) {
        const { target, bytes } = world.site.page((first + n) % world.site.pageCount);
        yield ask({ visitor, timeMs: atMs, target, bytes, referer, random });
        atMs += 20 + random.exponential(pauseMs);
      }
    },
  };
}

/** A real browser without a person: every file each time, Referers made up. */
function headlessScraper(world: World): AutomationRow {
  return {
    name: 'headless-scraper',
    share: 6,
    campaign: 1200,
    carrier: 'hosting',
    isBrowser: true,
    *run({ visitor, timeMs, requests, random }) {
      const pauseMs = around(world.constant('headless.pause', 5_200), random);
      const { site } = world;
      const browser = {
        hidesReferer: false,
        runsScripts: true,
        loadsImages: true,
        loadsFonts: true,
        lagMs: 90,
      };
      const referer = random.pick(['https://www.google.com/', 'https://www.bing.com/']);
      let atMs = timeMs;
      for (let n = 0; n < requests;) {
        const index = random.integer(site.pageCount);
        const cache = createCache();
        const load = {
          site,
          page: site.page(index),
          index,
          visitor,
          browser,
          cache,
          timeMs: atMs,
          referer,
          random,
        };
        let endMs = atMs;
        for (const request of loadPage(load)) {
          n += 1;
          endMs = request.timeMs;
          yield request;
        }
        atMs = Math.max(endMs, atMs) + 200 + pauseMs * (0.8 + 0.4 * random.next());
      }
    },
  };
}

/** Many borrowed household lines, few pages from each, one agent from long ago. */
function proxyFleet(world: World): Behaviour {
  let agent: string | undefined;
  return {
    name: 'proxy-fleet',
    class: 'automation',
    share: 7,
    rhythm: 'steady',
    campaign: 2.4,
    *start({ timeMs, requests, random }) {
      agent ??= world.agents.stale(random);
      const shape = {
        behaviour: 'proxy-fleet',
        class: 'automation',
        agent,
        carrier: 'household',
      } as const;
      const visitor = createMachine(world, random, shape);
      const pauseMs = world.constant('fleet.pause', 20_000);
      let atMs = timeMs;
      for (let n = 0; n < Math.max(1, Math.round(requests)); n += 1) {
        const index = random.integer(world.site.pageCount);
        const isDeep = random.next() < 0.4;
        const { target, bytes } = isDeep
          ? world.site.deep(index, random.integer(200))
          : world.site.page(index);
        yield ask({ visitor, timeMs: atMs, target, bytes, random });
        atMs += 500 + random.exponential(pauseMs);
      }
    },
  };
}

/** Every word of a list, and every page of what is found. */
function searchEnumerator(world: World): AutomationRow {
  return {
    name: 'search-enumerator',
    share: 4,
    campaign: 700,
    carrier: 'hosting',
    *run({ visitor, timeMs, requests, random }) {
      const pauseMs = around(world.constant('search.pause', 1_800), random);
      let atMs = timeMs;
      let words = drawWords(random);
      let page = 0;
      for (let n = 0; n < requests; n += 1) {
        const { target, bytes } = world.site.search(words, page);
        const referer = page > 0 ? originOf(world) + world.site.search(words, page - 1).target : '';
        yield ask({ visitor, timeMs: atMs, target, bytes, referer, random });
        page += 1;
        if (random.next() < 0.3) [words, page] = [drawWords(random), 0];
        atMs += 60 + random.exponential(pauseMs);
      }
    },
  };
}

/** The machine interface, number after number, with a browser's name. */
function apiHarvester(world: World): AutomationRow {
  return {
    name: 'api-harvester',
    share: 4,
    campaign: 900,
    carrier: 'hosting',
    *run({ visitor, timeMs, requests, random }) {
      const pauseMs = around(world.constant('api.pause', 900), random);
      const first = random.integer(20_000);
      let atMs = timeMs;
      for (let n = 0; n < requests; n += 1) {
        const { target, bytes } = world.site.api(first + n);
        const status = random.next() < 0.02 ? 429 : 200;
        yield ask({ visitor, timeMs: atMs, target, bytes, status, random });
        atMs += 25 + random.exponential(pauseMs);
      }
    },
  };
}

/** Names and passwords of other people, one after another. */
function loginStuffer(world: World): AutomationRow {
  return {
    name: 'login-stuffer',
    share: 3,
    campaign: 160,
    carrier: 'household',
    *run({ visitor, timeMs, requests, random }) {
      const pauseMs = around(world.constant('login.pause', 6_500), random);
      const target = world.site.loginTarget;
      const referer = originOf(world) + target;
      let atMs = timeMs;
      for (let n = 0; n < requests; n += 1) {
        if (random.next() < 0.35) {
          yield ask({ visitor, timeMs: atMs, target, bytes: 7_300, random });
          atMs += 300 + random.exponential(500);
        }
        const status = random.next() < 0.006 ? 303 : random.next() < 0.8 ? 200 : 403;
        const bytes = status === 303 ? 0 : 7_450;
        yield ask({
          visitor,
          timeMs: atMs,
          target,
          method: 'POST',
          status,
          bytes,
          referer,
          random,
        });
        atMs += 150 + random.exponential(pauseMs);
      }
    },
  };
}

const PROBES = `/.env /.git/config /wp-login.php /wp-admin/setup-config.php /xmlrpc.php
  /phpmyadmin/index.php /.aws/credentials /server-status /actuator/env /config.json /backup.zip
  /.vscode/sftp.json /vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php /cgi-bin/luci /boaform/admin
  /solr/admin/info/system /telescope/requests /owa/auth/logon.aspx /manager/html /.DS_Store
  /wp-content/plugins/wp-file-manager/readme.txt /api/.env /admin/.env /old/.env /info.php
  /?id=1%27%20OR%201=1-- /index.php?s=/Index/\\think\\app/invokefunction /_profiler/phpinfo
  /ecp/Current/exporttool/microsoft.exchange.ediscovery.exporttool.application`.split(/\s+/);

/** Doors of other people's software. */
function vulnerabilityScanner(world: World): AutomationRow {
  return {
    name: 'vulnerability-scanner',
    share: 2,
    campaign: 130,
    carrier: 'hosting',
    agent: (random) => world.agents.stale(random),
    *run({ visitor, timeMs, requests, random }) {
      const pauseMs = around(world.constant('scanner.pause', 700), random);
      let atMs = timeMs;
      for (let n = 0; n < requests; n += 1) {
        const probe = random.pick(PROBES);
        const target =
          random.next() < 0.3 ? `/${random.pick(['old', 'new', 'test', 'v2'])}${probe}` : probe;
        const status = random.next() < 0.93 ? 404 : 403;
        const method = random.next() < 0.9 ? 'GET' : 'POST';
        yield ask({ visitor, timeMs: atMs, target, method, status, bytes: 1_180, random });
        atMs += 10 + random.exponential(pauseMs);
      }
    },
  };
}

/** The same few pages, every few minutes, for days. */
function priceMonitor(world: World): AutomationRow {
  return {
    name: 'price-monitor',
    share: 3,
    campaign: 500,
    carrier: 'hosting',
    *run({ visitor, timeMs, requests, random }) {
      const watched = Array.from({ length: 2 + random.integer(6) }, () => world.site.draw(random));
      const rounds = Math.max(1, requests / watched.length);
      const everyMs = Math.max(
        45_000,
        Math.min(
          around(world.constant('monitor.every', 420_000), random),
          world.durationMs / rounds,
        ),
      );
      let atMs = timeMs;
      for (let round = 0; round < rounds; round += 1) {
        let roundMs = atMs;
        for (const index of watched) {
          const { target, bytes } = world.site.page(index);
          yield ask({ visitor, timeMs: roundMs, target, bytes, random });
          roundMs += 300 + random.exponential(900);
        }
        atMs = Math.max(roundMs, atMs + everyMs * (0.97 + 0.06 * random.next()));
      }
    },
  };
}

/** The behaviours of development. */
export function createAutomation(world: World): readonly Behaviour[] {
  const rows = [
    sequentialScraper(world),
    headlessScraper(world),
    searchEnumerator(world),
    apiHarvester(world),
    loginStuffer(world),
    vulnerabilityScanner(world),
    priceMonitor(world),
  ];
  return [...rows.map((row) => automationOf(world, row)), proxyFleet(world)];
}
