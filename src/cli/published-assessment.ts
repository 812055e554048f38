/** The short form of an assessment in the store, where the review reads it. */
import {
  ASSESSMENT_KEY,
  MAX_SUMMARY_BYTES,
  type AssessmentSummary,
} from '../core/assessment/assessment-summary.ts';
import type { ExitCode, Invocation } from './command.ts';
import { failureOf, openTarget, type TargetChoice } from './kv-target.ts';
import { printable } from './terminal.ts';
import type { WorkerConfig } from './worker-config.ts';

/** Stores it in place of the one before; says so on the standard error, so that `--json` stays JSON. */
export async function publishAssessment(
  {
    invocation,
    values,
    config,
  }: {
    readonly invocation: Invocation;
    readonly values: TargetChoice;
    readonly config: WorkerConfig;
  },
  summary: AssessmentSummary,
): Promise<ExitCode> {
  const { terminal } = invocation;
  const text = JSON.stringify(summary);
  if (Buffer.byteLength(text) > MAX_SUMMARY_BYTES)
    throw new RangeError(`the summary has more than ${MAX_SUMMARY_BYTES} bytes`);
  const target = openTarget(values, config);
  if (!target.ok) {
    terminal.err(`${target.message}\n`);
    return 2;
  }
  try {
    await target.keys.put(ASSESSMENT_KEY, text, { format: summary.format, to: summary.to });
  } catch (error) {
    terminal.err(`${printable(failureOf(error))}\n`);
    return 1;
  }
  terminal.err(`Published the assessment to ${target.where} (${ASSESSMENT_KEY}).\n`);
  return 0;
}
