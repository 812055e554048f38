/** A table that works without scripts; with them, it is filtered through the JSON API. */
import { CROSSINGS, type Crossing } from '../api/crossings.ts';
import { html, type Html } from '../html.ts';
import { replyPage } from '../layout.ts';
import type { Visit } from '../router.ts';

function formatRow(crossing: Crossing): Html {
  return html`<tr>
    <td>${crossing.departs}</td>
    <td>${crossing.direction}</td>
    <td>${crossing.by}</td>
    <td>${crossing.note}</td>
  </tr>`;
}

const MAIN = html`
  <h1>Crossings today</h1>
  <form id="filter" hidden>
    <label for="direction">Direction</label>
    <select id="direction" name="direction">
      <option value="">both</option>
      <option value="north">north</option>
      <option value="south">south</option>
    </select>
  </form>
  <p id="status" role="status">${CROSSINGS.length} crossings.</p>
  <div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">Departs</th>
          <th scope="col">Direction</th>
          <th scope="col">By</th>
          <th scope="col">Note</th>
        </tr>
      </thead>
      <tbody id="rows">
        ${CROSSINGS.map(formatRow)}
      </tbody>
    </table>
  </div>
  <p>The same list as JSON: <a href="/api/crossings">/api/crossings</a>.</p>
`;

/** `GET /crossings` */
export function replyCrossingsPage({ request }: Visit): Response {
  const page = { title: 'Crossings', path: '/crossings', main: MAIN, script: 'crossings' };
  return replyPage(request, page);
}
