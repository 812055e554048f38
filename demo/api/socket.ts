/** A WebSocket that returns every message as it came. */
import type { Visit } from '../router.ts';

/** `GET /api/socket`: 101 for an upgrade, 426 otherwise. The message "close" ends it with code 1000. */
export function openSocket({ request }: Visit): Response {
  if (request.headers.get('Upgrade')?.toLowerCase() !== 'websocket') {
    return new Response('This address speaks WebSocket only.\n', {
      status: 426,
      headers: { Upgrade: 'websocket', Connection: 'Upgrade' },
    });
  }
  const { 0: client, 1: server } = new WebSocketPair();
  // Otherwise bytes arrive as a Blob, which send() would turn into text.
  server.binaryType = 'arraybuffer';
  server.accept();
  server.addEventListener('message', ({ data }) => {
    if (data === 'close') server.close(1000, 'as you asked');
    else server.send(data);
  });
  return new Response(null, { status: 101, webSocket: client });
}
