import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from '../../src/core/policy/glob.ts';

/** Counts the characters that a matcher looks at. */
class CountedText extends String {
  reads = 0;

  override charCodeAt(index: number): number {
    this.reads += 1;
    return super.charCodeAt(index);
  }
}

function readsOf(pattern: string, text: string): number {
  const counted = new CountedText(text);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- stands in for a string to count reads
  compileGlob(pattern)(counted as unknown as string);
  return counted.reads;
}

describe('glob patterns', () => {
  it.each([
    ['/a', '/a', true],
    ['/a', '/a/', false],
    ['/a/*', '/a/', true],
    ['/a/*', '/a', false],
    ['/a/*', '/a/b/c', true],
    ['*', '', true],
    ['*.xml', '/x.xml', true],
    ['*.xml', '/x.xml/', false],
    ['/a*a', '/a', false],
    ['/a*a', '/aa', true],
    ['/*/b/*', '/a/b/c', true],
    ['/*/b/*', '/a/c/b', false],
    ['*ab*ab*', 'abab', true],
    ['*ab*ab*', 'aab', false],
    ['*aab*', 'aaab', true],
    ['/a.c', '/abc', false],
    ['/[ab]', '/a', false],
    ['/a?', '/ab', false],
  ])('%s on %s: %s', (pattern, text, expected) => {
    expect(compileGlob(pattern)(text)).toBe(expected);
  });

  it('agrees with the plain definition of a star', () => {
    const short = fc
      .array(fc.constantFrom('a', 'b', '*'), { maxLength: 8 })
      .map((chars) => chars.join(''));
    const text = fc
      .array(fc.constantFrom('a', 'b'), { maxLength: 12 })
      .map((chars) => chars.join(''));
    fc.assert(
      fc.property(short, text, (pattern, subject) => {
        const reference = new RegExp(`^${pattern.replaceAll(/\*+/g, '.*')}$`, 's');
        expect(compileGlob(pattern)(subject)).toBe(reference.test(subject));
      }),
      { numRuns: 5000 },
    );
  });

  it('E06: looks at each character of a 2,048-character path once, whatever the pattern', () => {
    const text = `/${'a'.repeat(2047)}`;
    const patterns = [
      `${'*a'.repeat(500)}*b`,
      `${'*aa'.repeat(300)}*b*`,
      `*${'a'.repeat(1000)}b*`,
      `*${'ab'.repeat(400)}*`,
      `*b${'a'.repeat(1000)}*`,
      `${'*aaaaaaab'.repeat(100)}*`,
    ];
    for (const pattern of patterns) {
      expect(readsOf(pattern, text), pattern.slice(0, 20)).toBeLessThanOrEqual(text.length);
    }
    // The counter itself is not blind: a search reads at all, and doubling the text doubles it.
    const reads = readsOf('*aab*', text);
    expect(reads).toBeGreaterThan(2000);
    expect(readsOf('*aab*', text + text)).toBeLessThanOrEqual(2 * reads + 2);
  });
});
