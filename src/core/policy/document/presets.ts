/**
 * Presets: what most sites want, as documents in the operator's own language.
 *
 * Owns their rules; each is a policy document that `decodeDocument` reads, so whatever a preset
 * does an operator can do too. Must not know how documents are completed.
 */
import type { PresetName } from './policy-document.ts';

/** A preset as it would be written in a policy file. */
export const PRESETS: Readonly<Record<PresetName, Readonly<Record<string, unknown>>>> = {
  monitor: { schema: 1, mode: 'dry-run', rules: [] },
  balanced: { schema: 1, rules: [] },
  strict: { schema: 1, rules: [] },
  lockdown: { schema: 1, rules: [] },
};
