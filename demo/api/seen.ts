/** The ledger over HTTP. Only a demo may show such a thing, and let anybody reset it. */
import type { Visit } from '../router.ts';

/** `GET /api/seen`: the count and the last requests; asking does not count. */
export function replySeen({ ledger }: Visit): Response {
  return Response.json(
    { seen: ledger.count(), recent: ledger.recent() },
    { headers: { 'Cache-Control': 'no-store' } },
  );
}

/** `DELETE /api/seen`: starts again from 0. */
export function resetSeen({ ledger }: Visit): Response {
  ledger.reset();
  return new Response(null, { status: 204 });
}
