/**
 * The policy under a lockdown, in front of the one that is otherwise in force.
 *
 * Owns when it is compiled: by the first request after the order, once for each policy that it
 * replaces. Where that fails the other policy stays in force.
 */
import type { ActivePolicy, Defer, Log, PolicyOrders, PolicySource } from '../core/ports.ts';
import type { Policy } from '../core/policy/compile-policy.ts';
import { digestPolicy } from './policy-digest.ts';

export interface LockdownParts {
  readonly policies: PolicySource;
  /** The lockdown's policy in place of `active`. */
  readonly compile: (active: ActivePolicy) => Policy;
  readonly log: Log;
}

class LockdownPolicies implements PolicySource {
  readonly #parts: LockdownParts;
  #isOn = false;
  #locked: ActivePolicy | undefined;
  /** Of which `#locked` was made, or is being made. */
  #origin: ActivePolicy | undefined;

  constructor(parts: LockdownParts) {
    this.#parts = parts;
  }

  current(): ActivePolicy {
    const { policies } = this.#parts;
    return this.#isOn && this.#locked !== undefined ? this.#locked : policies.current();
  }

  problem() {
    return this.#parts.policies.problem();
  }

  follow(defer: Defer, orders?: PolicyOrders): Promise<void> | undefined {
    const loading = this.#parts.policies.follow(defer, orders);
    const isOn = orders?.isLockdown ?? false;
    if (isOn !== this.#isOn) this.#parts.log.event('policy.lockdown', { isOn });
    this.#isOn = isOn;
    if (!isOn) return loading;
    return loading === undefined ? this.#lock() : loading.then(() => this.#lock());
  }

  #lock(): Promise<void> | undefined {
    const active = this.#parts.policies.current();
    if (active === this.#origin) return undefined;
    this.#origin = active;
    return this.#compile(active);
  }

  async #compile(active: ActivePolicy): Promise<void> {
    try {
      const policy = this.#parts.compile(active);
      const digest = await digestPolicy(policy);
      if (this.#origin === active) this.#locked = { ...active, policy, digest };
    } catch (error) {
      const name = error instanceof Error ? error.name : 'unknown';
      this.#parts.log.event('policy.bug', { error: name });
    }
  }
}

/** `policies`, and the lockdown's in their place while that is ordered. */
export function createLockdownPolicies(parts: LockdownParts): PolicySource {
  return new LockdownPolicies(parts);
}
