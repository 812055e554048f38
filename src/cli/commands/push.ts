/** `policy push`: checks a policy and publishes it. */
import { MAX_STORED_LENGTH, readStoredPolicy } from '../../core/policy/document/stored-policy.ts';
import {
  readArguments,
  refuseUsage,
  type Command,
  type ExitCode,
  type Invocation,
} from '../command.ts';
import { failureOf, openTarget, TARGET_HELP, TARGET_OPTIONS } from '../kv-target.ts';
import { openPolicy, type OpenedPolicy } from '../opened-policy.ts';
import { DEFAULT_POLICY, formatProblem } from '../policy-file.ts';
import { createPublication, KEPT_VERSIONS, STORED_KEY, type Publication } from '../publication.ts';
import { publish, readPublished } from '../published-policies.ts';
import { printable } from '../terminal.ts';
import { CONFIG_HELP, CONFIG_OPTIONS } from '../worker-config.ts';

const HELP = `Usage: npx edgetoll policy push [FILE]

Checks a policy (default: ${DEFAULT_POLICY}), keeps the published version in the history (the last ${KEPT_VERSIONS}
are kept) and publishes the file in its place. Running gates follow within a minute or two, without a
deploy; nothing is published where the file has a problem. To undo it: npx edgetoll policy rollback

      --dry-run          print what would be written, and write nothing
      --json             one JSON object
${TARGET_HELP}${CONFIG_HELP}  -h, --help             this text

Exit code: 0 published, 1 problems in the file or in publishing, 2 a wrong call.
`;

function warn({ terminal }: Invocation, { loaded, config }: OpenedPolicy): void {
  for (const { message, ...rest } of loaded.warnings) {
    const text = formatProblem(loaded.file, { ...rest, message: `warning: ${message}` });
    terminal.err(`${terminal.paint('yellow', text)}\n`);
  }
  if (config.preset !== 'monitor') return;
  const text = `${config.file} still says PRESET = "monitor": that counts until a policy is published.`;
  terminal.err(`${terminal.paint('yellow', text)}\n`);
}

function report(
  { terminal }: Invocation,
  publication: Publication,
  { isJson, text }: { readonly isJson: boolean; readonly text: string },
): void {
  const { version, digest } = publication;
  const json = JSON.stringify({
    version,
    digest,
    key: STORED_KEY,
    bytes: Buffer.byteLength(publication.text),
  });
  terminal.out(isJson ? `${json}\n` : `${text}\n  version ${version}\n  digest  ${digest}\n`);
}

/** Why a gate would refuse what was made of the file: aliases can write much in few bytes. */
function refusalOf({ text }: Publication, { config }: OpenedPolicy): string | undefined {
  const reading = readStoredPolicy(text, config.base);
  if (reading.kind === 'policy') return undefined;
  const size = `${text.length} characters, ${MAX_STORED_LENGTH} at most`;
  const reason = reading.kind === 'refused' ? reading.reason : reading.kind;
  return `Nothing is published: gates would refuse it (${reason}; ${size}).`;
}

async function run(invocation: Invocation): Promise<ExitCode> {
  const options = {
    ...CONFIG_OPTIONS,
    ...TARGET_OPTIONS,
    'dry-run': { type: 'boolean' },
    json: { type: 'boolean' },
  } as const;
  const read = readArguments(invocation, pushCommand, { options, words: [0, 1] });
  if (read.kind === 'stop') return read.code;
  const { values, positionals } = read;
  const { terminal } = invocation;
  const file = positionals[0] ?? DEFAULT_POLICY;
  const opening = await openPolicy(invocation, file, values);
  if (!opening.ok) return opening.code;
  const { opened } = opening;
  warn(invocation, opened);
  const publication = createPublication(opened.loaded.value, new Date());
  const refusal = refusalOf(publication, opened);
  if (refusal !== undefined) {
    terminal.err(`${refusal}\n`);
    return 1;
  }
  const isJson = values.json === true;
  if (values['dry-run'] === true) {
    report(invocation, publication, { isJson, text: `Would write to ${STORED_KEY}:` });
    if (!isJson) terminal.out(`${printable(publication.text)}\n`);
    return 0;
  }
  const target = openTarget(values, opened.config);
  if (!target.ok) return refuseUsage(invocation, pushCommand, target.message);
  try {
    await publish(target.keys, await readPublished(target.keys), publication);
  } catch (error) {
    terminal.err(`${printable(failureOf(error))}\n`);
    return 1;
  }
  report(invocation, publication, { isJson, text: `Published ${file} to ${target.where}.` });
  return 0;
}

export const pushCommand: Command = {
  name: 'push',
  group: 'policy',
  summary: 'checks a policy and publishes it, without a deploy',
  help: HELP,
  run,
};
