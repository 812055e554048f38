/**
 * The policy under a lockdown, in front of the one that is otherwise in force.
 *
 * Owns when it is compiled: by the first request after the order, once for each policy that it
 * replaces. Where that fails the other policy stays in force.
 */
import { errorName } from '../core/error-name.ts';
import type { ActivePolicy, Log, PolicySource } from '../core/ports.ts';
import type { Policy } from '../core/policy/compile-policy.ts';
import { digestPolicy } from './policy-digest.ts';

export interface LockdownParts {
  readonly policies: PolicySource;
  /** The lockdown's policy in place of `active`. */
  readonly compile: (active: ActivePolicy) => Policy;
  readonly log: Log;
}

/** `policies`, and the lockdown's in their place while that is ordered. */
export function createLockdownPolicies({ policies, compile, log }: LockdownParts): PolicySource {
  let isOn = false;
  let locked: ActivePolicy | undefined;
  /** Of which `locked` was made, or is being made. */
  let origin: ActivePolicy | undefined;

  async function lock(active: ActivePolicy): Promise<void> {
    try {
      const policy = compile(active);
      const digest = await digestPolicy(policy);
      if (origin === active) locked = { ...active, policy, digest };
    } catch (error) {
      log.event('policy.bug', { error: errorName(error) });
    }
  }

  function lockOnce(): Promise<void> | undefined {
    const active = policies.current();
    if (active === origin) return undefined;
    origin = active;
    return lock(active);
  }

  return {
    problem: () => policies.problem(),
    current: () => (isOn && locked !== undefined ? locked : policies.current()),
    follow(defer, orders) {
      const loading = policies.follow(defer, orders);
      const wasOn = isOn;
      isOn = orders?.isLockdown ?? false;
      if (isOn !== wasOn) log.event('policy.lockdown', { isOn });
      if (!isOn) return loading;
      return loading === undefined ? lockOnce() : loading.then(lockOnce);
    },
  };
}
