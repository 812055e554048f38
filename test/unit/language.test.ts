/** Accept-Language to one of our languages (E10: bounded, and never an exception). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LANGUAGES, pickLanguage } from '../../src/http/language.ts';

const SEED = 20_261_122;

describe('pickLanguage', () => {
  it.each([
    [null, 'en'],
    ['', 'en'],
    ['de', 'de'],
    ['DE', 'de'],
    ['de-AT', 'de'],
    ['de-DE-1996', 'de'],
    ['de-CH-1901-x-a-b', 'de'],
    ['en-US,en;q=0.9', 'en'],
    ['tlh, fr;q=0.5', 'fr'],
    ['fr;q=0.2, it;q=0.7, es;q=0.7', 'it'],
    ['fr;q=0.123,it;q=0.124', 'it'],
    ['fr;q=0, it;q=0.1', 'it'],
    ['fr;q=0.000', 'en'],
    ['fr;q=1.000', 'fr'],
    ['fr ; q=0.5 , it', 'it'],
    ['fr\t;\tq=0.5,\tit;q=0.4', 'fr'],
    ['*', 'en'],
    ['*, de;q=0.5', 'de'],
    ['und', 'en'],
    ['und-Hant', 'en'],
    ['i-klingon, sv', 'sv'],
    ['x-private, sv', 'sv'],
    ['pt', 'pt'],
    ['pt-PT', 'pt'],
    ['pt-AO', 'pt'],
    ['pt-BR', 'pt-BR'],
    ['pt-br', 'pt-BR'],
    ['no', 'nb'],
    ['no-NO', 'nb'],
    ['nn-NO', 'nb'],
    ['iw', 'he'],
    ['in-ID', 'id'],
    ['zh', 'zh-Hans'],
    ['zh-CN', 'zh-Hans'],
    ['zh-SG', 'zh-Hans'],
    ['zh-TW', 'zh-Hant'],
    ['zh-HK', 'zh-Hant'],
    ['zh-Hant-HK', 'zh-Hant'],
    ['zh-Hans-TW', 'zh-Hans'],
    ['cmn-CN', 'zh-Hans'],
    ['yue', 'zh-Hant'],
    ['sr-Latn-RS', 'sr'],
    ['es-419', 'es'],
  ])('%s is %s', (header, language) => {
    expect(pickLanguage(header)).toBe(language);
  });

  it.each([
    ['fr;q=2, it;q=0.1', 'it'],
    ['fr;q=0.1234, it;q=0.1', 'it'],
    ['fr;q=.5, it;q=0.1', 'it'],
    ['fr;q=-1, it;q=0.1', 'it'],
    ['fr;q=nan, it;q=0.1', 'it'],
    ['fr;q, it', 'it'],
    ['fr;level=1, it', 'it'],
    ['fr-, it', 'it'],
    ['-fr, it', 'it'],
    ['fr_FR, it', 'it'],
    ['französisch, it', 'it'],
    ['abcdefghi, it', 'it'],
    [',,,it,,', 'it'],
    ['constructor, __proto__, it', 'it'],
  ])('what cannot be read is skipped: %s is %s', (header, language) => {
    expect(pickLanguage(header)).toBe(language);
  });

  it('E10: reads 16 ranges and 512 characters, no more', () => {
    expect(pickLanguage(`${'tlh,'.repeat(15)}de`)).toBe('de');
    expect(pickLanguage(`${'tlh,'.repeat(16)}de`)).toBe('en');
    expect(pickLanguage(`${' '.repeat(510)}de`)).toBe('de');
    expect(pickLanguage(`${' '.repeat(511)}de`)).toBe('en');
  });

  it('E10: takes 4,000 subtags and any other text without an exception', () => {
    expect(pickLanguage(`de${'-x'.repeat(4000)}`)).toBe('de');
    expect(pickLanguage('a'.repeat(1_000_000))).toBe('en');
    expect(pickLanguage(`de;${' '.repeat(100_000)}`)).toBe('en');
    const known = new Set<string>(LANGUAGES);
    const anyHeader = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...Array.from('adehnrtz-;=q,.01* \t_')) }),
    );
    fc.assert(
      fc.property(anyHeader, (header) => known.has(pickLanguage(header))),
      { seed: SEED, numRuns: 5000 },
    );
  });

  it('gives every language to whoever asks for it by name', () => {
    for (const language of LANGUAGES) {
      expect(pickLanguage(language)).toBe(language);
      expect(pickLanguage(`${language.toLowerCase()}-x-test;q=0.4, *;q=0.1`)).toBe(language);
    }
  });
});
