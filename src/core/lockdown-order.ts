/**
 * The order of a lockdown, as it stands in the store.
 *
 *   {"format": 1, "lockdown": true, "since": "2026-11-22T10:00:00.000Z"}
 *
 * Owns the key and the format; no value is no lockdown. Must not know what a lockdown does.
 */
import { readTable } from './policy/policy-problem.ts';

export const LOCKDOWN_KEY = 'lockdown';
const FORMAT = 1;

/** @param since ISO 8601, for people */
export function formatLockdown(isOn: boolean, since: string): string {
  return JSON.stringify({ format: FORMAT, lockdown: isOn, since });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface LockdownOrder {
  readonly isOn: boolean;
  readonly since: string | undefined;
}

/** @returns `undefined` for a value that is none of this format: what was ordered before stays */
export function parseLockdown(text: string | null): LockdownOrder | undefined {
  if (text === null) return { isOn: false, since: undefined };
  const order = readTable(parseJson(text));
  const [isOn, since] = [order?.get('lockdown'), order?.get('since')];
  if (order?.get('format') !== FORMAT || typeof isOn !== 'boolean') return undefined;
  return { isOn, since: typeof since === 'string' ? since : undefined };
}
