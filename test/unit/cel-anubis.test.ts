/** Every expression that Anubis ships with, against an environment such as Anubis offers. */
import { describe, expect, it } from 'vitest';
import { CelLookup, listOf, type CelType } from '../../src/core/policy/cel/cel-value.ts';
import type {
  CelEnvironment,
  CelFunction,
  Unavailable,
} from '../../src/core/policy/cel/environment.ts';
import { compileExpression } from '../../src/core/policy/cel/expression.ts';
import { formatExpression } from '../../src/core/policy/cel/format-expression.ts';
import { parseExpression } from '../../src/core/policy/cel/parse.ts';
import { hasCorpora, readJsonCorpus } from '../support/corpora.ts';
import { asList, asRecord } from '../support/corpora-in-workerd.ts';
import { asText, compileNativeRegex, compileOk } from './cel-fixtures.ts';

const NO_DNS: Unavailable = {
  kind: 'unavailable',
  reason: 'a Worker cannot ask the DNS while it decides',
};
const NO_LOAD: Unavailable = { kind: 'unavailable', reason: 'a Worker has no load' };

function declare(
  parameters: readonly CelType[],
  result: CelType,
  call: CelFunction['call'],
): readonly CelFunction[] {
  return [{ kind: 'function', parameters, result, style: 'global', isPure: false, call }];
}

const ANUBIS: CelEnvironment = {
  variables: new Map<string, CelType | Unavailable>([
    ...['remoteAddress', 'host', 'method', 'userAgent', 'path'].map(
      (name) => [name, 'string'] as const,
    ),
    ['contentLength', 'int'],
    ['weight', 'int'],
    ['headers', 'lookup'],
    ['query', 'lookup'],
    ...['load_1m', 'load_5m', 'load_15m'].map((name) => [name, NO_LOAD] as const),
  ]),
  functions: new Map<string, readonly CelFunction[] | Unavailable>([
    ['randInt', declare(['int'], 'int', () => 0n)],
    [
      'segments',
      declare(['string'], listOf('string'), ([path]) => asText(path).split('/').slice(1)),
    ],
    [
      'missingHeader',
      declare(
        ['lookup', 'string'],
        'bool',
        ([headers, name]) => headers instanceof CelLookup && !headers.lookup(asText(name)),
      ),
    ],
    ...['verifyFCrDNS', 'reverseDNS', 'lookupHost'].map((name) => [name, NO_DNS] as const),
  ]),
  // V8 has had (?i:...) since 12.5; the engine that the Worker uses reads it anyway.
  compileRegex: compileNativeRegex,
};

describe.skipIf(!hasCorpora())('expressions of Anubis', () => {
  const entries = asList(readJsonCorpus('anubis/anubis-cel-corpus.json')).map(asRecord);
  const sources = entries.map(({ expr }) => String(expr));

  it('compile, or are refused with the reason', () => {
    const refused = new Map<string, string>();
    let compiled = 0;
    for (const source of sources) {
      const result = compileExpression(source, ANUBIS);
      if (result.ok) compiled += 1;
      else refused.set(source, result.problems.map(({ message }) => message).join('; '));
    }
    process.stderr.write(`Anubis: ${compiled} of ${sources.length} expressions compile\n`);
    for (const [source, reason] of refused) {
      process.stderr.write(`  refused: ${source}: ${reason}\n`);
    }
    expect(sources).toHaveLength(216);
    expect(compiled / sources.length).toBeGreaterThanOrEqual(0.95);
    expect([...refused.values()]).toEqual(
      Array.from(refused, () => `verifyFCrDNS() is not available: ${NO_DNS.reason}`),
    );
  });

  it('have a canonical text that parses to the same canonical text', () => {
    for (const source of sources) {
      const parsed = parseExpression(source);
      if (!parsed.ok) throw new Error(source);
      const text = formatExpression(parsed.ast);
      expect(compileExpression(text, ANUBIS)).toMatchObject({
        ok: compileExpression(source, ANUBIS).ok,
      });
      const again = parseExpression(text);
      expect(again.ok && formatExpression(again.ast)).toBe(text);
    }
  });

  it('end within 100 steps for an ordinary request', () => {
    const headers = new CelLookup((name) => (name.startsWith('X') ? undefined : 'text/html, gzip'));
    const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
    const resolve = (name: string) => {
      if (name === 'headers' || name === 'query') return headers;
      return name === 'weight' ? 5 : agent;
    };
    for (const source of sources) {
      const compiled = compileExpression(source, ANUBIS);
      if (compiled.ok) expect(compiled.expression.evaluate(resolve).steps).toBeLessThan(100);
    }
  });
});

describe('conditions of Anubis policies', () => {
  const headers = new CelLookup((name) => (name === 'Accept' ? '*/*' : undefined));
  const values = new Map<string, unknown>([
    ['userAgent', 'git/2.52.0'],
    ['path', '/api/v1/things'],
    ['method', 'POST'],
    ['headers', headers],
    ['query', new CelLookup((name) => (name === 'go-get' ? '1' : undefined))],
    ['weight', 10],
    ['contentLength', -1],
  ]);
  const evaluate = (source: string) =>
    compileOk(source, ANUBIS, {}).evaluate((name) => values.get(name) as never);

  it.each([
    ['userAgent.startsWith("git/") || userAgent.contains("libgit")', true],
    ['"Accept" in headers && headers["Accept"] == "*/*"', true],
    ['"Git-Protocol" in headers && headers["Git-Protocol"] == "version=2"', false],
    ['!(method == "HEAD" || method == "GET") && path.startsWith("/api/")', true],
    ['"go-get" in query && query["go-get"] == "1"', true],
    ['weight >= 10 && weight < 20', true],
    ['missingHeader(headers, "Sec-Fetch-Mode")', true],
    ['segments(path)[0] == "api" && size(segments(path)) == 3', true],
    ['segments(path).exists(part, part == "v1")', true],
    ['contentLength < 0', true],
    ['randInt(4) == 0', true],
  ])('%s: %s', (source, value) => {
    expect(evaluate(source)).toMatchObject({ ok: true, value });
  });

  it('a missing header is a failure, which || absorbs', () => {
    expect(evaluate('headers["Cookie"] == "a"')).toMatchObject({ reason: 'no-such-key' });
    expect(evaluate('headers["Cookie"] == "a" || weight == 10')).toMatchObject({ value: true });
  });
});
