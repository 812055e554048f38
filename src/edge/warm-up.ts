/**
 * What an isolate does at start, where CPU time is nobody's request.
 *
 * Owns the reading of settings and the compiling of their policy for the first time: 20 ms, most of
 * it V8 compiling our code (`npm run bench -- policy`), of the 10 that a request has on the free
 * plan. Nothing is kept but that and the decoded preset; what is wrong with the settings is said by
 * the first request.
 */
import { env } from 'cloudflare:workers';
import { exercisePolicy } from '../core/policy/document/exercise-policy.ts';
import { compileSettingsPolicy, policyBaseOf } from '../core/settings-policy.ts';
import { decodeSettings } from '../core/settings.ts';

export function warmUp(): void {
  const reading = decodeSettings({ ...env });
  if (!reading.ok) return;
  compileSettingsPolicy(reading.settings);
  exercisePolicy(policyBaseOf(reading.settings));
}
