/** The three pages that need a script: an upload, a stream and a socket. */
import { html, type Html } from '../html.ts';
import { replyPage } from '../layout.ts';
import type { Visit } from '../router.ts';

const NEEDS_SCRIPT = html`<noscript><p>This page needs JavaScript.</p></noscript>`;

const SURVEY: Html = html`
  <h1>Send a survey photograph</h1>
  <p>Any file does. It is counted and digested while it arrives, and then forgotten.</p>
  ${NEEDS_SCRIPT}
  <form id="upload" class="stack">
    <label for="file">File</label>
    <input id="file" name="file" type="file" required />
    <button>Send the file</button>
  </form>
  <p id="status" role="status"></p>
  <dl id="receipt" hidden>
    <dt>Arrived</dt>
    <dd><span id="arrived-bytes"></span> bytes</dd>
    <dt>SHA-256 there</dt>
    <dd><code id="arrived-sha256"></code></dd>
    <dt>SHA-256 here</dt>
    <dd><code id="sent-sha256"></code></dd>
  </dl>
`;

const GAUGE: Html = html`
  <h1>The water gauge</h1>
  <p>Ten readings come in one response, a fifth of a second apart.</p>
  ${NEEDS_SCRIPT}
  <p><button id="start" type="button">Read the gauge</button></p>
  <p id="status" role="status"></p>
  <ol id="levels"></ol>
`;

const SPEAKING_TUBE: Html = html`
  <h1>The speaking tube</h1>
  <p>What you call down comes back up, through a WebSocket.</p>
  ${NEEDS_SCRIPT}
  <form id="call" class="stack">
    <label for="words">Your words</label>
    <input id="words" name="words" autocomplete="off" required />
    <button>Call</button>
  </form>
  <p id="status" role="status">Not connected.</p>
  <ul id="answers" aria-live="polite"></ul>
`;

/** `GET /survey` */
export function replySurvey({ request }: Visit): Response {
  const page = { title: 'Survey', path: '/survey', main: SURVEY, script: 'survey' };
  return replyPage(request, page);
}

/** `GET /gauge` */
export function replyGauge({ request }: Visit): Response {
  return replyPage(request, { title: 'Water gauge', path: '/gauge', main: GAUGE, script: 'gauge' });
}

/** `GET /speaking-tube` */
export function replySpeakingTube({ request }: Visit): Response {
  const page = { title: 'Speaking tube', path: '/speaking-tube', main: SPEAKING_TUBE };
  return replyPage(request, { ...page, script: 'speaking-tube' });
}
