/**
 * The GPU's part in a run, fetched when a run lasts: most visits are over before.
 *
 * Owns the waiting and the fetching alone; what it fetches is `gpu-page.ts`, a file of its own.
 */
import { JOIN_DELAY_MS } from './gpu-join.ts';
import type { GpuJoin, GpuJoinPorts, GpuRun } from './gpu-join.ts';

export interface LateGpuUrls {
  /** Module that exports `createPageGpuJoin`. */
  readonly join: string;
  /** The GPU lane's worker. */
  readonly worker: string;
}

interface JoinModule {
  readonly createPageGpuJoin: (workerUrl: string) => GpuJoin;
}

async function load(urls: LateGpuUrls): Promise<GpuJoin> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file, named by the build
  const { createPageGpuJoin } = (await import(urls.join)) as JoinModule;
  return createPageGpuJoin(urls.worker);
}

export function createLateGpuJoin(
  urls: LateGpuUrls,
  { after }: Pick<GpuJoinPorts, 'after'>,
): GpuJoin {
  let loading: Promise<GpuJoin> | undefined;
  let join: GpuJoin | undefined;
  let current: GpuRun | undefined;

  async function begin(run: GpuRun): Promise<void> {
    try {
      loading ??= load(urls);
      join = await loading;
      if (current === run) join.offer(run);
    } catch (error) {
      if (current === run) run.left(String(error));
    }
  }

  return {
    offer(run) {
      join?.end();
      current = run;
      after(JOIN_DELAY_MS, () => {
        if (current === run) void begin(run);
      });
    },
    // What was solved elsewhere while the file was on its way is solved twice: no harm.
    drop: (index) => join?.drop(index),
    end() {
      current = undefined;
      join?.end();
    },
    close() {
      current = undefined;
      join?.close();
    },
  };
}
