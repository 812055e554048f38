/** Pages in the visitor's language and the operator's colours, on real assets. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../src/http/language.ts';
import { createPages } from '../../src/http/page/pages.ts';
import { createWordings, wordsPath } from '../../src/http/page/words.ts';
import { NO_BRAND } from '../../src/core/brand.ts';
import { openTestGate, ORIGIN } from '../support/test-gate.ts';
import { NAVIGATION } from '../support/visitor.ts';

const speaking = (language: string) => ({ ...NAVIGATION, 'Accept-Language': language });

async function readAsset(path: string): Promise<string | undefined> {
  const response = await env.ASSETS.fetch(new URL(path, ORIGIN));
  return response.ok ? response.text() : undefined;
}

describe('the language', () => {
  it('is the one asked for, in the header, the attributes and the words alike', async () => {
    const gate = await openTestGate();
    for (const [asked, language, direction, words] of [
      ['de-AT,de;q=0.9,en;q=0.8', 'de', 'ltr', 'Einen Moment, bitte'],
      ['ar', 'ar', 'rtl', 'لحظة من فضلك'],
      ['zh-TW', 'zh-Hant', 'ltr', '請稍候'],
      ['tlh', 'en', 'ltr', 'One moment, please'],
    ] as const) {
      const response = await gate.send('/page', { headers: speaking(asked) });
      const html = await response.text();
      expect(response.headers.get('Content-Language')).toBe(language);
      expect(html).toContain(`<html lang="${language}" dir="${direction}">`);
      expect(html).toContain(`<h1>${words}</h1>`);
      const head = await gate.send('/page', { method: 'HEAD', headers: speaking(asked) });
      expect(head.headers.get('Content-Language')).toBe(language);
    }
  });

  it('is sent alone', async () => {
    const gate = await openTestGate();
    await gate.send('/page', { headers: speaking('fr') });
    const html = await (await gate.send('/page', { headers: speaking('de') })).text();
    expect(html).not.toMatch(/One moment|Un instant/);
  });

  it('is spoken in refusals too, and not in problem+json', async () => {
    const rules = [{ name: 'shut', action: 'deny', path: ['/shut'] }];
    const gate = await openTestGate({ variables: { RULES: rules } });
    const refused = await gate.send('/shut', { headers: speaking('de') });
    expect(await refused.text()).toContain('Zugriff verweigert');
    expect(refused.headers.get('Content-Language')).toBe('de');
    const problem = await gate.send('/shut', { headers: { 'Accept-Language': 'de' } });
    expect(problem.headers.get('Content-Language')).toBeNull();
  });

  it('has a page and notices without a mistake of the template in every language', async () => {
    const pages = createPages({ prefix: '/.toll/', brand: NO_BRAND }, readAsset);
    for (const language of LANGUAGES) {
      const page = await pages.inLanguageOf(new Headers({ 'Accept-Language': language }));
      expect(page.language).toBe(language);
      expect(page.notice({ kind: 'slow-down' })).not.toMatch(/\{\{|undefined/);
    }
  });

  it('falls back to English where its file fails, and tries again', async () => {
    let text: string | undefined;
    let reads = 0;
    const readWording = createWordings(async () => {
      reads += 1;
      return text;
    });
    for (const bad of [undefined, '', 'x', 'null', '[]', '{}', '{"page.title":1}']) {
      text = bad;
      expect((await readWording('de')).language).toBe('en');
    }
    text = await readAsset(wordsPath('de'));
    expect((await readWording('de')).words['page.title']).toBe('Einen Moment, bitte');
    await readWording('de');
    await readWording('en');
    expect(reads).toBe(8);
  });
});

describe('the brand', () => {
  const variables = {
    BRAND_TITLE: '<Zoë> & "Co"',
    BRAND_LOGO: '/img/logo.svg',
    BRAND_ACCENT: '#FFCC00',
    BRAND_CONTACT: 'mailto:help@site.test',
    BRAND_FOOTER: "</footer><script>'",
  };

  it('stands in pages and notices, escaped', async () => {
    const gate = await openTestGate({
      variables: { ...variables, RULES: [{ name: 'shut', action: 'deny', path: ['/shut'] }] },
    });
    for (const path of ['/page', '/shut']) {
      const html = await (await gate.send(path, { headers: NAVIGATION })).text();
      expect(html).toContain('<img src="/img/logo.svg" alt="" height="32">');
      expect(html).toContain('<span>&lt;Zo&#235;&gt; &amp; &quot;Co&quot;</span>');
      expect(html).toContain('<a href="mailto:help@site.test">Contact</a>');
      expect(html).toContain('&lt;/footer&gt;&lt;script&gt;&#39;');
      expect(html).toContain('href="/.toll/assets/brand-ffcc00.css"');
      expect(html).toMatch(/<title>.* &#8211; &lt;Zo&#235;/);
    }
  });

  it('leaves no trace where there is none', async () => {
    const gate = await openTestGate();
    const html = await (await gate.send('/page', { headers: NAVIGATION })).text();
    expect(html).not.toMatch(/brand|<footer|<header|<img/);
    expect((await gate.send('/.toll/assets/brand-ffcc00.css')).status).toBe(404);
  });

  it('gives its colours as a style sheet of its own, below any prefix', async () => {
    for (const prefix of ['/.toll/', '/gate/']) {
      const gate = await openTestGate({ variables: { ...variables, PREFIX: prefix } });
      const response = await gate.send(`${prefix}assets/brand-ffcc00.css`);
      expect(response.headers.get('Content-Type')).toBe('text/css; charset=utf-8');
      expect(response.headers.get('Cache-Control')).toBe('public, max-age=86400');
      expect(await response.text()).toMatch(/^:root\{--accent:#\w{6};--on-accent:#fff\}@media/);
    }
  });

  it('lets the logo through, and nothing beside it', async () => {
    const gate = await openTestGate({ variables });
    expect((await gate.send('/img/logo.svg')).status).toBe(200);
    expect((await gate.send('/img/logo.svg', { method: 'HEAD' })).status).toBe(200);
    for (const path of [
      '/img/logo.svg?v=2',
      '/img/logo.svg/x',
      '/img/logo.svgx',
      '/img/',
      '/img/Logo.svg',
      '/img//logo.svg',
      '/img/logo.svg;x',
    ]) {
      expect([path, (await gate.send(path)).status]).toEqual([path, 403]);
    }
    expect((await gate.send('/img/logo.svg', { method: 'POST', body: 'x' })).status).toBe(403);
  });
});
