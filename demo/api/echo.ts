/** What the origin saw: method, path, query and headers, so that the gate's effect is visible. */
import { measureStream } from '../body.ts';
import type { Visit } from '../router.ts';

/** `/api/echo` with any method; the body is digested, not returned. */
export async function replyEcho({ request, url, entry }: Visit): Promise<Response> {
  const body = await measureStream(request.body);
  entry.bodyBytes = body.bytes;
  entry.bodySha256 = body.sha256;
  return Response.json(
    {
      method: request.method,
      path: url.pathname,
      query: [...url.searchParams],
      headers: [...request.headers],
      body,
    },
    { headers: { 'Cache-Control': 'no-store' } },
  );
}
