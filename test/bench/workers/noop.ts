/** The floor: one Hono route that answers a constant text. */
import { Hono } from 'hono';

const app = new Hono();
app.all('*', (c) => c.text('nothing to do here'));

// oxlint-disable-next-line import/no-default-export -- a Worker's handlers are its default export
export default { fetch: (request: Request) => app.fetch(request) } satisfies ExportedHandler;
