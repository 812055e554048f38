/**
 * What a policy adds to a request through the whole gate: the same challenge as JSON, under each
 * policy in turn.
 *
 * Owns the rounds; the gates are built and fed as `bench gate` does it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBundle, type PublishedGate } from '../bundle.ts';
import { progress } from '../command-line.ts';
import type { Lifetime } from '../lifetime.ts';
import { runLoad } from '../load.ts';
import { summarize, type Summary } from '../report.ts';
import { checkTarget, createTargets, type Target } from '../targets.ts';
import { startWorkerd } from '../workerd.ts';
import { createFineCpuMeter } from './cpu-time.ts';
import { differences } from './decisions.ts';

const CONNECTIONS = 16;
const WARM_UP_SECONDS = 1.5;
const SECONDS = 0.6;
const TARGET = 'challengeJson';

export interface GateCostReport {
  readonly policy: string;
  readonly cpuMicros: Summary;
  /** To the first policy, round by round; `undefined` for that one. */
  readonly addedMicros: Summary | undefined;
}

export interface NamedPolicy {
  readonly name: string;
  /** The published value. */
  readonly text: string;
}

const socketOf = (name: string): string => `gate${name}`;

interface Gate {
  readonly name: string;
  readonly target: Target;
  readonly cpuMicros: number[];
}

async function measure({ target, name }: Gate, seconds: number, readCpuMicros: () => number) {
  const { port, requests } = target;
  const result = await runLoad(
    { port, requests, connections: CONNECTIONS },
    seconds,
    readCpuMicros,
  );
  if (result.failures.size > 0) throw new Error(`${name}: unexpected answers under load`);
  return (result.after - result.before) / result.responses;
}

/** @param policies the first is what the others are compared with */
export async function measureGateCost(
  lifetime: Lifetime,
  policies: readonly NamedPolicy[],
  rounds: number,
): Promise<readonly GateCostReport[]> {
  const directory = await mkdtemp(join(tmpdir(), 'edgetoll-bench-'));
  await lifetime.add(() => rm(directory, { recursive: true, force: true }));
  progress('gate: bundling the Worker as wrangler deploy does');
  const gates = policies.map(({ name, text }): PublishedGate => {
    return { name: socketOf(name), policy: text };
  });
  await writeBundle(directory, gates);
  const sockets = ['noop', 'forward', ...gates.map(({ name }) => name)];
  const workerd = await startWorkerd({ directory, sockets, hasInspector: false });
  await lifetime.add(() => workerd.stop());
  const port = (name: string): number => workerd.ports.get(name) ?? 0;
  const readCpu = createFineCpuMeter(workerd.pid);
  const readCpuMicros = (): number => readCpu().allMicros;
  const measured: Gate[] = [];
  progress('gate: warm-up');
  for (const { name } of policies) {
    const ports = { noop: port('noop'), forward: port('forward'), gate: port(socketOf(name)) };
    const target = (await createTargets(ports))[TARGET];
    await checkTarget(TARGET, target);
    const gate: Gate = { name, target, cpuMicros: [] };
    await measure(gate, WARM_UP_SECONDS, readCpuMicros);
    measured.push(gate);
  }
  for (let round = 1; round <= rounds; round += 1) {
    progress(`gate: round ${round} of ${rounds}`);
    for (const gate of measured) {
      gate.cpuMicros.push(await measure(gate, SECONDS, readCpuMicros));
    }
  }
  const [first] = measured;
  return measured.map((gate) => ({
    policy: gate.name,
    cpuMicros: summarize(gate.cpuMicros),
    addedMicros:
      first === undefined || gate === first
        ? undefined
        : summarize(differences(gate.cpuMicros, first.cpuMicros)),
  }));
}
