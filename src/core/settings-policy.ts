/**
 * The policy of the Worker's variables, alone or in front of a published document.
 *
 * Owns how PRESET and RULES meet the document of the store: the rules of RULES are asked first,
 * so that an operator has a lever that no publication can take away, and PRESET counts only where
 * nothing is published.
 */
import { compileDocument, type PolicyBase } from './policy/document/complete-document.ts';
import type { PolicyDocument } from './policy/document/policy-document.ts';
import type { Policy } from './policy/compile-policy.ts';
import type { Settings } from './settings.ts';

type PolicySettings = Pick<
  Settings,
  'terms' | 'caseInsensitivePaths' | 'brand' | 'preset' | 'rules'
>;

const NO_DOCUMENT: PolicyDocument = {
  preset: undefined,
  isDryRun: false,
  named: new Map(),
  rules: [],
  thresholds: [],
  otherwise: undefined,
};

/** The logo is let through, for the page shows it. */
export function policyBaseOf({ terms, caseInsensitivePaths, brand }: PolicySettings): PolicyBase {
  const allowedPaths = brand.logo === undefined ? [] : [brand.logo];
  return { terms, caseInsensitivePaths, allowedPaths };
}

/** PRESET and RULES: what is in force where nothing is published. */
export function compileSettingsPolicy(settings: PolicySettings): Policy {
  const { preset, rules } = settings;
  return compileDocument({ ...NO_DOCUMENT, preset, rules }, policyBaseOf(settings));
}

/** RULES and then `document`; a rule of RULES stands in for the document's of the same name. */
export function compilePublishedPolicy(settings: PolicySettings, document: PolicyDocument): Policy {
  const own = new Set(settings.rules.map(({ name }) => name));
  const others = document.rules.filter(({ name }) => !own.has(name));
  const combined = { ...document, rules: [...settings.rules, ...others] };
  return compileDocument(combined, policyBaseOf(settings));
}

/**
 * What is in force under a lockdown: the operator's own rules, and behind them the preset `lockdown`
 * in place of any other preset and default. Live, whatever the policy in force is.
 * @param published the document in force; `undefined`: none, PRESET and RULES are
 */
export function compileLockdownPolicy(
  settings: PolicySettings,
  published: PolicyDocument | undefined,
): Policy {
  const document = published ?? NO_DOCUMENT;
  return compilePublishedPolicy(settings, {
    ...document,
    preset: 'lockdown',
    isDryRun: false,
    otherwise: undefined,
  });
}
