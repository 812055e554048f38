/** Memory and sums of an assessment, whatever is read. */
import { describe, expect, it } from 'vitest';
import { Assessor } from '../../src/core/assessment/assessor.ts';
import {
  estimateDistinct,
  DistinctSketches,
  SKETCH_BITS,
} from '../../src/core/assessment/distinct-sketches.ts';
import { FactCache } from '../../src/core/assessment/fact-cache.ts';
import { RequestSample } from '../../src/core/assessment/request-sample.ts';
import { hashOf, readTarget } from '../../src/core/assessment/target-facts.ts';
import { TopCounter } from '../../src/core/assessment/top-counter.ts';
import { readSnapshot } from '../../src/core/bots/bot-lists.ts';
import { createBotIdentifier } from '../../src/core/bots/identify-bot.ts';
import { createRandomSource } from '../../src/core/random-source.ts';
import { ask, crowd, judge } from '../support/assessed-clients.ts';

describe('a million clients', () => {
  it(
    'H05: never watches more than its bound, and counts each request once',
    { timeout: 240_000 },
    () => {
      const maxClients = 20_000;
      let verdicts = 0;
      const assessor = new Assessor({
        identifier: createBotIdentifier(readSnapshot()),
        random: createRandomSource(1),
        maxClients,
        sampleSize: 100,
        onVerdict: () => (verdicts += 1),
      });
      const count = 1_000_000;
      for (let at = 0; at < count; at += 1) {
        const address = `${1 + (at % 200)}.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`;
        assessor.add(ask({ address, userAgent: `Mozilla/5.0 (X11) ${at % 3000}` }, at / 20));
        if (at % 10_000 === 0) expect(assessor.watched).toBeLessThanOrEqual(maxClients);
      }
      const traffic = assessor.finish();
      const classes = Object.values(traffic.classes);
      expect(traffic.requests).toBe(count);
      expect(classes.reduce((sum, { requests }) => sum + requests, 0)).toBe(count);
      expect(classes.reduce((sum, { clients }) => sum + clients, 0)).toBe(verdicts);
      expect(traffic.clientsForgotten).toBeGreaterThan(count - 2 * maxClients);
      expect(traffic.sample.length).toBeLessThanOrEqual(600);
    },
  );

  it('are judged alike where they are forgotten early', () => {
    const people = crowd(400, 2);
    const { traffic } = judge(people, { maxClients: 100 });
    expect(traffic.clientsForgotten).toBeGreaterThan(300);
    const all = Object.values(traffic.classes).reduce((sum, { requests }) => sum + requests, 0);
    expect(all).toBe(people.length);
    expect(traffic.classes.automation.clients).toBeLessThanOrEqual(8);
  });
});

describe('the sample', () => {
  it('is as large as it may be, and every request is as likely in it', () => {
    const draws = new Uint32Array(10);
    const { sample } = judge([ask({ address: '192.0.2.1' }, 0)]).traffic;
    const [request] = sample;
    if (request === undefined) throw new Error('an empty sample');
    for (let round = 0; round < 300; round += 1) {
      const drawn = new RequestSample(20, createRandomSource(round));
      for (let at = 0; at < 1000; at += 1) drawn.offer({ ...request.entry, bytes: at }, request);
      expect(drawn.requests.length).toBe(20);
      for (const { entry } of drawn.requests) {
        const tenth = Math.floor(entry.bytes / 100);
        draws[tenth] = (draws[tenth] ?? 0) + 1;
      }
    }
    // 600 of each tenth; five standard deviations of a binomial are 116.
    for (const count of draws) expect(Math.abs(count - 600)).toBeLessThan(116);
  });

  it('stands for every request of a class', () => {
    const { sample, classes } = judge(crowd(200, 5), { sampleSize: 50 }).traffic;
    const sum = sample.reduce((total, { standsFor }) => total + standsFor, 0);
    expect(sum).toBeCloseTo(classes.browser.requests, 6);
    expect(sample.length).toBe(100);
  });
});

describe('bounded parts', () => {
  it('tells distinct things apart up to what its bits can hold', () => {
    const sketches = new DistinctSketches(2);
    let ones = 0;
    for (let at = 0; at < 400; at += 1) {
      if (sketches.addDocument(1, hashOf(`/page/${at}`))) ones += 1;
      expect(sketches.addDocument(1, hashOf(`/page/${at}`))).toBe(false);
    }
    const estimate = estimateDistinct(ones, SKETCH_BITS.documents);
    expect(Math.abs(estimate - 400)).toBeLessThan(60);
    expect(sketches.addDocument(0, hashOf('/page/1'))).toBe(true);
    sketches.clear(1);
    expect(sketches.addDocument(1, hashOf('/page/1'))).toBe(true);
  });

  it('caches so many facts and reads the rest again', () => {
    let reads = 0;
    const cache = new FactCache((text) => {
      reads += 1;
      return text.length;
    }, 100);
    for (let at = 0; at < 1000; at += 1) expect(cache.get(`text ${at}`)).toBe(`text ${at}`.length);
    expect(cache.size).toBeLessThanOrEqual(100);
    cache.get('text 999');
    expect(reads).toBe(1000);
  });

  it('keeps the largest names and forgets small ones', () => {
    const counter = new TopCounter(100);
    for (let at = 0; at < 5000; at += 1) {
      counter.add('large', 'browser', { requests: 5, bytes: 1 });
      counter.add(`small ${at}`, 'automation', { requests: 1, bytes: 1 });
      expect(counter.size).toBeLessThanOrEqual(100);
    }
    expect(counter.top(1)).toMatchObject([{ name: 'large', requests: 25_000, clients: 5000 }]);
    expect(counter.top(3, 'automation').every(({ name }) => name.startsWith('small'))).toBe(true);
  });
});

describe('targets', () => {
  it('have a kind and a family', () => {
    const cases = [
      ['/', 'document', '/'],
      ['/about', 'document', '/about'],
      ['/product/red-shoe-9?size=9', 'document', '/product/*'],
      ['/2026/11/22/a-title', 'document', '/*'],
      ['/how-to-tie-a-shoe', 'document', '/*'],
      ['/static/app.3f2a.js', 'static', '/static/*'],
      ['/w/load.php?only=styles', 'static', '/w/*'],
      ['/api/items/17', 'api', '/api/items/*'],
      ['/feed/', 'feed', '/feed/'],
      ['/robots.txt', 'robots', '/robots.txt'],
      ['/.env', 'probe', '/*'],
      ['/a/../../etc/passwd', 'probe', '/a/*'],
      ['http://proxy.test/a/b', 'document', '/a/*'],
      ['*', 'document', '/'],
      ['', 'document', '/'],
    ] as const;
    for (const [target, kind, family] of cases)
      expect([target, readTarget(target)]).toMatchObject([target, { kind, family }]);
  });

  it('have the number that enumeration counts up', () => {
    expect(readTarget('/items/17').number).toBe(17);
    expect(readTarget('/items?page=4&q=a').number).toBe(4);
    expect(readTarget('/a').number).toBe(-1);
    expect(readTarget(`/${'9'.repeat(30)}`).number).toBe(999_999_999);
  });
});
