/** The request as the origin saw it, for people: what `/api/echo` is for programs. */
import { html, type Html } from '../html.ts';
import { replyPage } from '../layout.ts';
import type { Visit } from '../router.ts';

function formatHeader([name, value]: readonly [string, string]): Html {
  return html`<tr>
    <th scope="row">${name}</th>
    <td class="value">${value}</td>
  </tr>`;
}

/** `/inspect` with any method; the body is not read. */
export function replyInspect({ request, url }: Visit): Response {
  const main = html`
    <h1>What arrived</h1>
    <p>
      <code id="request-line">${request.method} ${url.pathname}${url.search}</code>
    </p>
    <p>
      The gate adds <code>Toll-Verdict</code> and takes out its own cookie, <code>Toll-Pass</code>,
      and every <code>Toll-*</code> header that the client made up.
    </p>
    <div class="scroll">
      <table id="headers">
        <thead>
          <tr>
            <th scope="col">Header</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          ${[...request.headers].map(formatHeader)}
        </tbody>
      </table>
    </div>
    <p>The same as JSON: <a href="/api/echo">/api/echo</a>.</p>
  `;
  return replyPage(request, { title: 'What arrived', path: '/inspect', main });
}
