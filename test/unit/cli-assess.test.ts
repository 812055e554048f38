/** `edgetoll assess` as an operator runs it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LogEntry } from '../../src/core/access-log/log-entry.ts';
import { decodeAssessmentSummary } from '../../src/core/assessment/assessment-summary.ts';
import { ask, CHROME, crowd } from '../support/assessed-clients.ts';
import { createFolder, edgetoll, type Ran } from '../support/edgetoll-command.ts';

// Each test starts processes.
vi.setConfig({ testTimeout: 60_000 });

const folder = createFolder();
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

function lineOf({
  timeMs,
  address,
  method,
  target,
  status,
  bytes,
  referer,
  userAgent,
}: LogEntry): string {
  const [date = '', clock = ''] = new Date(timeMs).toISOString().split('T');
  const [year, month, day] = date.split('-');
  const stamp = `${day}/${MONTHS[Number(month) - 1]}/${year}:${clock.slice(0, 8)} +0000`;
  return `${address} - - [${stamp}] "${method} ${target} HTTP/2.0" ${status} ${bytes} "${referer || '-'}" "${userAgent || '-'}"\n`;
}

const ROBOT = { address: '203.0.113.5' };
const LIAR = {
  address: '203.0.113.6',
  userAgent: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
};
const ENTRIES = [
  ...crowd(120, 1),
  ...Array.from({ length: 60 }, (_, at) => ask(ROBOT, at * 4, { target: `/page/word-${at}` })),
  ask(ROBOT, 500, { target: '/.env', status: 404 }),
  ask(LIAR, 900),
].toSorted((a, b) => a.timeMs - b.timeMs);
const LOG = ENTRIES.map(lineOf).join('');
const TRUTH = [
  ...new Map(ENTRIES.map((entry) => [`${entry.address}${entry.userAgent}`, entry])).values(),
]
  .map(({ address, userAgent }) => {
    const kind =
      address === ROBOT.address ? 'automation' : address === LIAR.address ? 'false-bot' : 'browser';
    return `${JSON.stringify({ address, agent: userAgent, class: kind, behaviour: kind })}\n`;
  })
  .join('');

beforeAll(() => {
  folder.write('access.log', LOG);
  folder.write('access.log.gz', gzipSync(LOG));
  folder.write('cut.gz', gzipSync(LOG).subarray(0, 4000));
  folder.write('truth.ndjson', TRUTH);
  folder.write('empty.log', '\n\n');
  folder.write(
    'odd.log',
    `${LOG}hello \u001B[31m\n{"a":\n${'x'.repeat(70_000)}\n${LOG.slice(0, 60)}`,
  );
});

afterAll(() => folder.remove());

function assess(...words: readonly string[]): Promise<Ran> {
  return edgetoll(['assess', ...words], { cwd: folder.path });
}

/** What does not depend on how the log came. */
function measured({ out }: Ran): unknown {
  const { traffic, current, proposed } = JSON.parse(out);
  return { traffic, current, proposed };
}

describe('edgetoll assess', () => {
  it('says who comes, within 100 columns', async () => {
    const { code, out, err } = await assess('access.log');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const word of ['browsers', 'automation', '203.0.113.0/24', 'NETWORK_TARGET', 'false-bots'])
      expect(out).toContain(word);
    for (const line of out.split('\n')) expect([line, line.length <= 100]).toEqual([line, true]);
  });

  it('reads the same from a file, gzip, and the standard input', async () => {
    const [plain, packed, piped] = await Promise.all([
      assess('access.log', '--json'),
      assess('access.log.gz', '--json'),
      edgetoll(['assess', '-', '--json'], { cwd: folder.path, input: LOG }),
    ]);
    expect(measured(packed)).toEqual(measured(plain));
    expect(measured(piped)).toEqual(measured(plain));
    const two = JSON.parse((await assess('access.log', 'access.log.gz', '--json')).out);
    expect(two.traffic.requests).toBe(2 * ENTRIES.length);
  });

  it('counts lines that it cannot read, shows the first, and goes on', async () => {
    const ran = await assess('odd.log', '--json');
    const { log, traffic } = JSON.parse(ran.out);
    expect(traffic.requests).toBe(ENTRIES.length);
    expect(log).toMatchObject({ unread: 4, entries: ENTRIES.length });
    expect(
      log.firstUnread.map(({ line, reason }: { line: number; reason: string }) => [line, reason]),
    ).toEqual([
      [ENTRIES.length + 1, 'no format that is known here'],
      [ENTRIES.length + 2, 'ends in the middle of an entry'],
      [ENTRIES.length + 3, 'longer than 64 KB'],
      [ENTRIES.length + 4, 'ends in the middle of an entry'],
    ]);
    expect((await assess('odd.log')).out).not.toContain('\u001B');
  });

  it('reads a packed file that ends early as far as it goes, and says so', async () => {
    const { log, traffic } = JSON.parse((await assess('cut.gz', '--json')).out);
    expect(traffic.requests).toBeGreaterThan(10);
    expect(log.failures).toEqual([
      { file: 'cut.gz', message: 'the rest cannot be unpacked: it ends in the middle' },
    ]);
  });

  it('says that a log is empty, or that nothing in it could be read', async () => {
    expect(await assess('empty.log')).toMatchObject({ code: 1, out: '' });
    expect((await assess('empty.log')).err).toContain('The log is empty.');
    expect((await assess('truth.ndjson')).err).toContain('No line of the log could be read.');
  });

  it('proposes a policy that policy check accepts', async () => {
    await assess('access.log', '--policy-out', 'proposed.yaml', '--html', 'report.html');
    const ran = await edgetoll(['policy', 'check', '--strict', 'proposed.yaml'], {
      cwd: folder.path,
    });
    expect(ran).toMatchObject({ code: 0, err: '' });
    const html = readFileSync(join(folder.path, 'report.html'), 'utf8');
    expect(html).toContain('Threat assessment');
    expect(html).not.toMatch(/<script|(?:src|href)="?https?:/);
  });

  it('holds its classes against the truth', async () => {
    const { truth } = JSON.parse(
      (await assess('access.log', '--truth', 'truth.ndjson', '--json')).out,
    );
    expect(truth).toMatchObject({ browsersCalledAutomation: 0, unknownClients: 0 });
    expect(truth.confusion.clients.automation.automation).toBe(1);
    expect(truth.confusion.requests['false-bot']['false-bot']).toBe(1);
    const text = (await assess('access.log', '--truth', 'truth.ndjson')).out;
    expect(text).toContain('Browsers called automation: 0.00 %.');
  });

  it('proposes no price that `price` would call a bad bargain', async () => {
    const { out } = await assess('access.log', '--yield', '0.4');
    expect(out).toContain('YIELD_PER_THOUSAND = 0.4');
    expect(out).not.toContain('REQUEST_PRICE =');
    const cheap = await assess('access.log', '--yield', '0.002');
    expect(cheap.out).toContain('YIELD_PER_THOUSAND = 0.002');
    expect(cheap.out).toContain('REQUEST_PRICE =');
  });

  it('keeps the members of its JSON', async () => {
    const parsed = JSON.parse((await assess('access.log', '--json', '--yield', '0.4')).out);
    expect(parsed.format).toBe(1);
    expect(Object.keys(parsed).toSorted()).toEqual([
      'costs',
      'current',
      'falsePositives',
      'format',
      'hardware',
      'log',
      'prices',
      'proposed',
      'sampled',
      'traffic',
      'truth',
      'yieldPerThousand',
    ]);
    expect(Object.keys(parsed.traffic).toSorted()).toEqual([
      'asns',
      'automationAgents',
      'automationNetworks',
      'bots',
      'browserPeak',
      'bytes',
      'classes',
      'clientsForgotten',
      'countries',
      'examples',
      'families',
      'from',
      'hasOriginTime',
      'hours',
      'networks',
      'programs',
      'requests',
      'signals',
      'site',
      'to',
    ]);
    expect(parsed.traffic.classes.automation).toMatchObject({ clients: 1, requests: 61 });
    expect(parsed.traffic.classes['false-bot']).toMatchObject({ clients: 1, requests: 1 });
    expect(parsed.proposed.classes['false-bot'].denied).toBe(1);
    expect(parsed.falsePositives.proposed.denied).toBe(0);
    expect(CHROME).toContain('142');
  });

  it('never writes over what it reads, nor two reports over each other', async () => {
    for (const outputs of [
      ['--html', 'access.log'],
      ['--policy-out', join(folder.path, 'access.log')],
      ['--truth', 'truth.ndjson', '--html', './truth.ndjson'],
      ['--html', 'one.out', '--policy-out', './one.out'],
    ]) {
      const ran = await assess('access.log', ...outputs);
      expect([outputs, ran.code]).toEqual([outputs, 2]);
      expect(ran.err).toContain('named twice');
    }
    expect(readFileSync(join(folder.path, 'access.log'), 'utf8')).toBe(LOG);
    expect(readFileSync(join(folder.path, 'truth.ndjson'), 'utf8')).toBe(TRUTH);
    const discarded = ['--html', '/dev/null', '--policy-out', '/dev/null'];
    expect((await assess('access.log', ...discarded)).code).toBe(0);
  });

  it('refuses wrong calls before it reads', async () => {
    for (const words of [
      [],
      ['none.log'],
      ['.'],
      ['access.log', '--yield', 'much'],
      ['access.log', '--max-clients', '1'],
      ['access.log', '--truth', 'access.log'],
      ['access.log', '--html', 'no/such/folder.html'],
      ['access.log', '--publish'],
    ]) {
      const ran = await assess(...words);
      expect([words, ran.code]).toEqual([words, 2]);
      expect(ran.err).not.toMatch(/\n\s+at |which it should not/);
    }
  });
});

describe('the summary for the review', () => {
  const SUMMARY = {
    format: 1,
    from: 10,
    to: 20,
    requests: 5,
    classes: Object.fromEntries(
      ['verified-bot', 'declared-bot', 'false-bot', 'browser', 'automation'].map((name) => [
        name,
        { clients: 1, requests: 1, bytes: 1 },
      ]),
    ),
    expectedRequestsPerHour: 5,
    topNetworks: [{ network: '192.0.2.0/24', requests: 5 }],
    yieldPerThousand: 0.4,
    proposed: { rules: ['false-bots'], variables: { NETWORK_TARGET: 240 } },
  };

  it('is read back as it was', () => {
    expect(decodeAssessmentSummary(JSON.stringify(SUMMARY))).toEqual(SUMMARY);
  });

  it('is refused where anything is not as it should be', () => {
    for (const change of [
      { format: 2 },
      { more: 1 },
      { from: 21 },
      { requests: -1 },
      { classes: {} },
      { classes: { ...SUMMARY.classes, other: { clients: 1, requests: 1, bytes: 1 } } },
      { topNetworks: [{ network: 1, requests: 5 }] },
      { yieldPerThousand: '0.4' },
      { proposed: { rules: [1], variables: {} } },
      { proposed: { rules: [], variables: { lower: 1 } } },
    ]) {
      const text = JSON.stringify({ ...SUMMARY, ...change });
      expect([change, decodeAssessmentSummary(text)]).toEqual([change, undefined]);
    }
    for (const text of ['', '{', 'null', '[]', `{"format":1,"x":"${'y'.repeat(9000)}"}`])
      expect(decodeAssessmentSummary(text)).toBeUndefined();
  });
});
