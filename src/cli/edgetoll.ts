#!/usr/bin/env node
/**
 * `npx edgetoll policy <command>`.
 *
 * Owns finding the command and the last resort: whatever goes wrong, an operator sees a sentence
 * and never a stack trace.
 */
import { COMMANDS } from './command-table.ts';
import type { ExitCode } from './command.ts';
import { createTerminal, printable } from './terminal.ts';

const WIDTH = Math.max(...COMMANDS.map(({ name }) => name.length));
const HELP = `Usage: npx edgetoll policy <command> [options]

${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(WIDTH)}  ${summary}`).join('\n')}

Each command explains itself: npx edgetoll policy check --help
`;

async function main(words: readonly string[]): Promise<ExitCode> {
  const terminal = createTerminal();
  const [group, name, ...args] = words;
  const asksForHelp = [group, name].some((word) => word === '--help' || word === '-h');
  if (asksForHelp || group === undefined || (group === 'policy' && name === undefined)) {
    terminal.out(HELP);
    return asksForHelp ? 0 : 2;
  }
  const command = group === 'policy' ? COMMANDS.find((each) => each.name === name) : undefined;
  if (command === undefined) {
    const unknown = printable([group, name].filter((word) => word !== undefined).join(' '));
    terminal.err(`There is no command "${unknown}".\n\n${HELP}`);
    return 2;
  }
  return command.run({ args, cwd: process.cwd(), terminal });
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', () => process.exit());

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`edgetoll failed, which it should not: ${printable(message)}\n`);
  process.exitCode = 1;
}
