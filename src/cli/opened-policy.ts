/** The policy that a command was called with, ready to be asked; problems are printed here. */
import type { ExplainablePolicy } from '../core/policy/explain-policy.ts';
import type { ExitCode, Invocation } from './command.ts';
import { loadPolicy, preparePolicy, printProblems, type LoadedPolicy } from './policy-file.ts';
import { readWorkerConfig, type ConfigChoice, type WorkerConfig } from './worker-config.ts';

export interface OpenedPolicy {
  readonly loaded: LoadedPolicy;
  readonly prepared: ExplainablePolicy;
  readonly config: WorkerConfig;
}

export type Opening =
  | { readonly ok: true; readonly opened: OpenedPolicy }
  | { readonly ok: false; readonly code: Exclude<ExitCode, 0> };

export async function openPolicy(
  { cwd, terminal }: Invocation,
  file: string,
  choice: ConfigChoice,
): Promise<Opening> {
  const configured = await readWorkerConfig(choice, cwd);
  if (!configured.ok) {
    terminal.err(`${configured.message}\n`);
    return { ok: false, code: 2 };
  }
  const { config } = configured;
  const loaded = await loadPolicy(file, { cwd, config });
  if (!loaded.ok) {
    printProblems(terminal, loaded);
    return { ok: false, code: loaded.code };
  }
  const prepared = preparePolicy(loaded.policy.document, config);
  return { ok: true, opened: { loaded: loaded.policy, prepared, config } };
}
