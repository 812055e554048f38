/**
 * What a wrangler configuration must not say.
 *
 * Owns the rules of SECURITY-BAR G02 to G06; reads the configuration as wrangler does.
 */
import { describeRoutes, type RouteWarningCode } from '../../src/core/deploy/route-coverage.ts';

export interface DeployConfig {
  readonly workers_dev?: boolean | undefined;
  readonly preview_urls?: boolean | undefined;
  readonly assets?: AssetsConfig | undefined;
  readonly cache?: { readonly enabled?: boolean } | undefined;
  readonly vars?: Readonly<Record<string, unknown>>;
  readonly secrets?: { readonly required?: readonly string[] } | undefined;
  readonly routes?: readonly (string | { readonly pattern: string })[] | undefined;
  readonly services?: readonly { readonly binding: string }[] | undefined;
  readonly kv_namespaces?: unknown;
  readonly ratelimits?: readonly { readonly name: string }[] | undefined;
  readonly durable_objects?: { readonly bindings: readonly { readonly class_name: string }[] };
  readonly migrations?: readonly Migration[] | undefined;
}

interface Migration {
  readonly tag: string;
  readonly new_sqlite_classes?: readonly string[];
  readonly new_classes?: readonly string[];
}

interface AssetsConfig {
  readonly directory?: string | undefined;
  readonly run_worker_first?: boolean | readonly string[] | undefined;
  readonly html_handling?: string | undefined;
  readonly not_found_handling?: string | undefined;
}

const LIMITERS = [
  'PASS_CEILING',
  'NETWORK_CEILING',
  'HOSTING_CEILING',
  'PATIENCE_PACE',
  'RECORD_PACE_NETWORK',
  'RECORD_PACE_LOCATION',
];

const SECRET_NAME = /SECRET|^TOLL_ASSERTION_KEY$/;

type Rule = readonly [message: string, isBroken: (config: DeployConfig) => boolean];

const RULES: readonly Rule[] = [
  ['workers_dev must be false', ({ workers_dev }) => workers_dev !== false],
  ['preview_urls must be false', ({ preview_urls }) => preview_urls !== false],
  ['run_worker_first must not be set', ({ assets }) => assets?.run_worker_first !== undefined],
  ['assets must be the build alone', ({ assets }) => assets?.directory !== 'static/build/public'],
  ['html_handling must be none', ({ assets }) => assets?.html_handling !== 'none'],
  ['not_found_handling must be none', ({ assets }) => assets?.not_found_handling !== 'none'],
  ['Workers Cache must be off', ({ cache }) => cache?.enabled === true],
  [
    'no secret in vars',
    ({ vars }) => Object.keys(vars ?? {}).some((name) => SECRET_NAME.test(name)),
  ],
  [
    'TOLL_SECRET must be required',
    ({ secrets }) => secrets?.required?.includes('TOLL_SECRET') !== true,
  ],
  ['the routes must leave nothing open', leavesOpen],
  ['no service stands for the origin', ({ services }) => (services ?? []).length > 0],
  [
    'every limiter must be bound',
    ({ ratelimits }) => !LIMITERS.every((name) => hasName(ratelimits, name)),
  ],
  ['every Durable Object must have its migration (SQLite)', lacksMigration],
];

/** As it stands, the configuration names no route; the side doors have rules of their own. */
const OTHERWISE_RULED: ReadonlySet<RouteWarningCode> = new Set([
  'no-routes',
  'workers-dev',
  'previews',
]);

function leavesOpen(config: DeployConfig): boolean {
  return describeRoutes(config).warnings.some(({ code }) => !OTHERWISE_RULED.has(code));
}

/** wrangler deploys no class that is bound and was never migrated to; without SQLite it is billed otherwise. */
function lacksMigration({ durable_objects, migrations }: DeployConfig): boolean {
  const migrated = new Set(
    (migrations ?? []).flatMap(({ new_sqlite_classes = [] }) => new_sqlite_classes),
  );
  const bound = (durable_objects?.bindings ?? []).map(({ class_name }) => class_name);
  return !bound.every((name) => migrated.has(name));
}

function hasName(entries: DeployConfig['ratelimits'], name: string): boolean {
  return (entries ?? []).some((entry) => entry.name === name);
}

/** One sentence for each rule that `config` breaks. */
export function findUnsafeSettings(config: DeployConfig): readonly string[] {
  return RULES.filter(([, isBroken]) => isBroken(config)).map(([message]) => message);
}
