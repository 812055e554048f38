/** The words in every language: complete, plain, and with the same places for values. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildLocales } from '../../src/build/locales.ts';
import { LANGUAGES } from '../../src/http/language.ts';
import english from '../../static/locales/en.json' with { type: 'json' };

const FOLDER = 'static/locales/';
const FILES = readdirSync(FOLDER).toSorted();
const ENGLISH = new Map<string, string>(Object.entries(english));

/** The same word in both languages, on purpose. */
const SAME_AS_ENGLISH: Readonly<Record<string, readonly string[]>> = {
  'script.lanes': ['ca', 'el', 'es', 'fr', 'id', 'pt', 'pt-BR'],
};

function readLocale(language: string): ReadonlyMap<string, unknown> {
  const value: unknown = JSON.parse(readFileSync(`${FOLDER}${language}.json`, 'utf8'));
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

const placesIn = (text: string) => (text.match(/\{\w*\}/g) ?? []).toSorted();

/** What is wrong with one string, in words. */
function problemsOf(language: string, key: string, value: unknown): readonly string[] {
  const original = ENGLISH.get(key) ?? '';
  if (typeof value !== 'string') return ['no string'];
  const isSameAllowed =
    language === 'en' ||
    key === 'page.direction' ||
    SAME_AS_ENGLISH[key]?.includes(language) === true;
  return [
    ...(value === '' ? ['empty'] : []),
    ...(value.trim() === value ? [] : ['blanks at an end']),
    ...(/[<>&]|\p{Cc}|[\u202a-\u202e\u2066-\u2069]|\s\s/u.test(value)
      ? ['markup or controls']
      : []),
    ...(/^[^{}]*(?:\{\w+\}[^{}]*)*$/.test(value) ? [] : ['a stray brace']),
    ...(placesIn(value).join() === placesIn(original).join() ? [] : ['other places']),
    ...(value === original && !isSameAllowed ? ['left in English'] : []),
    ...(value.length > 2 * original.length + 20 ? ['more than twice as long'] : []),
  ];
}

describe('locales', () => {
  it('are at least 30, one file for each language that is chosen from', () => {
    expect(FILES).toEqual(LANGUAGES.map((language) => `${language}.json`).toSorted());
    expect(LANGUAGES.length).toBeGreaterThanOrEqual(30);
  });

  it.each(LANGUAGES)('%s has every key in English order, and no other', (language) => {
    expect([...readLocale(language).keys()]).toEqual([...ENGLISH.keys()]);
  });

  it.each(LANGUAGES)('%s has plain text with the places of the English', (language) => {
    const problems = [...readLocale(language)].flatMap(([key, value]) =>
      problemsOf(language, key, value).map((problem) => `${key}: ${problem}`),
    );
    expect(problems).toEqual([]);
  });

  it.each(LANGUAGES)('%s says in which direction it runs', (language) => {
    const isRightToLeft = ['ar', 'fa', 'he', 'ur'].includes(language);
    expect(readLocale(language).get('page.direction')).toBe(isRightToLeft ? 'rtl' : 'ltr');
  });

  it('are checked by rules that catch a seeded mistake', () => {
    const key = 'script.remaining';
    for (const value of [
      1,
      '',
      ' {seconds}',
      '<b>{seconds}</b>',
      'x',
      '{second}',
      '{seconds} {',
      ENGLISH.get(key),
    ]) {
      expect(problemsOf('de', key, value)).not.toEqual([]);
    }
    expect(problemsOf('de', key, 'noch {seconds} s')).toEqual([]);
  });
});

describe('the files of the build', () => {
  it('are every language but English under one fingerprint, the same each time', async () => {
    const { stem, files } = await buildLocales();
    expect(files.map(({ language }) => language).toSorted()).toEqual(
      LANGUAGES.filter((language) => language !== 'en').toSorted(),
    );
    for (const { name, language } of files) expect(name).toBe(`${stem}.${language}.json`);
    expect(await buildLocales()).toEqual({ stem, files });
  });
});
