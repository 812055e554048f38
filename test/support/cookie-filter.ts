/**
 * A proxy on loopback that takes `Set-Cookie` out of every answer, as an extension or a
 * strict browser does. Owns nothing else; bodies and other headers pass as they are.
 */
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CookieFilter {
  readonly url: string;
  close(): Promise<void>;
}

/** @param target address of the gate */
export async function startCookieFilter(target: string): Promise<CookieFilter> {
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url: path } = incoming;
    const upstream = send({ hostname, port, method, headers, path }, (answer) => {
      const { 'set-cookie': _, ...kept } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, kept);
      answer.pipe(outgoing);
    });
    upstream.on('error', () => outgoing.destroy());
    incoming.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: ownPort } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${ownPort}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
