/** `policy import`: a policy of Anubis, or a robots.txt, as a policy of ours. */
import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { stringify } from 'yaml';
import { importAnubis } from '../../core/policy/anubis/import-anubis.ts';
import { MAX_ROBOTS_CHARACTERS } from '../../core/policy/robots/parse-robots.ts';
import { importRobots, ROBOTS_DEFAULTS } from '../../core/policy/robots/import-robots.ts';
import { folderFiles } from '../anubis-files.ts';
import {
  readArguments,
  refuseUsage,
  type Command,
  type ExitCode,
  type Invocation,
} from '../command.ts';
import { printable } from '../terminal.ts';
import { readTextFile } from '../text-file.ts';

const HELP = `Usage: npx edgetoll policy import anubis FILE [--data FOLDER] [--geo]
       npx edgetoll policy import robots FILE [--action deny|charge] [--base allow|charge]

Writes the policy to the standard output, or to --output, and to the standard error a line for
everything that does not mean quite the same afterwards: file:line:column, what, why. Nothing is
dropped in silence. Check and explain the result before you push it.

anubis: a policy of Anubis in YAML or JSON, with all that it imports.
      --data FOLDER    what (data)/... stands for: the folder "data" of Anubis (default: data beside FILE)
      --geo            rules by country and network operator (ASN) are live at once; otherwise they
                       come in dry-run

robots: a robots.txt (- is the standard input): who ignores it is charged or denied.
      --action A       on the paths that it names: charge (default) or deny
      --base B         on all other paths: charge (default) or allow

  -o, --output FILE    writes the policy there; a file that exists is left as it is
      --json           one JSON object with the policy, the notes and the counts
  -h, --help           this text

Exit code: 0 imported, 1 the file cannot be imported, 2 a wrong call.
`;

interface Note {
  readonly place: string;
  readonly kind: string;
  readonly what: string;
  readonly why: string;
}

interface Imported {
  readonly document: Readonly<Record<string, unknown>>;
  readonly notes: readonly Note[];
  readonly counts: Readonly<Record<string, number>>;
}

type Importing =
  | { readonly ok: true; readonly imported: Imported }
  | { readonly ok: false; readonly problems: readonly string[] };

interface Values {
  readonly data?: string | undefined;
  readonly geo?: boolean | undefined;
  readonly action?: string | undefined;
  readonly base?: string | undefined;
}

function fromAnubis(file: string, values: Values, cwd: string): Importing {
  const data = resolve(cwd, values.data ?? resolve(dirname(resolve(cwd, file)), 'data'));
  const result = importAnubis(file, folderFiles(data, cwd), { geo: values.geo === true });
  if (!result.ok) {
    return {
      ok: false,
      problems: result.problems.map((each) => {
        return `${each.file}:${each.line}:${each.column}: ${each.message}`;
      }),
    };
  }
  const notes = result.notes.map(({ file: name, line, column, kind, what, why }) => {
    return { place: `${name}:${line}:${column}`, kind, what, why };
  });
  const { document, counts } = result;
  return { ok: true, imported: { document, notes, counts: { ...counts } } };
}

async function fromRobots(file: string, values: Values, cwd: string): Promise<Importing> {
  const reading = await readTextFile(file, { cwd, maxBytes: MAX_ROBOTS_CHARACTERS });
  if (!reading.ok) return { ok: false, problems: [`${file}: ${reading.message}`] };
  const { document, notes, counts } = importRobots(reading.text, {
    ...ROBOTS_DEFAULTS,
    action: values.action === 'deny' ? 'deny' : 'charge',
    base: values.base === 'allow' ? 'allow' : 'charge',
  });
  const placed = notes.map(({ line, kind, what, why }) => {
    return { place: `${file}:${line}`, kind, what, why };
  });
  return { ok: true, imported: { document, notes: placed, counts: { ...counts } } };
}

function formatCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, value]) => `${value} ${name.replaceAll(/[A-Z]/g, (a) => ` ${a.toLowerCase()}`)}`)
    .join(', ');
}

/** The policy as a file, with what an editor needs to complete its keys. */
function formatFile(file: string, { document, notes }: Imported): string {
  const source = printable(file).replaceAll(/\s/g, ' ');
  return `# yaml-language-server: $schema=./static/policy.schema.json
# Imported from ${source}; notes: ${notes.length}. To see them, run the import again.
${stringify(document, { lineWidth: 100 })}`;
}

async function write(
  invocation: Invocation,
  text: string,
  output: string | undefined,
): Promise<ExitCode> {
  const { terminal, cwd } = invocation;
  if (output === undefined) {
    terminal.out(text);
    return 0;
  }
  try {
    await writeFile(resolve(cwd, output), text, { flag: 'wx' });
    terminal.err(`Wrote ${output}. Next: npx edgetoll policy check ${output}\n`);
    return 0;
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    const reason = exists
      ? 'it exists: name another file, or remove it first'
      : 'it cannot be written';
    terminal.err(`${output}: ${reason}\n`);
    return 2;
  }
}

function printNotes({ terminal }: Invocation, { notes, counts }: Imported): void {
  for (const { place, kind, what, why } of notes) {
    const text = printable(`${place}: ${kind}: ${what}: ${why}`);
    terminal.err(`${terminal.paint(kind === 'carried' ? 'dim' : 'yellow', text)}\n`);
  }
  terminal.err(`${formatCounts(counts)}\n`);
}

const OPTIONS = {
  data: { type: 'string' },
  geo: { type: 'boolean' },
  action: { type: 'string' },
  base: { type: 'string' },
  output: { type: 'string', short: 'o' },
  json: { type: 'boolean' },
} as const;

function findMisuse(what: string | undefined, { data, geo, action, base }: Values) {
  if (what !== 'anubis' && what !== 'robots') return 'Say what to import: anubis or robots.';
  const isForeign =
    what === 'anubis' ? (action ?? base) !== undefined : (data ?? geo) !== undefined;
  if (isForeign) return `One of these options is not for "import ${what}".`;
  if (!['deny', 'charge', undefined].includes(action)) return '--action takes deny or charge.';
  if (!['allow', 'charge', undefined].includes(base)) return '--base takes allow or charge.';
  return undefined;
}

async function run(invocation: Invocation): Promise<ExitCode> {
  const read = readArguments(invocation, importCommand, { options: OPTIONS, words: [2, 2] });
  if (read.kind === 'stop') return read.code;
  const { values, positionals } = read;
  const [what, file = ''] = positionals;
  const misuse = findMisuse(what, values);
  if (misuse !== undefined) return refuseUsage(invocation, importCommand, misuse);
  const { cwd, terminal } = invocation;
  const importing =
    what === 'anubis' ? fromAnubis(file, values, cwd) : await fromRobots(file, values, cwd);
  if (!importing.ok) {
    for (const problem of importing.problems) {
      terminal.err(`${terminal.paint('red', printable(problem))}\n`);
    }
    return 1;
  }
  const { imported } = importing;
  if (values.json === true) {
    return write(invocation, `${JSON.stringify(imported, undefined, 2)}\n`, values.output);
  }
  printNotes(invocation, imported);
  return write(invocation, formatFile(file, imported), values.output);
}

export const importCommand: Command = {
  name: 'import',
  group: 'policy',
  summary: 'a policy of Anubis or a robots.txt as a policy of this gate',
  help: HELP,
  run,
};
