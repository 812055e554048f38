/** Every flaw of the catalogue that is claimed to be answered has a test that names it. */
import { describe, expect, it } from 'vitest';
import {
  CATALOGUE,
  formatTraceability,
  idsOf,
  readNamedTests,
  WAIVERS,
} from '../support/catalogue.ts';

const tests = readNamedTests();

describe('traceability', () => {
  it('has the table that its tests spell out', async () => {
    await expect(formatTraceability(tests)).toMatchFileSnapshot('../traceability.md');
  });

  it('leaves no id without a test or a waiver', () => {
    const answered = new Set(tests.flatMap(({ ids }) => ids));
    const open = Object.keys(CATALOGUE).filter(
      (id) => !answered.has(id) && WAIVERS[id] === undefined,
    );
    expect(open).toEqual([]);
  });

  it('names no id that the catalogue does not have', () => {
    const unknown = tests.filter(({ ids }) => ids.some((id) => CATALOGUE[id] === undefined));
    expect(unknown).toEqual([]);
    expect(Object.keys(WAIVERS).filter((id) => CATALOGUE[id] === undefined)).toEqual([]);
  });

  it('reads ids from titles', () => {
    expect(idsOf('A05, I01: x')).toEqual(['A05', 'I01']);
    expect(idsOf('3.1, 3.2, A11, C09: x')).toEqual(['A11', 'C09']);
    expect(idsOf('B03, wrong-client: x')).toEqual(['B03']);
    expect(idsOf('waits for A05: x')).toEqual([]);
  });
});
