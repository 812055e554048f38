/** A form and what became of it: the fields, and the digest of the exact bytes that arrived. */
import { measureBytes, readBounded, type BodyFacts } from '../body.ts';
import { html, type Html } from '../html.ts';
import { replyPage } from '../layout.ts';
import type { Visit } from '../router.ts';

const LETTER_LIMIT_BYTES = 1_048_576;

const FORM = html`
  <h1>Write to the keeper</h1>
  <p>Nothing is kept. The next page shows what arrived, byte for byte.</p>
  <form method="post" action="/letters" class="stack">
    <label for="name">Your name</label>
    <input id="name" name="name" autocomplete="name" required />
    <label for="subject">About</label>
    <select id="subject" name="subject">
      <option>Opening hours</option>
      <option>A lost umbrella</option>
      <option>The price of sheep</option>
    </select>
    <label for="message">Letter</label>
    <textarea id="message" name="message" rows="6" required></textarea>
    <button>Send the letter</button>
  </form>
`;

/** `GET /letters` */
export function replyLetters({ request }: Visit): Response {
  return replyPage(request, { title: 'Letters', path: '/letters', main: FORM });
}

function formatField([name, value]: readonly [string, string]): Html {
  return html`<dt>${name}</dt>
    <dd class="value">${value}</dd>`;
}

function formatReceipt(fields: readonly (readonly [string, string])[], body: BodyFacts): Html {
  return html`
    <h1>Your letter arrived</h1>
    <dl id="fields">${fields.map(formatField)}</dl>
    <h2>The bytes</h2>
    <dl>
      <dt>Length</dt>
      <dd><span id="body-bytes">${body.bytes}</span> bytes</dd>
      <dt>SHA-256</dt>
      <dd><code id="body-sha256">${body.sha256}</code></dd>
    </dl>
    <p><a href="/letters">Write another</a></p>
  `;
}

/** `POST /letters`: 200 with what arrived, 413 above 1 MiB, 415 for anything but urlencoded. */
export async function receiveLetter({ request, entry }: Visit): Promise<Response> {
  const bytes = await readBounded(request.body, LETTER_LIMIT_BYTES);
  if (bytes === undefined) return replyRefusal(request, 413, 'A letter has at most 1 MiB.');
  const body = await measureBytes(bytes);
  entry.bodyBytes = body.bytes;
  entry.bodySha256 = body.sha256;
  const type = request.headers.get('Content-Type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') {
    return replyRefusal(request, 415, 'A letter comes as a urlencoded form.');
  }
  const fields = [...new URLSearchParams(new TextDecoder().decode(bytes))];
  const main = formatReceipt(fields, body);
  return replyPage(request, { title: 'Your letter', path: '/letters', main });
}

function replyRefusal(request: Request, status: number, reason: string): Response {
  const main = html`<h1>The keeper sends it back</h1>
    <p>${reason}</p>`;
  return replyPage(request, { title: 'Sent back', path: '/letters', main, status });
}
