/**
 * A policy file, from its name to a document that can be evaluated.
 *
 * Owns the order of the checks and the form of a problem with its place; what is wrong with a
 * document the core says.
 */
import { findDocumentProblems } from '../core/policy/document/complete-document.ts';
import { MAX_DOCUMENT_BYTES } from '../core/policy/document/document-limits.ts';
import { decodeDocument, type PolicyDocument } from '../core/policy/document/policy-document.ts';
import { reviewBots } from '../core/policy/document/review-bots.ts';
import { reviewDocument } from '../core/policy/document/review-document.ts';
import { prepareExplanation, type ExplainablePolicy } from '../core/policy/explain-policy.ts';
import type { PolicyProblem } from '../core/policy/policy-problem.ts';
import type { ExitCode } from './command.ts';
import { BOT_NAMES } from './known-bots.ts';
import { readPlacedText, type PlacedProblem, type PlacedText } from './placed-text.ts';
import { printable, type Terminal } from './terminal.ts';
import { readTextFile } from './text-file.ts';
import type { WorkerConfig } from './worker-config.ts';

export const DEFAULT_POLICY = 'policy.yaml';

export interface LoadedPolicy {
  readonly file: string;
  /** As it was written, without comments. */
  readonly value: unknown;
  readonly document: PolicyDocument;
  readonly warnings: readonly PlacedProblem[];
}

export type PolicyReading =
  | { readonly ok: true; readonly policy: LoadedPolicy }
  | {
      readonly ok: false;
      readonly file: string;
      readonly code: Exclude<ExitCode, 0>;
      readonly problems: readonly PlacedProblem[];
    };

/** Problems with their places, from the top of the file to its end. */
export function placeProblems(
  problems: readonly PolicyProblem[],
  { locate }: PlacedText,
): readonly PlacedProblem[] {
  return problems
    .map(({ path, message }) => {
      const { line, column } = locate(path);
      return { path, message, line, column };
    })
    .toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** The file's plain value and places, or why there is none. */
export async function readPlacedFile(
  file: string,
  { cwd, maxBytes }: { readonly cwd: string; readonly maxBytes: number },
): Promise<
  { readonly ok: true; readonly text: PlacedText } | Extract<PolicyReading, { readonly ok: false }>
> {
  const reading = await readTextFile(file, { cwd, maxBytes });
  if (!reading.ok) {
    const problems = [{ path: '', message: reading.message, line: 0, column: 0 }];
    return { ok: false, file, code: reading.isUnreadable ? 2 : 1, problems };
  }
  const text = readPlacedText(reading.text);
  if (text.problems.length > 0) return { ok: false, file, code: 1, problems: text.problems };
  return { ok: true, text };
}

/** Every problem of the file at once, or its document and its warnings. */
export async function loadPolicy(
  file: string,
  { cwd, config }: { readonly cwd: string; readonly config: WorkerConfig },
): Promise<PolicyReading> {
  const read = await readPlacedFile(file, { cwd, maxBytes: MAX_DOCUMENT_BYTES });
  if (!read.ok) return read;
  const { text } = read;
  const decoded = decodeDocument(text.value);
  const problems = decoded.ok
    ? findDocumentProblems(decoded.document, config.base)
    : decoded.problems;
  if (!decoded.ok || problems.length > 0) {
    return { ok: false, file, code: 1, problems: placeProblems(problems, text) };
  }
  const { document } = decoded;
  const found = [...reviewDocument(text.value, document), ...reviewBots(document, BOT_NAMES)];
  const warnings = placeProblems(found, text);
  return { ok: true, policy: { file, value: text.value, document, warnings } };
}

/** The document as the Worker evaluates it: behind the rules of its variables. */
export function preparePolicy(document: PolicyDocument, config: WorkerConfig): ExplainablePolicy {
  const own = new Set(config.rules.map(({ name }) => name));
  const others = document.rules.filter(({ name }) => !own.has(name));
  return prepareExplanation({ ...document, rules: [...config.rules, ...others] }, config.base);
}

/** `policy.yaml:12:5: rules[2].network[0]: write ...` */
export function formatProblem(file: string, problem: PlacedProblem): string {
  const { line, column, path, message } = problem;
  const at = line === 0 ? file : `${file}:${line}:${column}`;
  return printable(path === '' ? `${at}: ${message}` : `${at}: ${path}: ${message}`);
}

/** Prints problems, one to a line. */
export function printProblems(
  terminal: Terminal,
  { file, problems }: { readonly file: string; readonly problems: readonly PlacedProblem[] },
): void {
  for (const problem of problems) terminal.err(`${formatProblem(file, problem)}\n`);
}
