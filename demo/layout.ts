/**
 * The frame around every page of the demo site, with the gate's verdict in it.
 *
 * Owns the document, the navigation and the headers of a page; must not know what
 * a page says. Everything comes from this origin, so the CSP is `'self'` alone.
 */
import { html, type Html } from './html.ts';

export interface Page {
  readonly title: string;
  /** Path of this page, to mark it in the navigation. */
  readonly path: string;
  readonly main: Html;
  /** Name of a module below /scripts/ that this page runs. */
  readonly script?: string;
  /** Whether it loads the gate's top-up script, where it stands behind a gate. */
  readonly topsUp?: boolean;
  readonly status?: number;
}

const NAVIGATION: readonly (readonly [path: string, label: string])[] = [
  ['/', 'The bridge'],
  ['/crossings', 'Crossings'],
  ['/letters', 'Letters'],
  ['/survey', 'Survey'],
  ['/gauge', 'Water gauge'],
  ['/speaking-tube', 'Speaking tube'],
  ['/ticket', 'Season ticket'],
  ['/inspect', 'What arrived'],
];

const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
};

function formatVerdict(request: Request): Html {
  const verdict = request.headers.get('Toll-Verdict');
  if (verdict === null) {
    return html`You reached the origin, and <strong>no gate stood before it</strong>: there is no
      Toll-Verdict header.`;
  }
  return html`You reached the origin; the gate says: <strong id="verdict">${verdict}</strong>`;
}

function formatNavigation(path: string): readonly Html[] {
  return NAVIGATION.map(([to, label]) =>
    to === path
      ? html`<li><a href="${to}" aria-current="page">${label}</a></li>`
      : html`<li><a href="${to}">${label}</a></li>`,
  );
}

const TOP_UP = html`<script src="/.toll/assets/top-up.js" async></script>`;

function formatScript(script: string | undefined): Html {
  return script === undefined
    ? html``
    : html`<script type="module" src="/scripts/${script}.js"></script>`;
}

function formatDocument(request: Request, page: Page): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${page.title} · Low Water Bridge</title>
        <link rel="icon" href="/bridge.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/site.css" />
        <link rel="stylesheet" href="/parts.css" />
        ${formatScript(page.script)} ${page.topsUp === true ? TOP_UP : html``}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the text</a>
        <p class="verdict">${formatVerdict(request)}</p>
        <header>
          <p class="name"><a href="/">Low Water Bridge</a></p>
          <nav aria-label="Site">
            <ul>
              ${formatNavigation(page.path)}
            </ul>
          </nav>
        </header>
        <main id="main">${page.main}</main>
        <footer>
          <p>A made-up bridge: the demo origin of Edgetoll. It keeps nothing that you send.</p>
        </footer>
      </body>
    </html>`;
}

/** A whole page as a response; it names what the gate said about this request. */
export function replyPage(request: Request, page: Page): Response {
  return new Response(formatDocument(request, page).markup, {
    status: page.status ?? 200,
    headers: PAGE_HEADERS,
  });
}
