/** Entry point of the page's GPU file: the join on its lane, without the delay that was waited. */
import { createGpuLane } from './engines/gpu-lane.ts';
import { createGpuJoin } from './gpu-join.ts';
import type { GpuJoin } from './gpu-join.ts';

/** @param workerUrl of gpu-worker, a script of this origin */
export function createPageGpuJoin(workerUrl: string): GpuJoin {
  return createGpuJoin({
    lane: createGpuLane(workerUrl),
    after: (_delayMs, callback) => callback(),
  });
}
