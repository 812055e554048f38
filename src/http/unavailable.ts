/**
 * The closed gate: what is answered when it cannot work at all (DESIGN section 6).
 *
 * Owns the static 503 with an incident id. Depends on nothing that can fail: no key,
 * no template, no storage; the incident's cause is in the log under the same id.
 */
import { problemReply, pageReply } from './reply.ts';
import { wantsPage } from './client-facts.ts';

const INCIDENT_BYTES = 8;

/** @param bytes 8 random bytes */
export function formatIncident(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, INCIDENT_BYTES), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

/** @param incident hexadecimal: the only variable part of the page */
function unavailablePage(incident: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Temporarily unavailable</title>
<h1>Temporarily unavailable</h1>
<p>This site cannot answer at the moment. Please try again in a minute.</p>
<p>If it lasts, tell the site's operator this number: <code>${incident}</code></p>
</html>`;
}

export function unavailableReply(request: Request, incident: string): Response {
  if (!wantsPage(request.headers)) return problemReply('unavailable', { members: { incident } });
  const contentSecurityPolicy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";
  const html = unavailablePage(incident);
  return pageReply({ code: 'unavailable', html, language: 'en', contentSecurityPolicy });
}

export interface FaultFacts {
  readonly error: string;
  /** Function names and lines of our own bundle; the message is left out, it may hold input. */
  readonly at: string;
}

const MAX_FRAMES = 3;

/** What of an unexpected error may be logged. */
export function describeFault(error: unknown): FaultFacts {
  if (!(error instanceof Error)) return { error: typeof error, at: '' };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    error: error.name,
    at: frames
      .slice(0, MAX_FRAMES)
      .map((line) => line.trim())
      .join(' '),
  };
}
