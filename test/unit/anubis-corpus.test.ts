/** Every policy file that Anubis ships or tests with, and the decisions of its default policy. */
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createClientView } from '../../src/core/client/client-view.ts';
import { importAnubis } from '../../src/core/policy/anubis/import-anubis.ts';
import type { ImportNote } from '../../src/core/policy/anubis/journal.ts';
import { splitPattern } from '../../src/core/policy/anubis/split-pattern.ts';
import { rangesOf } from '../../src/core/policy/anubis/threshold-ranges.ts';
import { translateExpression } from '../../src/core/policy/anubis/translate-expression.ts';
import type { Policy } from '../../src/core/policy/compile-policy.ts';
import { compilePatternList } from '../../src/core/policy/conditions/pattern-list.ts';
import {
  compileDocument,
  findDocumentProblems,
} from '../../src/core/policy/document/complete-document.ts';
import { decodeDocument } from '../../src/core/policy/document/policy-document.ts';
import { judgeRequest } from '../../src/core/policy/evaluate-policy.ts';
import { folderFiles } from '../../src/cli/anubis-files.ts';
import { hasCorpora, readJsonCorpus } from '../support/corpora.ts';
import { policyBase, requestView } from '../support/policy-fixtures.ts';

const ROOT = resolve(process.env['EDGETOLL_CORPORA'] ?? '../shared/corpora', 'anubis');
const FILES = folderFiles(`${ROOT}/data`, `${ROOT}/lib/config`);
const BASE = policyBase();

function namesIn(folder: string): readonly string[] {
  return readdirSync(`${ROOT}/lib/config/testdata/${folder}`).map(
    (name) => `testdata/${folder}/${name}`,
  );
}

function dataFiles(): readonly string[] {
  return readdirSync(`${ROOT}/data`, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => `(data)/${name}`);
}

function print(title: string, counts: unknown): void {
  process.stdout.write(`anubis ${title}: ${JSON.stringify(counts)}\n`);
}

const isHere = hasCorpora();

describe.skipIf(!isHere)('files that Anubis refuses', () => {
  it.each(isHere ? namesIn('bad') : [])('%s is refused with a place', (name) => {
    const imported = importAnubis(name, FILES, { geo: true });
    expect(imported.ok).toBe(false);
    if (imported.ok) return;
    expect(imported.problems.length).toBeGreaterThan(0);
    for (const { file, line, column } of imported.problems) {
      expect(file).toBe(name);
      expect(line).toBeGreaterThan(0);
      expect(column).toBeGreaterThan(0);
    }
  });
});

describe.skipIf(!isHere)('files that Anubis takes', () => {
  const names = isHere ? [...namesIn('good'), ...namesIn('multi-document'), ...dataFiles()] : [];

  it.each(names)('%s is imported', (name) => {
    for (const geo of [true, false]) {
      const imported = importAnubis(name, FILES, { geo });
      expect(imported).toMatchObject({ ok: true });
      if (!imported.ok) continue;
      const decoded = decodeDocument(imported.document);
      expect(decoded).toMatchObject({ ok: true });
      if (decoded.ok) expect(findDocumentProblems(decoded.document, BASE)).toEqual([]);
    }
  });

  it('carries at least 95 % of what D03 permits over whole, and names the rest', () => {
    const counts = { files: 0, rules: 0, whole: 0, changed: 0, dropped: 0 };
    const places = new Set<string>();
    const reasons = new Map<string, ImportNote>();
    for (const name of names) {
      const imported = importAnubis(name, FILES, { geo: true });
      if (!imported.ok) continue;
      counts.files += 1;
      for (const key of ['rules', 'whole', 'changed', 'dropped'] as const) {
        counts[key] += imported.counts[key];
      }
      for (const note of imported.notes) {
        if (note.kind === 'carried' || !note.what.startsWith('rule ')) continue;
        reasons.set(`${note.file}:${note.line}`, note);
      }
      for (const { file, line } of imported.places) places.add(`${file}:${line}`);
    }
    const left = [...reasons.values()];
    const byPrinciple = left.filter(({ why }) => why.includes('rests on the user agent alone'));
    print('rules, as often as they are imported', counts);
    print('rules, each once', {
      rules: places.size,
      whole: places.size - left.length,
      neutralised: left.filter(({ kind }) => kind === 'neutralised').length,
      changed: left.filter(({ kind }) => kind === 'changed').length,
      dropped: left.filter(({ kind }) => kind === 'dropped').length,
      droppedForD03: byPrinciple.length,
    });
    for (const { file, line, kind, what, why } of left) print(`${file}:${line}`, [kind, what, why]);
    expect(left.length).toBeGreaterThan(0);
    const permitted = places.size - byPrinciple.length;
    expect((places.size - left.length) / permitted).toBeGreaterThanOrEqual(0.95);
    expect((places.size - left.length) / places.size).toBeGreaterThanOrEqual(0.92);
    expect(counts.rules).toBe(counts.whole + counts.changed + counts.dropped);
  });
});

interface Expression {
  readonly file: string;
  readonly expr: string;
}

describe.skipIf(!isHere)('extracts', () => {
  it('reads at least 95 % of the expressions', () => {
    const all = readJsonCorpus('anubis/anubis-cel-corpus.json') as readonly Expression[];
    const refused = all.flatMap(({ file, expr }) => {
      if (rangesOf(expr) !== undefined) return [];
      const translated = translateExpression(expr);
      return translated.ok ? [] : [{ file, expr, why: translated.why }];
    });
    print('expressions', { all: all.length, refused: refused.length });
    for (const each of refused) print('expression', each);
    expect(all).toHaveLength(216);
    expect(refused.every(({ why }) => why.length > 0)).toBe(true);
    expect(refused.length / all.length).toBeLessThanOrEqual(0.05);
  });

  it('E06: reads at least 95 % of the regular expressions', () => {
    const all = readJsonCorpus('anubis/anubis-regex-corpus.json') as readonly (readonly string[])[];
    const refused = all.flatMap(([file, key, source = '']) => {
      const fits = (text: string): boolean => text.length <= 1024 && compilePatternList([text]).ok;
      const compiled = compilePatternList(splitPattern(source.trim(), fits));
      return compiled.ok ? [] : [{ file, key, source: source.slice(0, 80), why: compiled.message }];
    });
    print('regular expressions', { all: all.length, refused: refused.length });
    for (const each of refused) print('regular expression', each);
    expect(all).toHaveLength(104);
    expect(refused.length / all.length).toBeLessThanOrEqual(0.05);
  });
});

interface Asked {
  readonly agent?: string;
  readonly ip?: string;
  readonly path?: string;
  readonly country?: string;
  readonly asn?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36';
const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const BINGBOT = 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)';

/** What Anubis decides by the files, `cloudflare-kitesurf` left out; the sum of points beside it. */
const DECISIONS: readonly (readonly [Asked, string])[] = [
  // The catch-all adds 10 to whatever says Mozilla or Opera.
  [{}, 'charge moderate-suspicion 10'],
  [{ path: '/a/b?c' }, 'charge moderate-suspicion 10'],
  [{ agent: 'curl/8.5.0' }, 'allow minimal-suspicion 0'],
  [{ agent: '' }, 'allow minimal-suspicion 0'],
  [{ agent: 'git/2.45.0' }, 'allow minimal-suspicion 0'],
  [{ country: 'BR' }, 'charge mild-proof-of-work 20'],
  [{ country: 'CN' }, 'charge mild-proof-of-work 20'],
  [{ asn: 13_335 }, 'charge mild-proof-of-work 20'],
  [{ country: 'BR', asn: 45_102 }, 'charge extreme-suspicion 30'],
  [{ agent: 'curl/8.5.0', country: 'BR' }, 'charge moderate-suspicion 10'],
  [{ agent: 'curl/8.5.0', headers: { 'x-firefox-ai': '1' } }, 'charge mild-suspicion 5'],
  [{ headers: { 'x-firefox-ai': '1' } }, 'charge moderate-suspicion 15'],
  // Cloudflare-workers adds 15; Cloudflare's headers on every request add nothing.
  [{ headers: { 'cf-worker': 'example.com' } }, 'charge mild-proof-of-work 25'],
  [{ headers: { 'cf-ray': 'a', 'cdn-loop': 'cloudflare' } }, 'charge moderate-suspicion 10'],
  [{ agent: 'curl/8', headers: { 'cf-worker': 'x' } }, 'charge moderate-suspicion 15'],
  [{ agent: 'Mozilla/4.0 (compatible; MSIE 6.0)' }, 'charge extreme-suspicion 30'],
  [{ agent: 'Opera/9.80 Presto/2.12' }, 'charge extreme-suspicion 30'],
  [{ agent: 'Mozilla/5.0 (iPod; CPU)' }, 'charge extreme-suspicion 30'],
  [{ agent: 'Custom-AsyncHttpClient' }, 'charge moderate-suspicion 10'],
  [{ agent: 'Lightpanda/1.0' }, 'deny lightpanda 0'],
  [{ headers: { 'sec-ch-ua': '"Lightpanda";v="1"' } }, 'deny lightpanda 0'],
  [{ agent: 'Mozilla/5.0 HeadlessChrome/120' }, 'deny headless-chrome 0'],
  [{ agent: 'Mozilla/5.0 HeadlessChromium/120' }, 'deny headless-chromium 0'],
  [{ agent: 'AIWebIndex/1.0 (+https://lyrenth.com/bot)' }, 'deny lyrenth-ai-web-index 0'],
  [{ agent: 'Mozilla/5.0 (compatible; Bytespider)' }, 'deny ai-catchall 0'],
  [{ agent: 'Mozilla/5.0 ChatGPT-User/1.0; +https://openai.com/bot' }, 'deny ai-clients 0'],
  [{ agent: 'Mozilla/5.0 OAI-SearchBot/1.0' }, 'deny ai-crawlers-search 0'],
  [{ agent: 'Mozilla/5.0 GPTBot/1.1' }, 'deny ai-crawlers-training 0'],
  [{ agent: 'code-review-sourcing/1 +xai-research' }, 'deny xai-crawler-user-agent 0'],
  // Bots by agent and address; a bot's agent from elsewhere is a browser like any other.
  [{ agent: BINGBOT, ip: '157.55.39.7' }, 'allow bingbot 0'],
  [{ agent: BINGBOT, ip: '192.0.2.7' }, 'charge moderate-suspicion 10'],
  [{ agent: GOOGLEBOT, ip: '157.55.39.7' }, 'charge moderate-suspicion 10'],
  [{ agent: 'Mozilla/5.0 (Applebot/0.1)', ip: '17.241.75.1' }, 'allow applebot 0'],
  [
    { agent: 'Qwantbot/1.0 (+https://help.qwant.com/bot/)', ip: '194.187.171.9' },
    'allow qwantbot 0',
  ],
  [{ agent: 'CCBot/2.0', ip: '18.97.9.170' }, 'allow common-crawl 0'],
  [{ agent: 'CCBot/2.0' }, 'allow minimal-suspicion 0'],
  // By address alone, whatever the agent, but after the denials.
  [{ ip: '207.241.230.1' }, 'allow internet-archive 0'],
  [{ ip: '194.210.235.1' }, 'allow arquivo-pt 0'],
  [{ ip: '207.241.230.1', agent: 'GPTBot/1.1' }, 'deny ai-crawlers-training 0'],
  [{ ip: '2405:f080:1::7' }, 'deny huawei-cloud 0'],
  [{ ip: '240b:4001::7' }, 'deny alibaba-cloud 0'],
  // Paths that keep the internet working, after the denials.
  [{ path: '/.well-known/openid-configuration' }, 'allow well-known 0'],
  [{ path: '/favicon.png' }, 'allow favicon 0'],
  [{ path: '/sitemap.xml' }, 'allow sitemap 0'],
  [{ path: '/sitemap.xmlx' }, 'charge moderate-suspicion 10'],
  [{ path: '/a/favicon.png' }, 'charge moderate-suspicion 10'],
  [{ path: '/.well-known/x', ip: '240b:4001::7' }, 'deny alibaba-cloud 0'],
];

describe.skipIf(!isHere)("Anubis's default policy", () => {
  let policy: Policy;

  beforeAll(() => {
    const imported = importAnubis('(data)/botPolicies.yaml', FILES, { geo: true });
    if (!imported.ok) throw new Error(JSON.stringify(imported.problems));
    print('default policy', imported.counts);
    expect(imported.counts).toEqual({
      rules: 40,
      whole: 38,
      changed: 2,
      dropped: 0,
      networks: 2768,
    });
    const decoded = decodeDocument(imported.document);
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
    policy = compileDocument(decoded.document, BASE);
  });

  it.each(DECISIONS)('decides %j', (asked, expected) => {
    const { decision, points } = judgeRequest(policy, {
      views: [asked.path?.split('?')[0] ?? '/'],
      method: 'GET',
      hasQuery: false,
      client: createClientView({
        connectingIp: asked.ip ?? '192.0.2.1',
        userAgent: asked.agent ?? CHROME,
        asn: asked.asn ?? 64_500,
        country: asked.country ?? 'DE',
      }),
      request: requestView(asked.headers ?? {}),
    });
    expect(`${decision.kind} ${decision.rule} ${points}`).toBe(expected);
  });
});
