/** Receives a file of any size and says what arrived, in constant memory. */
import { measureStream } from '../body.ts';
import type { Visit } from '../router.ts';

/** `POST /api/upload`: the raw body's byte count and SHA-256. */
export async function receiveUpload({ request, entry }: Visit): Promise<Response> {
  const body = await measureStream(request.body);
  entry.bodyBytes = body.bytes;
  entry.bodySha256 = body.sha256;
  return Response.json({ ...body, contentType: request.headers.get('Content-Type') });
}
