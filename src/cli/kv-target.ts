/** Which KV namespace a command writes to or reads, by its options and wrangler's configuration. */
import { KvFailure, KvNamespace, BINDING } from './kv-namespace.ts';
import type { ConfigChoice, WorkerConfig } from './worker-config.ts';

export const TARGET_OPTIONS = {
  local: { type: 'boolean' },
  remote: { type: 'boolean' },
  'persist-to': { type: 'string' },
} as const;

export const TARGET_HELP = `      --remote           the namespace at Cloudflare (the default)
      --local            the local one, as "npm start" uses it (add --env dev)
      --persist-to DIR   folder of the local one
`;

export interface TargetChoice extends ConfigChoice {
  readonly local?: boolean | undefined;
  readonly remote?: boolean | undefined;
  readonly 'persist-to'?: string | undefined;
}

export type OpenedTarget =
  | { readonly ok: true; readonly keys: KvNamespace; readonly where: string }
  | { readonly ok: false; readonly message: string };

/** The namespace, or what is missing for it. */
export function openTarget(choice: TargetChoice, config: WorkerConfig): OpenedTarget {
  if (choice.local === true && choice.remote === true) {
    return { ok: false, message: 'Choose one of --local and --remote.' };
  }
  if (config.file === undefined) {
    const message =
      'There is no wrangler.toml here or above: go to the project, or name it with --config.';
    return { ok: false, message };
  }
  if (!config.namespaces.includes(BINDING)) {
    const place = choice.env === undefined ? 'kv_namespaces' : `env.${choice.env}.kv_namespaces`;
    const message = `${config.file} has no KV namespace for policies: add [[${place}]] with binding = "${BINDING}" and deploy.`;
    return { ok: false, message };
  }
  const isLocal = choice.local === true;
  try {
    const keys = new KvNamespace({
      config: config.file,
      env: choice.env,
      isLocal,
      persistTo: choice['persist-to'],
    });
    return { ok: true, keys, where: isLocal ? 'the local store' : 'Cloudflare' };
  } catch (error) {
    if (!(error instanceof KvFailure)) throw error;
    return { ok: false, message: `${error.message}.` };
  }
}

/** What wrangler said when it failed; anything else is thrown on. */
export function failureOf(error: unknown): string {
  if (error instanceof KvFailure) return `wrangler: ${error.message}`;
  throw error;
}
