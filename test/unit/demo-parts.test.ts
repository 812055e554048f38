/** The demo's escaping, routing, ledger and stream values, without a runtime. */
import { describe, expect, it } from 'vitest';
import { levelAt } from '../../demo/api/stream.ts';
import { readBounded } from '../../demo/body.ts';
import { html } from '../../demo/html.ts';
import { createLedger } from '../../demo/ledger.ts';
import { matchRoute, type Route } from '../../demo/router.ts';

const answer = (text: string) => () => new Response(text);
const bodyOf = (bytes: number) => new Response(new Uint8Array(bytes).fill(7)).body;

describe('html', () => {
  it('escapes text between the markup, in text and in attributes', () => {
    const text = `<b>&"'`;
    expect(html`<p title="${text}">${text}</p>`.markup).toBe(
      '<p title="&lt;b&gt;&amp;&quot;&#39;">&lt;b&gt;&amp;&quot;&#39;</p>',
    );
  });

  it('leaves markup and lists of markup as they are, and numbers readable', () => {
    const items = [html`<i>1</i>`, html`<i>2</i>`];
    expect(html`<p>${items}${html`<br />`}${3}</p>`.markup).toBe('<p><i>1</i><i>2</i><br />3</p>');
  });
});

describe('the route table', () => {
  const routes: readonly Route[] = [
    ['GET', '/a', answer('get')],
    ['POST', '/a', answer('post')],
    ['ANY', '/b', answer('any')],
  ];

  it('finds the route of a method, HEAD with GET, and any method with ANY', () => {
    const kinds = [
      matchRoute(routes, 'GET', '/a'),
      matchRoute(routes, 'HEAD', '/a'),
      matchRoute(routes, 'POST', '/a'),
      matchRoute(routes, 'PURGE', '/b'),
    ].map((match) => match.kind);
    expect(kinds).toEqual(['found', 'found', 'found', 'found']);
  });

  it('names the allowed methods of a path, and knows no prefixes', () => {
    expect(matchRoute(routes, 'DELETE', '/a')).toEqual({
      kind: 'wrong-method',
      allow: 'GET, HEAD, POST',
    });
    expect(matchRoute(routes, 'GET', '/a/')).toEqual({ kind: 'not-found' });
  });
});

describe('the ledger', () => {
  it('counts every request, keeps the last 50, and starts again when reset', () => {
    const ledger = createLedger();
    for (let index = 0; index < 51; index += 1) ledger.record('GET', `/${index}`);
    expect(ledger.count()).toBe(51);
    expect(ledger.recent()).toHaveLength(50);
    expect(ledger.recent()[0]?.path).toBe('/1');
    ledger.reset();
    expect(ledger.count()).toBe(0);
    expect(ledger.recent()).toEqual([]);
  });
});

describe('readBounded', () => {
  it('reads a body of exactly the limit, and none of a longer one', async () => {
    expect(await readBounded(bodyOf(10), 10)).toEqual(new Uint8Array(10).fill(7));
    expect(await readBounded(bodyOf(11), 10)).toBeUndefined();
    expect(await readBounded(null, 10)).toEqual(new Uint8Array(0));
  });
});

it('the gauge shows a level that its index alone decides', () => {
  expect([0, 1, 2, 11].map(levelAt)).toEqual([142, 146, 150, 142]);
});
