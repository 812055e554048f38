/**
 * The KV namespace for a command that works on what is published and needs no policy file.
 *
 * Owns the way from options to the namespace, and what is said where it cannot be had or wrangler
 * fails; must not know what a command does with it.
 */
import { refuseUsage, type Command, type ExitCode, type Invocation } from './command.ts';
import { failureOf, openTarget, type OpenedTarget, type TargetChoice } from './kv-target.ts';
import { printable } from './terminal.ts';
import { readWorkerConfig, type WorkerConfig } from './worker-config.ts';

export interface TargetCall {
  readonly command: Command;
  readonly values: TargetChoice;
}

export type ConfiguredTarget = Extract<OpenedTarget, { readonly ok: true }> & {
  readonly config: WorkerConfig;
};

/** The exit code of `task`; 2 where there is no namespace, 1 where wrangler fails. */
export async function withTarget(
  invocation: Invocation,
  { command, values }: TargetCall,
  task: (target: ConfiguredTarget) => Promise<ExitCode>,
): Promise<ExitCode> {
  const configured = await readWorkerConfig(values, invocation.cwd);
  if (!configured.ok) return refuseUsage(invocation, command, configured.message);
  const target = openTarget(values, configured.config);
  if (!target.ok) return refuseUsage(invocation, command, target.message);
  try {
    return await task({ ...target, config: configured.config });
  } catch (error) {
    invocation.terminal.err(`${printable(failureOf(error))}\n`);
    return 1;
  }
}
