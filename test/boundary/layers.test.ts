/** The structure of `src/` as DESIGN section 4 draws it, proved on the import graph. */
import { describe, expect, it } from 'vitest';
import { codeOf, findCycles, findViolations, readSources } from '../support/import-graph.ts';

const SOURCES = readSources('src').filter(({ path }) => !path.endsWith('.d.ts'));
const CORE = SOURCES.filter(({ path }) => path.startsWith('core/'));

/** Clock, randomness and platform globals that `core` must not touch. */
const FORBIDDEN_IN_CORE =
  /\bDate\.now\b|\bnew Date\b|\bMath\.random\b|\bperformance\b|\bfetch\s*\(|\bglobalThis\b|\bprocess\b|\bsetTimeout\b|\bnew URL\b|\bTextEncoder\b|\bgetRandomValues\b/;
const FORBIDDEN_EVERYWHERE =
  /\bpassThroughOnException\b|\beval\s*\(|\bnew Function\b|\bMath\.random\b/;
/** Work, tokens, and the public-key signatures of agents, whose calls stand in one file. */
const VETTED_CRYPTO = /^core\/(?:(?:puzzle|token)\/|signed-agent\/ed25519\.ts$)/;
const UNVETTED_HONO = /from 'hono\/(?:jwt|jwk|cache|cors|ip-restriction|body-limit)'/;

describe('import graph', () => {
  it('has the files that this test is about', () => {
    expect(SOURCES.length).toBeGreaterThan(50);
    expect(CORE.length).toBeGreaterThan(25);
  });

  it('points one way', () => {
    expect(findViolations(SOURCES)).toEqual([]);
  });

  it('has no cycle', () => {
    expect(findCycles(SOURCES)).toEqual([]);
  });

  it('is checked by rules that catch a seeded violation', () => {
    const upward = { path: 'core/token/x.ts', text: "import { app } from '../../http/app.ts';" };
    const typeOnly = { path: 'http/x.ts', text: "import type { A } from '../edge/a.ts';" };
    const dynamic = { path: 'browser/x.ts', text: "await import('../http/app.ts');" };
    const reexport = { path: 'edge/x.ts', text: "export { a } from '../http/a.ts';" };
    const foreign = { path: 'browser/y.ts', text: "import lodash from 'lodash';" };
    const seeded = [upward, typeOnly, dynamic, reexport, foreign];
    expect(findViolations(seeded)).toHaveLength(seeded.length);
    const circle = [
      { path: 'core/a.ts', text: "import type { B } from './b.ts';" },
      { path: 'core/b.ts', text: "import { a } from './a.ts';" },
    ];
    expect(findCycles(circle)).toHaveLength(1);
  });
});

describe('core', () => {
  it('reads no clock, no randomness and no platform global', () => {
    const offenders = CORE.filter(({ text }) => FORBIDDEN_IN_CORE.test(codeOf(text)));
    expect(offenders.map(({ path }) => path)).toEqual([]);
  });

  it('uses crypto in puzzle/, token/ and one file of signed-agent/ alone', () => {
    const users = CORE.filter(({ text }) => /\bcrypto\./.test(codeOf(text))).map(
      ({ path }) => path,
    );
    expect(users.filter((path) => !VETTED_CRYPTO.test(path))).toEqual([]);
    expect(users.length).toBeGreaterThan(0);
  });

  it('is watched by a check that catches a seeded violation', () => {
    for (const seeded of [
      'const now = Date.now();',
      'new Date()',
      'Math.random()',
      'fetch (url)',
    ]) {
      expect(codeOf(seeded)).toMatch(FORBIDDEN_IN_CORE);
    }
    expect(codeOf('// Date.now() in prose')).not.toMatch(FORBIDDEN_IN_CORE);
  });
});

describe('source text', () => {
  it('G04: never lets an exception open the gate, never evaluates text', () => {
    const offenders = SOURCES.filter(({ text }) => FORBIDDEN_EVERYWHERE.test(codeOf(text)));
    expect(offenders.map(({ path }) => path)).toEqual([]);
  });

  it('imports no Hono helper beside the router', () => {
    expect(SOURCES.filter(({ text }) => UNVETTED_HONO.test(text))).toEqual([]);
  });

  it('A09: draws no randomness at module scope', () => {
    const users = SOURCES.filter(({ text }) => codeOf(text).includes('getRandomValues'));
    expect(users.map(({ path }) => path)).toEqual(['edge/system.ts']);
  });
});
