/** The front page: where a visitor arrives who has paid the toll. */
import { html } from '../html.ts';
import { replyPage } from '../layout.ts';
import type { Visit } from '../router.ts';

const MAIN = html`
  <h1>Across the river, on foot</h1>
  <img
    class="picture"
    src="/bridge.svg"
    width="640"
    height="300"
    alt="A stone bridge with two arches and a small tollhouse at its left end"
  />
  <p class="lead">
    Low Water Bridge has stood at the bend since there was a bend to stand at. It carries people,
    carts and, when the water is high, the ferry's passengers as well.
  </p>
  <h2>What you can do here</h2>
  <ul>
    <li><a href="/crossings">See today's crossings</a>, fetched from a JSON API.</li>
    <li><a href="/letters">Write to the keeper</a>: a form that shows the bytes that arrived.</li>
    <li><a href="/survey">Send a survey photograph</a>: an upload of any size.</li>
    <li><a href="/gauge">Watch the water gauge</a>: a stream that arrives bit by bit.</li>
    <li><a href="/speaking-tube">Talk through the speaking tube</a>: a WebSocket.</li>
    <li><a href="/ticket">Hold a season ticket</a>: a page that tops the pass up by itself.</li>
    <li><a href="/inspect">See what arrived</a>: your request as this origin saw it.</li>
  </ul>
  <h2>For testing</h2>
  <ul>
    <li><a href="/download?size=1000000">/download</a>: a million known bytes, with ranges.</li>
    <li><a href="/redirect?to=/crossings">/redirect</a>: a redirect to another page.</li>
    <li><a href="/error">/error</a>: a 500 from the origin, <a href="/no-such-page">a 404</a>.</li>
  </ul>
`;

/** `GET /` */
export function replyHome({ request }: Visit): Response {
  return replyPage(request, { title: 'The bridge', path: '/', main: MAIN });
}

/** `GET /favicon.ico`: browsers ask for it, and the gate always lets it through. */
export function replyFavicon({ env, url }: Visit): Promise<Response> {
  return env.ASSETS.fetch(new URL('/bridge.svg', url).href);
}
