/**
 * A document together with its preset, compiled.
 *
 * Owns what a preset adds to a document: its rules after the operator's, its thresholds and its
 * default where the operator names none, its mode where it is stricter about touching nothing.
 */
import { findUnpayableCharge, findUnpayableCharges } from '../charge-terms.ts';
import { compilePolicy, type Policy } from '../compile-policy.ts';
import type { PolicyProblem } from '../policy-problem.ts';
import type { ChargeTerms } from '../rule.ts';
import { decodeDocument, type PolicyDocument, type PresetName } from './policy-document.ts';
import { PRESETS } from './presets.ts';

/** What the Worker's variables say, whatever the document. */
export interface PolicyBase {
  /** Terms of whatever a document leaves out. */
  readonly terms: ChargeTerms;
  readonly caseInsensitivePaths: boolean;
  /** Further paths that are let through like the built-in ones. */
  readonly allowedPaths: readonly string[];
}

/** Checking and compiling ask for the same one; decoding it is half the work of a new isolate. */
const decodedPresets = new Map<PresetName, PolicyDocument>();

function presetDocument(name: PresetName): PolicyDocument {
  const known = decodedPresets.get(name);
  if (known !== undefined) return known;
  const decoded = decodeDocument(PRESETS[name], `presets.${name}`);
  // A test decodes every preset.
  if (!decoded.ok) throw new Error(`preset ${name}: ${JSON.stringify(decoded.problems)}`);
  decodedPresets.set(name, decoded.document);
  return decoded.document;
}

/** The document with all that its preset adds; a document without a preset is left as it is. */
export function completeDocument(document: PolicyDocument): PolicyDocument {
  if (document.preset === undefined) return document;
  const preset = presetDocument(document.preset);
  const own = new Set(document.rules.map(({ name }) => name));
  return {
    preset: document.preset,
    isDryRun: document.isDryRun || preset.isDryRun,
    named: new Map([...preset.named, ...document.named]),
    // An operator's rule stands in for the preset's rule of the same name.
    rules: [...document.rules, ...preset.rules.filter(({ name }) => !own.has(name))],
    thresholds: document.thresholds.length > 0 ? document.thresholds : preset.thresholds,
    otherwise: document.otherwise ?? preset.otherwise,
  };
}

/**
 * What a preset adds that buys no request on these terms.
 * @param path of the word that names the preset
 */
export function findPresetProblems(
  document: PolicyDocument,
  terms: ChargeTerms,
  path: string,
): readonly PolicyProblem[] {
  const complete = completeDocument(document);
  // Nobody is asked for anything.
  if (complete.isDryRun) return [];
  const added = [
    ...complete.rules.filter((rule) => !document.rules.includes(rule)),
    ...complete.thresholds.filter((threshold) => !document.thresholds.includes(threshold)),
  ].map(({ action }) => action);
  const { otherwise } = complete;
  const all =
    otherwise === document.otherwise || otherwise === undefined ? added : [...added, otherwise];
  if (all.every((action) => findUnpayableCharge(action, terms, '').length === 0)) return [];
  const message =
    'choose another preset, or make ATTEMPTS_PER_SOLUTION larger: for so little work it sells no request';
  return [{ path, message }];
}

/** Charges of a document, those of its preset included, that buy no request on these terms. */
export function findDocumentProblems(
  document: PolicyDocument,
  { terms }: PolicyBase,
): readonly PolicyProblem[] {
  const { rules, thresholds, otherwise } = document;
  return [
    ...findUnpayableCharges(rules, terms, 'rules'),
    ...thresholds.flatMap(({ action }, index) =>
      findUnpayableCharge(action, terms, `thresholds[${index}]`),
    ),
    ...(otherwise === undefined ? [] : findUnpayableCharge(otherwise, terms, 'default')),
    ...findPresetProblems(document, terms, 'preset'),
  ];
}

/** Never fails for a document that was decoded. */
export function compileDocument(document: PolicyDocument, base: PolicyBase): Policy {
  const { named, rules, thresholds, otherwise, isDryRun } = completeDocument(document);
  return compilePolicy(rules, {
    defaults: base.terms,
    caseInsensitivePaths: base.caseInsensitivePaths,
    allowedPaths: base.allowedPaths,
    named,
    thresholds,
    isDryRun,
    ...(otherwise === undefined ? {} : { otherwise }),
  });
}
