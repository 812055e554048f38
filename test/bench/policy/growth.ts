/**
 * How costs grow with rules and with networks, and which law they follow.
 *
 * Owns the sizes and the arithmetic of the law.
 */
import { progress } from '../command-line.ts';
import { summarize, type Summary } from '../report.ts';
import { measureDecisions } from './decisions.ts';
import type { JudgeWorker } from './judge-worker.ts';
import { byteLength, measureWarmLoad } from './loading.ts';
import { generateNetworks, generateRules, publish } from './policies.ts';

export const RULE_COUNTS = [10, 100, 256] as const;
export const NETWORK_COUNTS = [100, 10_000, 100_000] as const;

export const GROWN = ['rules', 'networks'] as const;
export type Grown = (typeof GROWN)[number];

export interface GrowthReport {
  readonly grown: Grown;
  readonly count: number;
  readonly bytes: number;
  /** Of one decision about an agent that nobody sent before. */
  readonly cpuMicros: Summary;
  readonly loadMs: Summary;
}

/**
 * The power of n that a cost grows with from (n1, y1) to (n2, y2): 0 for a constant, 1 for a linear
 * one; a logarithm is near 0 and falls with n.
 */
export function growthExponent(
  [n1, y1]: readonly [number, number],
  [n2, y2]: readonly [number, number],
): number {
  return Math.log(y2 / y1) / Math.log(n2 / n1);
}

interface Size {
  readonly grown: Grown;
  readonly count: number;
  readonly name: string;
  readonly text: string;
}

function createSizes(): readonly Size[] {
  const rules = RULE_COUNTS.map((count) => ({ grown: 'rules' as const, count }));
  const networks = NETWORK_COUNTS.map((count) => ({ grown: 'networks' as const, count }));
  return [...rules, ...networks].map(({ grown, count }) => {
    const document = grown === 'rules' ? generateRules(count) : generateNetworks(count);
    return { grown, count, name: `${grown}-${count}`, text: publish(document).packed };
  });
}

/** The Worker has the mix already. */
export async function measureGrowth(
  worker: JudgeWorker,
  rounds: number,
): Promise<readonly GrowthReport[]> {
  const sizes = createSizes();
  for (const { name, text } of sizes) await worker.ask(`/policy?policy=${name}`, text);
  const loads = new Map<string, number[]>(sizes.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    progress(round === 0 ? 'growth: loads, warm-up' : `growth: loads, round ${round} of ${rounds}`);
    for (const { name, text } of sizes) {
      const ms = await measureWarmLoad(worker, text);
      if (round > 0) loads.get(name)?.push(ms);
    }
  }
  const policies = sizes.map(({ name }) => name);
  const decisions = await measureDecisions(worker, { rounds, policies, agents: ['new'] });
  return sizes.flatMap(({ grown, count, name, text }) => {
    const decision = decisions.find(({ policy }) => policy === name);
    if (decision === undefined) return [];
    const { cpuMicros } = decision;
    const loadMs = summarize(loads.get(name) ?? []);
    return [{ grown, count, bytes: byteLength(text), cpuMicros, loadMs }];
  });
}
