/** `policy diff`: which recorded requests another policy would decide otherwise. */
import type { Policy } from '../../core/policy/compile-policy.ts';
import type { Decision } from '../../core/policy/decision.ts';
import { evaluatePolicy } from '../../core/policy/evaluate-policy.ts';
import { decodeRequestCase } from '../../core/policy/request-case.ts';
import { askRequest } from '../asked-request.ts';
import {
  readArguments,
  refuseUsage,
  type Command,
  type ExitCode,
  type Invocation,
} from '../command.ts';
import { MAX_LINE_BYTES, readLines, type Line } from '../lines.ts';
import { openPolicy } from '../opened-policy.ts';
import { printable } from '../terminal.ts';
import { explainUnreadable, formatBytes } from '../text-file.ts';
import { CONFIG_HELP, CONFIG_OPTIONS } from '../worker-config.ts';

const MAX_EXAMPLES = 3;
const MAX_NAMED_LINES = 20;

const HELP = `Usage: npx edgetoll policy diff OLD NEW --requests FILE

Asks two policies about recorded requests and counts those that the new one decides otherwise: another
action, status or terms. A request is a line of JSON with the members of "policy test":

  {"url":"https://example.com/a","ip":"192.0.2.1","headers":{"User-Agent":"Mozilla/5.0"}}

The file (- is the standard input) may be of any size, a line of at most ${formatBytes(MAX_LINE_BYTES)}.

      --requests FILE
      --exit-code    exit with 1 where anything differs
      --json         one JSON object
${CONFIG_HELP}  -h, --help         this text

Exit code: 0 done, 1 a line or a policy has problems (or anything differs), 2 a wrong call.
`;

interface Change {
  readonly from: string;
  readonly to: string;
  count: number;
  readonly examples: string[];
}

/** What a decision does to a client, whichever rule says so. */
function effectOf(decision: Decision): string {
  switch (decision.kind) {
    case 'allow':
      return decision.limited === true ? 'allow (limited)' : 'allow';
    case 'deny':
      return `deny ${decision.status}`;
    case 'charge': {
      const { terms } = decision;
      const entry = terms.minSolutions * terms.attemptsPerSolution;
      const open = decision.onFailure === 'open' ? ', open' : '';
      const extra = `${terms.remember ? ', remember' : ''}${terms.puzzle === 'patience' ? ', patience' : ''}${open}`;
      return `charge (tier ${terms.tier}, entry ${entry}, request ${terms.requestPrice}, ${terms.ttlSeconds} s${extra})`;
    }
    default:
      return decision satisfies never;
  }
}

function describe(decision: Decision): string {
  return `${effectOf(decision)} by "${decision.rule}"`;
}

/** Counts what differs; its size depends on the policies and not on the requests. */
class Comparison {
  readonly changes = new Map<string, Change>();
  readonly badLines: { readonly line: number; readonly message: string }[] = [];
  requests = 0;
  differing = 0;
  bad = 0;
  readonly #policies: readonly [Policy, Policy];

  constructor(policies: readonly [Policy, Policy]) {
    this.#policies = policies;
  }

  #refuse(line: number, message: string): void {
    this.bad += 1;
    if (this.badLines.length < MAX_NAMED_LINES) this.badLines.push({ line, message });
  }

  #parse({ number, text }: Line): unknown {
    if (text === undefined) {
      this.#refuse(number, `write a line of UTF-8 of at most ${MAX_LINE_BYTES} bytes`);
      return undefined;
    }
    if (text.trim() === '') return undefined;
    try {
      return JSON.parse(text);
    } catch {
      this.#refuse(number, 'write one JSON object to a line');
      return undefined;
    }
  }

  take(line: Line): void {
    const value = this.#parse(line);
    if (value === undefined) return;
    const decoded = decodeRequestCase(value, 'request');
    if (!decoded.ok) {
      const [first] = decoded.problems;
      this.#refuse(line.number, `${first?.path ?? ''}: ${first?.message ?? ''}`);
      return;
    }
    const asked = askRequest(decoded.request);
    if (asked.kind === 'no-url') {
      this.#refuse(line.number, 'write a URL that can be parsed');
      return;
    }
    this.requests += 1;
    // Both answer 400 to a path that is refused.
    if (asked.kind === 'refused') return;
    const [before, after] = this.#policies.map((policy) => evaluatePolicy(policy, asked.request));
    if (before === undefined || after === undefined) return;
    if (effectOf(before) === effectOf(after)) return;
    const { method, url } = decoded.request;
    this.#count([describe(before), describe(after)], `line ${line.number}: ${method} ${url}`);
  }

  #count([from, to]: readonly [string, string], example: string): void {
    this.differing += 1;
    const key = `${from} -> ${to}`;
    const change = this.changes.get(key) ?? { from, to, count: 0, examples: [] };
    change.count += 1;
    if (change.examples.length < MAX_EXAMPLES) change.examples.push(example);
    this.changes.set(key, change);
  }
}

function print({ terminal }: Invocation, comparison: Comparison, isJson: boolean): void {
  const { requests, differing, bad, badLines } = comparison;
  const changes = [...comparison.changes.values()].toSorted((a, b) => b.count - a.count);
  if (isJson) {
    const report = { requests, differing, bad, badLines, changes };
    terminal.out(`${JSON.stringify(report, undefined, 2)}\n`);
    return;
  }
  for (const { line, message } of badLines)
    terminal.err(printable(`line ${line}: ${message}`) + '\n');
  if (bad > badLines.length) terminal.err(`and ${bad - badLines.length} lines more\n`);
  for (const { from, to, count, examples } of changes) {
    terminal.out(`${terminal.paint('bold', String(count))}  ${from} -> ${to}\n`);
    for (const example of examples) terminal.out(printable(`      ${example}`) + '\n');
  }
  terminal.out(`${differing} of ${requests} requests are decided otherwise\n`);
}

async function compare(
  invocation: Invocation,
  comparison: Comparison,
  file: string,
): Promise<ExitCode> {
  try {
    for await (const line of readLines(file, invocation.cwd)) comparison.take(line);
    return 0;
  } catch (error) {
    const message = explainUnreadable(error);
    if (message === undefined) throw error;
    invocation.terminal.err(`${printable(file)}: ${message}\n`);
    return 2;
  }
}

async function run(invocation: Invocation): Promise<ExitCode> {
  const options = {
    ...CONFIG_OPTIONS,
    requests: { type: 'string' },
    'exit-code': { type: 'boolean' },
    json: { type: 'boolean' },
  } as const;
  const read = readArguments(invocation, diffCommand, { options, words: [2, 2] });
  if (read.kind === 'stop') return read.code;
  const { values, positionals } = read;
  if (values.requests === undefined) {
    return refuseUsage(invocation, diffCommand, 'Name the recorded requests: --requests FILE.');
  }
  const [oldFile = '', newFile = ''] = positionals;
  const before = await openPolicy(invocation, oldFile, values);
  const after = await openPolicy(invocation, newFile, values);
  if (!before.ok) return before.code;
  if (!after.ok) return after.code;
  const policies = [before.opened.prepared.policy, after.opened.prepared.policy] as const;
  const comparison = new Comparison(policies);
  const code = await compare(invocation, comparison, values.requests);
  if (code !== 0) return code;
  print(invocation, comparison, values.json === true);
  if (policies[0].isDryRun !== policies[1].isDryRun) {
    const which = policies[1].isDryRun ? 'new' : 'old';
    invocation.terminal.err(`The ${which} policy is in dry-run: it only reports its decisions.\n`);
  }
  const differs = values['exit-code'] === true && comparison.differing > 0;
  return differs || comparison.bad > 0 ? 1 : 0;
}

export const diffCommand: Command = {
  name: 'diff',
  group: 'policy',
  summary: 'which recorded requests another policy would decide otherwise',
  help: HELP,
  run,
};
