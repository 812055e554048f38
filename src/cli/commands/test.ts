/** `policy test`: a table of requests and expected decisions, asked of a policy. */
import type { Decision } from '../../core/policy/decision.ts';
import { explainRequest, type Explanation } from '../../core/policy/explain-policy.ts';
import type { PolicyProblem } from '../../core/policy/policy-problem.ts';
import {
  decodeRequestCase,
  findMismatches,
  type Expectation,
  type RequestCase,
} from '../../core/policy/request-case.ts';
import { askRequest, REFUSED_PATH } from '../asked-request.ts';
import { readArguments, type Command, type ExitCode, type Invocation } from '../command.ts';
import { decisionJson, formatDecision, printExplanation } from '../format-decision.ts';
import { openPolicy, type OpenedPolicy } from '../opened-policy.ts';
import type { PlacedText } from '../placed-text.ts';
import { DEFAULT_POLICY, placeProblems, printProblems, readPlacedFile } from '../policy-file.ts';
import { printable } from '../terminal.ts';
import { formatBytes } from '../text-file.ts';
import { CONFIG_HELP, CONFIG_OPTIONS } from '../worker-config.ts';

const MAX_TABLE_BYTES = 4 * 1_048_576;
const MAX_EXPLAINED = 3;

const HELP = `Usage: npx edgetoll policy test [FILE]

Asks a policy (default: ${DEFAULT_POLICY}) about the requests of the table beside it
(policy.test.yaml for policy.yaml), a list of

  - name: search costs more
    url: https://example.com/search?q=a      # or a path alone
    method: GET                              # these are optional, as is everything but the URL
    headers: { User-Agent: Mozilla/5.0 }
    ip: 192.0.2.1
    country: DE
    asn: 64500
    cf: { httpProtocol: HTTP/2 }
    verifiedBots: [googlebot]
    expect: { kind: charge, rule: search, price: 43690 }   # or: allow, deny, charge
                                             # members: kind, rule, status, tier, price

      --cases FILE   another table, at most ${formatBytes(MAX_TABLE_BYTES)}
      --json         one JSON object
${CONFIG_HELP}  -h, --help         this text

Exit code: 0 all as expected, 1 not so, 2 nothing to ask or a wrong call.
`;

interface Case {
  readonly line: number;
  readonly request: RequestCase;
  readonly expected: Expectation;
}

interface Result extends Case {
  readonly decision: Decision;
  readonly mismatches: readonly string[];
  /** `undefined`: the path was refused before any rule. */
  readonly explanation: Explanation | undefined;
}

function tableBeside(policy: string): string {
  const extension = /\.(?:ya?ml|json)$/.exec(policy)?.[0] ?? '';
  const stem = policy.slice(0, policy.length - extension.length);
  return `${stem}.test${extension === '' ? '.yaml' : extension}`;
}

interface Table {
  readonly cases: readonly Case[];
  readonly problems: readonly PolicyProblem[];
}

function readTable({ value, locate }: PlacedText): Table {
  if (!Array.isArray(value) || value.length === 0) {
    const message = 'write a list of requests, each with url and expect';
    return { cases: [], problems: [{ path: '', message }] };
  }
  const cases: Case[] = [];
  const problems: PolicyProblem[] = [];
  const items: readonly unknown[] = value;
  for (const [index, item] of items.entries()) {
    const path = `[${index}]`;
    const decoded = decodeRequestCase(item, path);
    if (!decoded.ok) problems.push(...decoded.problems);
    else if (decoded.expected === undefined) {
      problems.push({
        path: `${path}.expect`,
        message: 'write what is expected: allow, deny or charge',
      });
    } else if (askRequest(decoded.request).kind === 'no-url') {
      problems.push({ path: `${path}.url`, message: 'write a URL that can be parsed' });
    } else {
      const { request, expected } = decoded;
      cases.push({ line: locate(path).line, request, expected });
    }
  }
  return { cases, problems };
}

function judge(one: Case, { prepared }: OpenedPolicy): Result {
  const asked = askRequest(one.request);
  const explanation = asked.kind === 'judged' ? explainRequest(prepared, asked.request) : undefined;
  const decision = explanation?.judgement.decision ?? REFUSED_PATH;
  return { ...one, decision, explanation, mismatches: findMismatches(one.expected, decision) };
}

function titleOf({ request }: Case): string {
  return printable(request.name ?? `${request.method} ${request.url}`);
}

function printText({ terminal }: Invocation, file: string, results: readonly Result[]): void {
  const failures = results.filter(({ mismatches }) => mismatches.length > 0);
  for (const [index, failure] of failures.entries()) {
    const { mismatches, explanation, decision, line } = failure;
    terminal.out(`${terminal.paint('red', `${file}:${line}: ${titleOf(failure)}`)}\n`);
    for (const mismatch of mismatches) terminal.out(`  ${printable(mismatch)}\n`);
    if (explanation === undefined) terminal.out(`  ${formatDecision(decision)}\n`);
    else if (index < MAX_EXPLAINED) printExplanation(terminal, explanation);
    else terminal.out(`  ${formatDecision(explanation.judgement.decision)}\n`);
  }
  const passed = results.length - failures.length;
  const summary = `${passed} as expected, ${failures.length} not`;
  terminal.out(`${terminal.paint(failures.length > 0 ? 'red' : 'green', summary)}\n`);
}

function printJson({ terminal }: Invocation, file: string, results: readonly Result[]): void {
  const failures = results
    .filter(({ mismatches }) => mismatches.length > 0)
    .map((failure) => ({
      line: failure.line,
      name: failure.request.name,
      url: failure.request.url,
      mismatches: failure.mismatches,
      decision: decisionJson(failure.decision),
    }));
  const passed = results.length - failures.length;
  const report = { file, passed, failed: failures.length, failures };
  terminal.out(`${JSON.stringify(report, undefined, 2)}\n`);
}

async function run(invocation: Invocation): Promise<ExitCode> {
  const options = {
    ...CONFIG_OPTIONS,
    cases: { type: 'string' },
    json: { type: 'boolean' },
  } as const;
  const read = readArguments(invocation, testCommand, { options, words: [0, 1] });
  if (read.kind === 'stop') return read.code;
  const { values, positionals } = read;
  const policy = positionals[0] ?? DEFAULT_POLICY;
  const file = values.cases ?? tableBeside(policy);
  const opening = await openPolicy(invocation, policy, values);
  if (!opening.ok) return opening.code;
  const { terminal, cwd } = invocation;
  const placed = await readPlacedFile(file, { cwd, maxBytes: MAX_TABLE_BYTES });
  if (!placed.ok) {
    printProblems(terminal, placed);
    return placed.code;
  }
  const { cases, problems } = readTable(placed.text);
  if (problems.length > 0) {
    printProblems(terminal, { file, problems: placeProblems(problems, placed.text) });
    return 1;
  }
  const results = cases.map((one) => judge(one, opening.opened));
  if (values.json === true) printJson(invocation, file, results);
  else printText(invocation, file, results);
  return results.some(({ mismatches }) => mismatches.length > 0) ? 1 : 0;
}

export const testCommand: Command = {
  name: 'test',
  group: 'policy',
  summary: 'a table of requests and the decisions that are expected',
  help: HELP,
  run,
};
