/**
 * The Content-Security-Policy of the gate's pages.
 *
 * Owns the value: scripts, styles, workers and requests of this origin only, nothing inline,
 * nothing from third parties, no framing.
 */

const DIRECTIVES = [
  "default-src 'none'",
  // 'wasm-unsafe-eval' lets WebAssembly compile and nothing else: no eval, no text becomes code.
  // Without it the page's engines would be five times slower. Modules come by fetch, so
  // connect-src still says from where: this origin alone.
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  // The site's own /favicon.ico.
  "img-src 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
];

const POLICY_WITH_FORM = DIRECTIVES.join('; ');
const POLICY = `${POLICY_WITH_FORM}; form-action 'self'`;

/**
 * `carriesForm`: the page will send a visitor's form again. Chromium applies form-action to every
 * redirect that follows a POST, and the origin may well redirect to another host then (a payment,
 * a single sign-on), so the directive has to be left out. The page has no form but its own.
 */
export function contentSecurityPolicy({ carriesForm }: { readonly carriesForm: boolean }): string {
  return carriesForm ? POLICY_WITH_FORM : POLICY;
}
