/** `policy check`: every problem of a policy file at once. */
import { MAX_DOCUMENT_BYTES } from '../../core/policy/document/document-limits.ts';
import { MAX_RULES } from '../../core/policy/decode-rules.ts';
import { readArguments, type Command, type ExitCode, type Invocation } from '../command.ts';
import type { PlacedProblem } from '../placed-text.ts';
import { DEFAULT_POLICY, formatProblem, loadPolicy } from '../policy-file.ts';
import { formatBytes } from '../text-file.ts';
import { CONFIG_HELP, CONFIG_OPTIONS, readWorkerConfig } from '../worker-config.ts';

const HELP = `Usage: npx edgetoll policy check [FILE]

Checks a policy (default: ${DEFAULT_POLICY}; - is the standard input), in YAML 1.2 or JSON: at most
${formatBytes(MAX_DOCUMENT_BYTES)} and ${MAX_RULES} rules. Prints every problem as file:line:column: place: what to do.

      --strict       warnings are problems too
      --json         one JSON object
${CONFIG_HELP}  -h, --help         this text

Exit code: 0 nothing to correct, 1 problems, 2 no file to check or a wrong call.
`;

interface Findings {
  readonly file: string;
  readonly problems: readonly PlacedProblem[];
  readonly warnings: readonly PlacedProblem[];
  readonly rules: number;
}

function printJson({ terminal }: Invocation, { file, problems, warnings, rules }: Findings): void {
  const ok = problems.length === 0;
  terminal.out(`${JSON.stringify({ file, ok, rules, problems, warnings }, undefined, 2)}\n`);
}

function count(items: readonly unknown[], noun: string): string {
  return `${items.length} ${noun}${items.length === 1 ? '' : 's'}`;
}

function printText({ terminal }: Invocation, { file, problems, warnings, rules }: Findings): void {
  for (const problem of problems) {
    terminal.err(`${terminal.paint('red', formatProblem(file, problem))}\n`);
  }
  for (const { message, ...rest } of warnings) {
    const text = formatProblem(file, { ...rest, message: `warning: ${message}` });
    terminal.err(`${terminal.paint('yellow', text)}\n`);
  }
  const found = `${count(problems, 'problem')}, ${count(warnings, 'warning')}`;
  if (problems.length > 0) terminal.err(`${file}: ${found}\n`);
  else terminal.out(`${file}: ${rules} rules, ${found}\n`);
}

async function run(invocation: Invocation): Promise<ExitCode> {
  const options = {
    ...CONFIG_OPTIONS,
    strict: { type: 'boolean' },
    json: { type: 'boolean' },
  } as const;
  const read = readArguments(invocation, checkCommand, { options, words: [0, 1] });
  if (read.kind === 'stop') return read.code;
  const { values, positionals } = read;
  const { cwd, terminal } = invocation;
  const configured = await readWorkerConfig(values, cwd);
  if (!configured.ok) {
    terminal.err(`${configured.message}\n`);
    return 2;
  }
  const file = positionals[0] ?? DEFAULT_POLICY;
  const loaded = await loadPolicy(file, { cwd, config: configured.config });
  const findings: Findings = loaded.ok
    ? {
        file,
        problems: [],
        warnings: loaded.policy.warnings,
        rules: loaded.policy.document.rules.length,
      }
    : { file, problems: loaded.problems, warnings: [], rules: 0 };
  if (values.json === true) printJson(invocation, findings);
  else printText(invocation, findings);
  if (!loaded.ok) return loaded.code;
  return values.strict === true && findings.warnings.length > 0 ? 1 : 0;
}

export const checkCommand: Command = {
  name: 'check',
  group: 'policy',
  summary: 'every problem of a policy at once',
  help: HELP,
  run,
};
