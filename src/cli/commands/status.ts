/** `policy status`: what is published, and what can be gone back to. */
import { readArguments, type Command, type ExitCode, type Invocation } from '../command.ts';
import { TARGET_HELP, TARGET_OPTIONS } from '../kv-target.ts';
import { withTarget } from '../opened-target.ts';
import { readPublished, type Published } from '../published-policies.ts';
import { printable } from '../terminal.ts';
import { CONFIG_HELP, CONFIG_OPTIONS } from '../worker-config.ts';

const HELP = `Usage: npx edgetoll policy status

Says which version of the policy is published and which can be gone back to. What a running gate has
in force stands on its /.toll/healthz.

      --json             one JSON object
${TARGET_HELP}${CONFIG_HELP}  -h, --help             this text
`;

function print({ terminal }: Invocation, { current, versions }: Published, where: string): void {
  if (current === undefined) terminal.out(`Nothing is published at ${where}.\n`);
  else {
    const size = Buffer.byteLength(current.text);
    const lines = [
      `  version ${current.version}`,
      `  digest  ${current.digest}`,
      `  bytes   ${size}`,
    ];
    terminal.out(printable(`Published at ${where}:\n${lines.join('\n')}\n`));
  }
  if (versions.length === 0) terminal.out('No earlier versions are kept.\n');
  else
    terminal.out(printable(`Earlier versions:\n${versions.map((each) => `  ${each}\n`).join('')}`));
}

async function run(invocation: Invocation): Promise<ExitCode> {
  const options = {
    ...CONFIG_OPTIONS,
    ...TARGET_OPTIONS,
    json: { type: 'boolean' },
  } as const;
  const read = readArguments(invocation, statusCommand, { options, words: [0, 0] });
  if (read.kind === 'stop') return read.code;
  const { values } = read;
  return withTarget(invocation, { command: statusCommand, values }, async ({ keys, where }) => {
    const published = await readPublished(keys);
    if (values.json !== true) {
      print(invocation, published, where);
      return 0;
    }
    const { current, versions } = published;
    const { version = null, digest = null } = current ?? {};
    invocation.terminal.out(`${JSON.stringify({ version, digest, versions })}\n`);
    return 0;
  });
}

export const statusCommand: Command = {
  name: 'status',
  group: 'policy',
  summary: 'which version is published, and which came before',
  help: HELP,
  run,
};
