/** The operator's brand: every bound just inside and outside (E08). */
import { describe, expect, it } from 'vitest';
import { compileSettingsPolicy } from '../../src/core/settings-policy.ts';
import { decodeSettings } from '../../src/core/settings.ts';

/** Test only. */
const SECRET = 'Zt8_kQ2vLw5yHc1RjXn4Pb7MaUe9SgDo3FiTmKz6YVg';

const CASES: readonly {
  readonly name: string;
  readonly good: readonly string[];
  readonly bad: readonly unknown[];
}[] = [
  {
    name: 'BRAND_TITLE',
    good: ['A', 'x'.repeat(60), '\u{1F6A7}'.repeat(60), 'Zoë & Söhne <b>', 'متجر\u200cما', '日本'],
    bad: ['', ' A', 'A ', 'x'.repeat(61), 'a\nb', 'a\0b', 'a\u202eb', '\ud800', 1, null, ['A']],
  },
  {
    name: 'BRAND_FOOTER',
    good: ['A', 'x'.repeat(200)],
    bad: ['', 'x'.repeat(201), ' ', 'a\u2028b', 'a\u2066b', true, {}],
  },
  {
    name: 'BRAND_LOGO',
    good: ['/a.svg', '/images/logo-2.min.png', '/A/b/c.webp', `/${'x'.repeat(195)}.svg`],
    bad: [
      '',
      '/',
      'logo.svg',
      '//evil.test/a.svg',
      'https://site.test/a.svg',
      '/a.html',
      '/a.svg?x',
      '/../a.svg',
      '/a/../b.svg',
      '/./a.svg',
      '/.svg',
      '/a//b.svg',
      '/a%2fb.svg',
      '/a\\b.svg',
      '/a b.svg',
      '/a.svg\n',
      '/.toll/logo.svg',
      '/*.svg',
      `/${'x'.repeat(196)}.svg`,
      1,
    ],
  },
  {
    name: 'BRAND_ACCENT',
    good: ['#000000', '#ffFFff', '#0f6a62'],
    bad: ['', '#fff', '0f6a62', '#0f6a6', '#0f6a622', '#0f6a6g', 'red', '#0f6a62;', '#0f6a62\n', 1],
  },
  {
    name: 'BRAND_CONTACT',
    good: [
      'mailto:help@example.com',
      'https://example.com',
      'https://a.test:8443/x?y=1#z',
      '/contact',
    ],
    bad: [
      '',
      'help@example.com',
      'http://example.com',
      'javascript:alert(1)',
      'data:text/html,x',
      '//evil.test',
      '/\\evil.test',
      'https://a.test/"x',
      'https://a.test/<x>',
      'https://u:p@a.test/',
      'mailto:a@b?bcc=c@d',
      `/${'x'.repeat(300)}`,
      'mailto:a@b\n',
      1,
    ],
  },
];

function pathsOf(variables: Readonly<Record<string, unknown>>): readonly string[] {
  const reading = decodeSettings({ TOLL_SECRET: SECRET, ...variables });
  return reading.ok ? [] : reading.problems.map(({ path }) => path);
}

describe('the brand', () => {
  it.each(CASES)('E08: $name takes what it should and refuses the rest by name', (each) => {
    const { name, good, bad } = each;
    for (const value of good) expect([value, pathsOf({ [name]: value })]).toEqual([value, []]);
    for (const value of bad) expect([value, pathsOf({ [name]: value })]).toEqual([value, [name]]);
  });

  it('is read as written, the accent in lower case', () => {
    const reading = decodeSettings({
      TOLL_SECRET: SECRET,
      BRAND_TITLE: 'Zoë & Söhne',
      BRAND_ACCENT: '#ABCDEF',
      BRAND_LOGO: '/logo.svg',
      BRAND_CONTACT: '/contact',
      BRAND_FOOTER: '© Zoë',
    });
    expect(reading.ok && reading.settings.brand).toEqual({
      title: 'Zoë & Söhne',
      accent: '#abcdef',
      logo: '/logo.svg',
      contact: '/contact',
      footer: '© Zoë',
    });
  });

  it('must not have its logo below another prefix either', () => {
    expect(pathsOf({ PREFIX: '/gate/', BRAND_LOGO: '/gate/a.svg' })).toEqual(['BRAND_LOGO']);
    expect(pathsOf({ PREFIX: '/gate/', BRAND_LOGO: '/toll/a.svg' })).toEqual([]);
  });

  it('changes the policy by its logo alone', () => {
    const policyOf = (variables: Readonly<Record<string, unknown>>) => {
      const reading = decodeSettings({ TOLL_SECRET: SECRET, ...variables });
      if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
      return compileSettingsPolicy(reading.settings).canonicalForm;
    };
    expect(policyOf({ BRAND_TITLE: 'x', BRAND_ACCENT: '#123456' })).toBe(policyOf({}));
    expect(policyOf({ BRAND_LOGO: '/logo.svg' })).not.toBe(policyOf({}));
  });
});
