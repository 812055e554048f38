/** `policy rollback`: puts an earlier version back in force. */
import { readArguments, type Command, type ExitCode, type Invocation } from '../command.ts';
import { TARGET_HELP, TARGET_OPTIONS } from '../kv-target.ts';
import { withTarget } from '../opened-target.ts';
import type { Publication } from '../publication.ts';
import {
  publish,
  readPublished,
  readVersion,
  versionBefore,
  type PolicyKeys,
} from '../published-policies.ts';
import { printable } from '../terminal.ts';
import { CONFIG_HELP, CONFIG_OPTIONS } from '../worker-config.ts';

const HELP = `Usage: npx edgetoll policy rollback [VERSION]

Puts a version of the history back in force: the one before the current one, or the one that is named
(see: npx edgetoll policy status). The version that it replaces stays in the history.

      --json             one JSON object
${TARGET_HELP}${CONFIG_HELP}  -h, --help             this text

Exit code: 0 done, 1 there is no such version or wrangler failed, 2 a wrong call.
`;

/** The version that is in force now, or why nothing changed. */
async function rollBack(
  keys: PolicyKeys,
  wanted: string | undefined,
): Promise<Publication | string> {
  const published = await readPublished(keys);
  const version = wanted ?? versionBefore(published);
  if (version !== undefined && version === published.current?.version) {
    return `Version ${version} is in force already.`;
  }
  if (version === undefined) return 'There is no earlier version to go back to.';
  if (!published.versions.includes(version)) {
    const known = published.versions.length === 0 ? 'none' : published.versions.join(', ');
    return `There is no version ${version}. Versions: ${known}.`;
  }
  const publication = await readVersion(keys, version);
  if (publication === undefined) return `Version ${version} cannot be read: choose another.`;
  await publish(keys, published, publication);
  return publication;
}

async function run(invocation: Invocation): Promise<ExitCode> {
  const options = {
    ...CONFIG_OPTIONS,
    ...TARGET_OPTIONS,
    json: { type: 'boolean' },
  } as const;
  const read = readArguments(invocation, rollbackCommand, { options, words: [0, 1] });
  if (read.kind === 'stop') return read.code;
  const { values, positionals } = read;
  const { terminal } = invocation;
  return withTarget(invocation, { command: rollbackCommand, values }, async ({ keys, where }) => {
    const result = await rollBack(keys, positionals[0]);
    if (typeof result === 'string') {
      terminal.err(`${printable(result)}\n`);
      return 1;
    }
    const { version, digest } = result;
    const text = `In force again at ${where}:\n  version ${version}\n  digest  ${digest}\n`;
    terminal.out(values.json === true ? `${JSON.stringify({ version, digest })}\n` : text);
    return 0;
  });
}

export const rollbackCommand: Command = {
  name: 'rollback',
  group: 'policy',
  summary: 'puts the version before, or a named one, back in force',
  help: HELP,
  run,
};
