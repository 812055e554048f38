/** A page that loads the gate's top-up script, as an operator's page may. */
import { html } from '../html.ts';
import { replyPage } from '../layout.ts';
import type { Visit } from '../router.ts';

const MAIN = html`
  <h1>Season ticket</h1>
  <p class="lead">
    Who crosses often need not stop at the tollhouse: before the ticket is used up, the next one is
    paid for, in a quiet moment.
  </p>
  <p>
    This page loads <code>/.toll/assets/top-up.js</code>. Load it again and again, and look at
    <code>Server-Timing</code> of its reply: the balance falls to a quarter and rises by itself.
  </p>
`;

/** `GET /ticket` */
export function replyTicket({ request }: Visit): Response {
  return replyPage(request, { title: 'Season ticket', path: '/ticket', main: MAIN, topsUp: true });
}
