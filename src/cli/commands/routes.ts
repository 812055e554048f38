/** `routes`: which hosts, schemes and paths go through the gate, and which are left open. */
import { describeRoutes, type RouteReport } from '../../core/deploy/route-coverage.ts';
import {
  readArguments,
  refuseUsage,
  type Command,
  type ExitCode,
  type Invocation,
} from '../command.ts';
import { printable } from '../terminal.ts';
import { CONFIG_HELP, CONFIG_OPTIONS, readRoutedConfig } from '../worker-config.ts';

const HELP = `Usage: npx edgetoll routes [wrangler.toml]

Prints which hosts, schemes and paths the routes of the configuration send through the gate, and names
what they leave open. It reads the file alone: routes that were made in the dashboard, and names that
are only in DNS, it does not know. Exits with 1 where something is left open.

      --json             one JSON object
${CONFIG_HELP}  -h, --help             this text
`;

function print({ terminal }: Invocation, { covered, warnings }: RouteReport): void {
  if (covered.length === 0) terminal.out('Nothing goes through the gate.\n');
  else terminal.out('Through the gate:\n');
  for (const { host, schemes, paths } of covered) {
    terminal.out(printable(`  ${host}  ${paths.join(' ')}  (${schemes.join(' and ')})`));
    terminal.out('\n');
  }
  for (const { code, subject, message } of warnings) {
    const line = printable(`${subject}: ${message} [${code}]`);
    terminal.out(`${terminal.paint('yellow', 'warning')} ${line}\n`);
  }
}

async function run(invocation: Invocation): Promise<ExitCode> {
  const options = { ...CONFIG_OPTIONS, json: { type: 'boolean' } } as const;
  const read = readArguments(invocation, routesCommand, { options, words: [0, 1] });
  if (read.kind === 'stop') return read.code;
  const { values, positionals } = read;
  const config = positionals[0] ?? values.config;
  const reading = await readRoutedConfig({ config, env: values.env }, invocation.cwd);
  if (!reading.ok) return refuseUsage(invocation, routesCommand, printable(reading.message));
  const report = describeRoutes(reading.config);
  if (values.json === true) invocation.terminal.out(`${JSON.stringify(report)}\n`);
  else print(invocation, report);
  return report.warnings.length === 0 ? 0 : 1;
}

export const routesCommand: Command = {
  name: 'routes',
  summary: 'what goes through the gate, and what is left open',
  help: HELP,
  run,
};
