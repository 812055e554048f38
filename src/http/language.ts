/**
 * Which language a page is written in: `Accept-Language` against the languages that we have.
 *
 * Owns the list of languages, the bounded reading of the header (RFC 9110 sections 12.4.2 and
 * 12.5.4) and the lookup (RFC 4647 section 3.4). What it cannot read it skips; it never throws.
 * Must not know the words themselves.
 */

/** In the spelling of the files in static/locales; English is the one that is always there. */
export const LANGUAGES = [
  'ar',
  'bg',
  'ca',
  'cs',
  'da',
  'de',
  'el',
  'en',
  'es',
  'fa',
  'fi',
  'fr',
  'he',
  'hi',
  'hr',
  'hu',
  'id',
  'it',
  'ja',
  'ko',
  'nb',
  'nl',
  'pl',
  'pt',
  'pt-BR',
  'ro',
  'ru',
  'sk',
  'sl',
  'sr',
  'sv',
  'tr',
  'uk',
  'ur',
  'vi',
  'zh-Hans',
  'zh-Hant',
] as const;

export type Language = (typeof LANGUAGES)[number];

export const DEFAULT_LANGUAGE = 'en' satisfies Language;

/** Other names of the same language, regions that imply a script, and a close relative for Nynorsk. */
const ALIASES: Readonly<Record<string, Language>> = {
  cmn: 'zh-Hans',
  in: 'id',
  iw: 'he',
  mo: 'ro',
  nn: 'nb',
  no: 'nb',
  yue: 'zh-Hant',
  zh: 'zh-Hans',
  'zh-hk': 'zh-Hant',
  'zh-mo': 'zh-Hant',
  'zh-tw': 'zh-Hant',
};

const BY_TAG: ReadonlyMap<string, Language> = new Map([
  ...LANGUAGES.map((language) => [language.toLowerCase(), language] as const),
  ...Object.entries(ALIASES),
]);

/** Browsers send less than 100 characters; what is beyond is not read. */
const MAX_HEADER_CHARACTERS = 512;
const MAX_RANGES = 16;

/** A language range, and its weight in thousandths at most. No part can match in two ways. */
const RANGE =
  /^([a-z]{1,8}(?:-[a-z0-9]{1,8})*)(?:[ \t]*;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/;

interface WeightedRange {
  readonly range: string;
  readonly weight: number;
}

/** Wildcards say nothing that the default does not, and are skipped like what cannot be read. */
function parseRanges(header: string): readonly WeightedRange[] {
  const parts = header.slice(0, MAX_HEADER_CHARACTERS).toLowerCase().split(',', MAX_RANGES);
  return parts.flatMap((part) => {
    const match = RANGE.exec(part.trim());
    const [, range, weight = '1'] = match ?? [];
    return range === undefined ? [] : [{ range, weight: Number(weight) }];
  });
}

/** The range, then the range less its last subtag, and so on; a lone letter goes with its neighbour. */
function lookUp(range: string): Language | undefined {
  const subtags = range.split('-');
  while (subtags.length > 0) {
    const language = BY_TAG.get(subtags.join('-'));
    if (language !== undefined) return language;
    subtags.pop();
    if (subtags.at(-1)?.length === 1) subtags.pop();
  }
  return undefined;
}

/** @param header the value of `Accept-Language`, `null` where there is none */
export function pickLanguage(header: string | null): Language {
  const wanted = parseRanges(header ?? '').filter(({ weight }) => weight > 0);
  for (const { range } of wanted.toSorted((a, b) => b.weight - a.weight)) {
    const language = lookUp(range);
    if (language !== undefined) return language;
  }
  return DEFAULT_LANGUAGE;
}
