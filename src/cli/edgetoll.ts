#!/usr/bin/env node
/**
 * `npx edgetoll <command>`.
 *
 * Owns finding the command and the last resort: whatever goes wrong, an operator sees a sentence
 * and never a stack trace.
 */
import { COMMANDS } from './command-table.ts';
import type { Command, ExitCode } from './command.ts';
import { createTerminal, printable } from './terminal.ts';

const WIDTH = Math.max(...COMMANDS.map((command) => wordsOf(command).length));
const HELP = `Usage: npx edgetoll <command> [options]

${COMMANDS.map((command) => `  ${wordsOf(command).padEnd(WIDTH)}  ${command.summary}`).join('\n')}

Each command explains itself: npx edgetoll policy check --help
`;

/** The words that name a command. */
function wordsOf({ group, name }: Command): string {
  return group === undefined ? name : `${group} ${name}`;
}

async function main(words: readonly string[]): Promise<ExitCode> {
  const terminal = createTerminal();
  const [first, second] = words;
  const asksForHelp = [first, second].some((word) => word === '--help' || word === '-h');
  const command = COMMANDS.find(({ group, name }) =>
    group === undefined ? name === first : group === first && name === second,
  );
  if (command !== undefined) {
    const args = words.slice(command.group === undefined ? 1 : 2);
    return command.run({ args, cwd: process.cwd(), terminal });
  }
  if (asksForHelp || first === undefined || (first === 'policy' && second === undefined)) {
    terminal.out(HELP);
    return asksForHelp ? 0 : 2;
  }
  const unknown = printable([first, second].filter((word) => word !== undefined).join(' '));
  terminal.err(`There is no command "${unknown}".\n\n${HELP}`);
  return 2;
}

process.stdout.on('error', (error) => {
  // A reader that has seen enough (`| head`) is no error; a full disk is.
  if ('code' in error && error.code === 'EPIPE') process.exit();
  process.stderr.write(`The output cannot be written: ${printable(error.message)}\n`);
  process.exit(1);
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`edgetoll failed, which it should not: ${printable(message)}\n`);
  process.exitCode = 1;
}
