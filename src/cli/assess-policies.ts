/**
 * The two policies that an assessment compares: what holds now, and what it proposes.
 *
 * Owns finding the first and checking the second the way `policy check` does.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { proposePolicy, type Proposal } from '../core/assessment/propose-policy.ts';
import type { Traffic } from '../core/assessment/traffic.ts';
import { findDocumentProblems } from '../core/policy/document/complete-document.ts';
import { decodeDocument, type PolicyDocument } from '../core/policy/document/policy-document.ts';
import type { NamedPolicy } from './assessment.ts';
import type { ExitCode, Invocation } from './command.ts';
import { readPlacedText } from './placed-text.ts';
import { DEFAULT_POLICY, loadPolicy, preparePolicy, printProblems } from './policy-file.ts';
import { formatProposedPolicy } from './policy-yaml.ts';
import type { WorkerConfig } from './worker-config.ts';

export type CurrentPolicy =
  | { readonly ok: true; readonly current: NamedPolicy }
  | { readonly ok: false; readonly code: Exclude<ExitCode, 0> };

function decodeOrThrow(value: unknown): PolicyDocument {
  const decoded = decodeDocument(value);
  if (!decoded.ok)
    throw new Error(decoded.problems.map(({ path, message }) => `${path}: ${message}`).join('; '));
  return decoded.document;
}

/** The named file, `policy.yaml` where there is one, or the preset of the variables. */
export async function openCurrent(
  { cwd, terminal }: Invocation,
  file: string | undefined,
  config: WorkerConfig,
): Promise<CurrentPolicy> {
  const name = file ?? (existsSync(resolve(cwd, DEFAULT_POLICY)) ? DEFAULT_POLICY : undefined);
  if (name === undefined) {
    const { preset } = config;
    const isPreset = typeof preset === 'string';
    const document = decodeOrThrow(isPreset ? { schema: 1, preset } : { schema: 1 });
    const label = isPreset ? `preset ${preset}` : 'no policy: everything is charged';
    return { ok: true, current: { name: label, prepared: preparePolicy(document, config) } };
  }
  const loaded = await loadPolicy(name, { cwd, config });
  if (!loaded.ok) {
    printProblems(terminal, loaded);
    return { ok: false, code: loaded.code };
  }
  const prepared = preparePolicy(loaded.policy.document, config);
  return { ok: true, current: { name, prepared } };
}

/** What is proposed, read back from its text. @throws where the text is no policy: a test holds that it is */
export function proposeFor(
  traffic: Traffic,
  config: WorkerConfig,
  about: string,
): NamedPolicy & { readonly text: string; readonly proposal: Proposal } {
  const proposal = proposePolicy(traffic, config.base.terms.requestPrice);
  const text = formatProposedPolicy(proposal, about);
  const placed = readPlacedText(text);
  const document = decodeOrThrow(placed.value);
  const problems = findDocumentProblems(document, config.base);
  if (placed.problems.length > 0 || problems.length > 0) {
    const all = [...placed.problems, ...problems].map(({ path, message }) => `${path}: ${message}`);
    throw new Error(`the proposed policy has problems: ${all.join('; ')}`);
  }
  return { name: 'proposed', prepared: preparePolicy(document, config), text, proposal };
}
