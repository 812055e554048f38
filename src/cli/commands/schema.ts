/** `policy schema`: the JSON Schema of a policy document, for editors. */
import { policySchema } from '../../core/policy/document/json-schema.ts';
import { readArguments, type Command, type ExitCode, type Invocation } from '../command.ts';

const HELP = `Usage: npx edgetoll policy schema > policy.schema.json

Prints the JSON Schema (draft 2020-12) of a policy document. An editor with a YAML language server
completes and checks a policy whose first line names it:

  # yaml-language-server: $schema=./policy.schema.json

The same schema lies in static/policy.schema.json.

  -h, --help   this text
`;

// oxlint-disable-next-line typescript/require-await -- commands are asynchronous
async function run(invocation: Invocation): Promise<ExitCode> {
  const read = readArguments(invocation, schemaCommand, { options: {}, words: [0, 0] });
  if (read.kind === 'stop') return read.code;
  invocation.terminal.out(`${JSON.stringify(policySchema(), undefined, 2)}\n`);
  return 0;
}

export const schemaCommand: Command = {
  name: 'schema',
  group: 'policy',
  summary: 'the JSON Schema of a policy, for editors',
  help: HELP,
  run,
};
