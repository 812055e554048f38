/**
 * What a judgement leaves in the log beside its decision.
 *
 * Owns the events of rules and of policies in dry-run, and their pace; names of rules alone, never
 * a fact about the client.
 */
import { BoundedMap } from '../core/bounded-map.ts';
import type { Judgement } from '../core/policy/evaluate-policy.ts';
import type { Ports } from './visit.ts';

/** A rule that fails does so for many requests: once a minute says it (SECURITY-BAR 3.7). */
const ERROR_INTERVAL_MS = 60_000;
const BOUNDS = { maxEntries: 1000, maxBytes: 200_000 };
const TIME_BYTES = 8;

export interface PolicyReport {
  /** Rules in dry-run that applied, and rules whose conditions could not be evaluated. */
  rules(judgement: Judgement): void;
  /** What a policy in dry-run would have done. */
  dryRun(judgement: Judgement | undefined): void;
}

export function createPolicyReport({ log, clock }: Pick<Ports, 'log' | 'clock'>): PolicyReport {
  const saidAtMs = new BoundedMap<number>(BOUNDS);

  function reportFailure(rule: string): void {
    const nowMs = clock.nowMs();
    const last = saidAtMs.get(rule);
    if (last !== undefined && nowMs - last < ERROR_INTERVAL_MS) return;
    saidAtMs.set(rule, nowMs, TIME_BYTES);
    log.event('rule.error', { rule });
  }

  function rules({ dryRun, failed }: Judgement): void {
    for (const rule of dryRun) log.event('rule.dry_run', { rule });
    for (const rule of failed) reportFailure(rule);
  }

  return {
    rules,
    dryRun(judgement) {
      if (judgement === undefined) {
        log.event('policy.dry_run', { kind: 'malformed' });
        return;
      }
      const { decision, points } = judgement;
      log.event('policy.dry_run', { kind: decision.kind, rule: decision.rule, points });
      rules(judgement);
    },
  };
}
