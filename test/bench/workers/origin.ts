/** The site behind the gate: one small constant page. */

const PAGE = `<!doctype html><html lang="en"><title>origin</title><p>${'toll paid. '.repeat(40)}</p></html>`;
const HEADERS = { 'Content-Type': 'text/html; charset=utf-8' };

// oxlint-disable-next-line import/no-default-export -- a Worker's handlers are its default export
export default {
  fetch: () => new Response(PAGE, { headers: HEADERS }),
} satisfies ExportedHandler;
