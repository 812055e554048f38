/**
 * The Worker that judges, in raw workerd, and its CPU time.
 *
 * Owns the way to it; must not know what is asked of it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleOwn, writeConfig } from '../bundle.ts';
import type { Lifetime } from '../lifetime.ts';
import { startWorkerd } from '../workerd.ts';
import { createFineCpuMeter } from './cpu-time.ts';

export const JUDGE = 'policy';

/** Writes the Worker once, for as many processes as there are. */
export async function writeJudge(lifetime: Lifetime): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'edgetoll-bench-'));
  await lifetime.add(() => rm(directory, { recursive: true, force: true }));
  const module = await bundleOwn(directory, JUDGE, false);
  await writeConfig(directory, [{ name: JUDGE, modules: [module], isPublic: true }]);
  return directory;
}

export interface Answered {
  readonly value: unknown;
  /** CPU time of the process while it answered. */
  readonly cpuMicros: number;
  /** Of its first thread alone. */
  readonly mainMicros: number;
}

export interface JudgeWorker {
  readonly inspectorPort: number | undefined;
  /** Throws where the Worker does not answer with 200. */
  ask(path: string, body?: string): Promise<Answered>;
  close(): Promise<void>;
}

/** One process, and so one new isolate. */
export async function startJudge(directory: string, hasInspector = false): Promise<JudgeWorker> {
  const workerd = await startWorkerd({ directory, sockets: [JUDGE], hasInspector });
  const origin = `http://127.0.0.1:${workerd.ports.get(JUDGE)}`;
  const readCpu = createFineCpuMeter(workerd.pid);
  return {
    inspectorPort: workerd.inspectorPort,
    close: () => workerd.stop(),
    async ask(path, body) {
      const before = readCpu();
      const init = body === undefined ? {} : { method: 'POST', body };
      const response = await fetch(origin + path, init);
      const text = await response.text();
      const after = readCpu();
      if (!response.ok) throw new Error(`${path}: ${text}\n${workerd.output()}`);
      const value: unknown = JSON.parse(text);
      const cpuMicros = after.allMicros - before.allMicros;
      return { value, cpuMicros, mainMicros: after.mainMicros - before.mainMicros };
    },
  };
}
