/** Generated traffic as a whole: order, length, reproducibility, and a truth that holds. */
import { describe, expect, it } from 'vitest';
import { readSnapshot } from '../../src/core/bots/bot-lists.ts';
import { createBotIdentifier } from '../../src/core/bots/identify-bot.ts';
import { createClientView } from '../../src/core/client/client-view.ts';
import {
  createTraffic,
  daysOf,
  TruthLedger,
  type TrafficOptions,
  type AutomationSet,
} from '../../src/core/traffic/generate-traffic.ts';
import { SITE_NAMES } from '../../src/core/traffic/site.ts';
import type { TrafficRequest } from '../../src/core/traffic/traffic-request.ts';

const START_MS = Date.UTC(2026, 10, 9);
const HOUR_MS = 3_600_000;

function generate(options: Partial<TrafficOptions>): readonly TrafficRequest[] {
  const traffic = createTraffic({
    lines: 20_000,
    seed: 1,
    site: 'wiki',
    startMs: START_MS,
    knowsAsn: false,
    automation: 'development',
    ...options,
  });
  const requests: TrafficRequest[] = [];
  for (let next = traffic.next(); next !== undefined; next = traffic.next()) requests.push(next);
  return requests;
}

const AUTOMATION_SETS = ['development', 'held-out', 'disguised'] as const;
const CASES = SITE_NAMES.flatMap((site) =>
  AUTOMATION_SETS.map((automation, index) => ({
    site,
    automation,
    seed: site.length + 40 * index,
  })),
);
const IDENTIFIER = createBotIdentifier(readSnapshot());

function identify({ visitor }: TrafficRequest, asn: number | undefined) {
  const { address, agent, country } = visitor;
  const client = createClientView({ connectingIp: address, userAgent: agent, asn, country });
  return IDENTIFIER.identifyByAddress(client, agent.toLowerCase());
}

describe.each(CASES)('traffic of $site, automation: $automation', (options) => {
  const requests = generate(options);

  it('has as many requests as were asked for, in the order of time, within the days', () => {
    expect(requests).toHaveLength(20_000);
    const times = requests.map(({ timeMs }) => timeMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(START_MS);
    expect(times.at(-1)).toBeLessThan(START_MS + 1.6 * daysOf(20_000) * 24 * HOUR_MS);
  });

  it('holds nothing that a server could not have logged', () => {
    const isOdd = ({ target, status, bytes, method, originMs }: TrafficRequest): boolean =>
      !/^\/[!-~]*$/.test(target) ||
      !(status >= 200 && status < 600) ||
      !(Number.isInteger(bytes) && bytes >= 0) ||
      (status === 304 && bytes !== 0) ||
      !['GET', 'HEAD', 'POST'].includes(method) ||
      !(originMs > 0);
    expect(requests.filter(isOdd)).toEqual([]);
  });

  it('has one truth for each address and agent', () => {
    const classes = new Map<string, string>();
    for (const { visitor } of requests) {
      const pair = `${visitor.address} ${visitor.agent}`;
      expect(classes.get(pair) ?? visitor.class).toBe(visitor.class);
      classes.set(pair, visitor.class);
    }
    const ledger = new TruthLedger();
    const told = requests.flatMap(({ visitor }) => ledger.take(visitor) ?? []);
    expect(told).toHaveLength(classes.size);
  });

  it('has verified bots that the lists prove, false ones that they refute, others that claim none', () => {
    for (const request of requests) {
      const { claimed, verified, isFalse } = identify(request, undefined);
      const { class: own, agent } = request.visitor;
      if (own === 'verified-bot') expect([agent, verified.length > 0]).toEqual([agent, true]);
      if (own === 'false-bot') expect([agent, isFalse]).toEqual([agent, true]);
      if (own === 'declared-bot')
        expect([agent, verified, isFalse === true]).toEqual([agent, [], false]);
      if (own === 'browser' || own === 'automation') expect([agent, claimed]).toEqual([agent, []]);
    }
  });
});

describe('traffic', () => {
  it('comes out the same for the same seed, and otherwise for another', () => {
    const pick = (seed: number) =>
      generate({ seed, lines: 2000 }).map(({ visitor, timeMs, target }) => [
        visitor,
        timeMs,
        target,
      ]);
    expect(pick(7)).toEqual(pick(7));
    expect(pick(8)).not.toEqual(pick(7));
  });

  it('holds every class, and other automation where it is held out', () => {
    const namesOf = (automation: AutomationSet) => {
      const requests = generate({ automation, lines: 60_000 });
      expect(new Set(requests.map(({ visitor }) => visitor.class)).size).toBe(5);
      const machines = requests.filter(({ visitor }) => visitor.class === 'automation');
      return new Set(machines.map(({ visitor }) => visitor.behaviour));
    };
    const [known = new Set(), ...others] = AUTOMATION_SETS.map(namesOf);
    const [heldOut = new Set(), disguised = new Set()] = others;
    expect([known.size, heldOut.size, disguised.size]).toEqual([13, 9, 3]);
    expect(new Set([...known, ...heldOut, ...disguised]).size).toBe(13 + 9 + 3);
  });

  it('follows the day: people sleep, machines do not', () => {
    const requests = generate({ lines: 160_000, seed: 5 });
    const hoursOf = (own: string) => {
      const hours = Array.from({ length: 24 }, () => 0);
      for (const { visitor, timeMs } of requests) {
        if (visitor.behaviour !== own) continue;
        const hour = Math.floor(timeMs / HOUR_MS) % 24;
        hours[hour] = (hours[hour] ?? 0) + 1;
      }
      return hours;
    };
    const people = hoursOf('reader');
    expect(Math.max(...people)).toBeGreaterThan(1.7 * Math.min(...people));
    expect(Math.max(...people)).toBeLessThan(12 * Math.min(...people));
  });

  it('shows what browsers keep: the second page of a visit brings fewer files than the first', () => {
    const requests = generate({ lines: 60_000, seed: 9 });
    const files = new Map<string, number[]>();
    for (const { visitor, target } of requests) {
      if (visitor.behaviour !== 'reader') continue;
      const pages = files.get(visitor.address) ?? [];
      files.set(visitor.address, pages);
      if (target.startsWith('/wiki/')) pages.push(0);
      else if (/load\.php|\/static\//.test(target)) pages.push((pages.pop() ?? 0) + 1);
    }
    const visits = [...files.values()].filter(({ length }) => length >= 2);
    const sumOf = (at: number) => visits.reduce((sum, pages) => sum + (pages[at] ?? 0), 0);
    expect(visits.length).toBeGreaterThan(100);
    expect(sumOf(0)).toBeGreaterThan(3 * sumOf(1));
    expect(requests.some(({ status }) => status === 304)).toBe(true);
  });

  it('shifts the constants of behaviours with the seed', () => {
    const medianOf = (seed: number) => {
      const pauses: number[] = [];
      const last = new Map<string, number>();
      for (const { visitor, timeMs } of generate({ seed, lines: 60_000 })) {
        if (visitor.behaviour !== 'sequential-scraper') continue;
        const before = last.get(visitor.address);
        if (before !== undefined) pauses.push(timeMs - before);
        last.set(visitor.address, timeMs);
      }
      return pauses.toSorted((a, b) => a - b)[pauses.length >> 1] ?? 0;
    };
    const medians = [1, 2, 3, 4].map(medianOf);
    expect(Math.max(...medians)).toBeGreaterThan(1.15 * Math.min(...medians));
  });

  it('knows bots of an autonomous system only where the log shows it', () => {
    const classOf = (knowsAsn: boolean) => {
      const requests = generate({ knowsAsn, lines: 40_000 });
      const preview = requests.find(({ visitor }) => visitor.behaviour === 'meta-preview');
      return (
        preview && {
          ...identify(preview, knowsAsn ? preview.visitor.asn : undefined),
          own: preview.visitor.class,
        }
      );
    };
    expect(classOf(false)).toMatchObject({ own: 'declared-bot', verified: [] });
    expect(classOf(true)).toMatchObject({ own: 'verified-bot', verified: ['meta-preview'] });
  });
});

describe('daysOf', () => {
  it('is 1 day for little, more for more, and at most 31', () => {
    expect([1, 40_000, 1_000_000, 10_000_000, 1_000_000_000].map(daysOf)).toEqual([
      1, 1, 5, 16, 31,
    ]);
  });
});
