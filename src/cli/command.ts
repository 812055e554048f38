/**
 * What a command is, and how it reads its arguments.
 *
 * Owns the exit codes and the reading of options; must not know any command.
 */
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import type { Terminal } from './terminal.ts';

/** 0: done. 1: problems found. 2: called in a way that makes no sense. */
export type ExitCode = 0 | 1 | 2;

export interface Invocation {
  /** After the command's name. */
  readonly args: readonly string[];
  /** Folder that files are named from. */
  readonly cwd: string;
  readonly terminal: Terminal;
}

export interface Command {
  readonly name: string;
  /** Commands without a group are called by their name alone. */
  readonly group?: 'policy';
  /** One line. */
  readonly summary: string;
  /** The whole text of `--help`. */
  readonly help: string;
  run(invocation: Invocation): Promise<ExitCode>;
}

/** Options that every command takes. */
const COMMON = { help: { type: 'boolean', short: 'h' } } as const;

type Parsed<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options; allowPositionals: true }>
>;

export type ReadArguments<Options extends ParseArgsOptionsConfig> =
  | {
      readonly kind: 'run';
      readonly values: Parsed<Options>['values'];
      readonly positionals: readonly string[];
    }
  | { readonly kind: 'stop'; readonly code: ExitCode };

/** How a command is called. */
export function callOf({ group, name }: Pick<Command, 'group' | 'name'>): string {
  return ['npx edgetoll', group, name].filter((word) => word !== undefined).join(' ');
}

/** Says what is wrong with the call and where to read on. */
export function refuseUsage({ terminal }: Invocation, command: Command, message: string): 2 {
  terminal.err(`${message}\nRead: ${callOf(command)} --help\n`);
  return 2;
}

interface Shape<Options extends ParseArgsOptionsConfig> {
  readonly options: Options;
  /** Fewest and most words beside the options. */
  readonly words: readonly [number, number];
}

/** The arguments of a call; `--help` and mistakes are answered here. */
export function readArguments<const Options extends ParseArgsOptionsConfig>(
  invocation: Invocation,
  command: Command,
  { options, words: [fewest, most] }: Shape<Options>,
): ReadArguments<Options> {
  const { args, terminal } = invocation;
  if (args.includes('--help') || args.includes('-h')) {
    terminal.out(command.help);
    return { kind: 'stop', code: 0 };
  }
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...COMMON, ...options },
      allowPositionals: true,
    });
    if (positionals.length >= fewest && positionals.length <= most) {
      return { kind: 'run', values, positionals };
    }
    const message =
      positionals.length < fewest ? 'Something is missing.' : 'There is one word too many.';
    return { kind: 'stop', code: refuseUsage(invocation, command, message) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'stop', code: refuseUsage(invocation, command, message) };
  }
}
