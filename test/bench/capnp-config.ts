/**
 * The configuration of raw workerd in Cap'n Proto text.
 *
 * Owns the text format and its escaping. Every service has an isolate of its own in one
 * process; nothing may leave the machine.
 */

export interface WorkerModule {
  /** File beside the configuration, and the name that imports use. */
  readonly name: string;
  readonly kind: 'esModule' | 'text';
}

export interface BenchWorker {
  readonly name: string;
  /** The first one is started. */
  readonly modules: readonly WorkerModule[];
  /** Binding -> name of another Worker. */
  readonly services?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, unknown>>;
  /** Whether it listens on a loopback port of its own. */
  readonly isPublic: boolean;
}

export interface Compatibility {
  readonly date: string;
  readonly flags: readonly string[];
}

/** Name of the only configuration file beside the modules. */
export const CONFIG_FILE = 'bench.capnp';

/** The request field whose JSON value becomes `request.cf`. */
export const CF_FIELD = 'Bench-Cf';

/** JSON strings are Cap'n Proto strings for the characters that occur here. */
const quote = (text: string): string => JSON.stringify(text);

function formatBindings({ services = {}, vars = {} }: BenchWorker): string {
  const items = [
    ...Object.entries(services).map(
      ([name, service]) => `(name = ${quote(name)}, service = ${quote(service)})`,
    ),
    ...Object.entries(vars).map(([name, value]) => {
      const kind = typeof value === 'string' ? 'text' : 'json';
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return `(name = ${quote(name)}, ${kind} = ${quote(text)})`;
    }),
  ];
  return items.join(', ');
}

function formatWorker(worker: BenchWorker, { date, flags }: Compatibility): string {
  const modules = worker.modules.map(
    ({ name, kind }) => `(name = ${quote(name)}, ${kind} = embed ${quote(name)})`,
  );
  return `const ${worker.name} :Workerd.Worker = (
  modules = [${modules.join(', ')}],
  compatibilityDate = ${quote(date)},
  compatibilityFlags = [${flags.map(quote).join(', ')}],
  bindings = [${formatBindings(worker)}],
);
`;
}

/** Sockets are named like their Workers and take any free port of 127.0.0.1. */
export function formatConfig(
  workers: readonly BenchWorker[],
  compatibility: Compatibility,
): string {
  const services = workers.map(({ name }) => `(name = ${quote(name)}, worker = .${name})`);
  const sockets = workers
    .filter(({ isPublic }) => isPublic)
    .map(
      ({ name }) =>
        `(name = ${quote(name)}, address = "127.0.0.1:0", http = (cfBlobHeader = ${quote(CF_FIELD)}), service = ${quote(name)})`,
    );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    ${[...services, '(name = "internet", network = (allow = []))'].join(',\n    ')},
  ],
  sockets = [
    ${sockets.join(',\n    ')},
  ],
);
${workers.map((worker) => formatWorker(worker, compatibility)).join('')}`;
}
