/** What any gate costs at least: a Worker that only forwards to the origin. */

interface ForwardEnv {
  readonly ORIGIN: Fetcher;
}

// oxlint-disable-next-line import/no-default-export -- a Worker's handlers are its default export
export default {
  fetch: (request, env) => env.ORIGIN.fetch(request),
} satisfies ExportedHandler<ForwardEnv>;
