/**
 * Keeps the heap of a command that reads gigabytes from growing for nothing.
 *
 * Owns two flags of V8. Left alone, the space of young objects grows to 48 MB, and the old space to twice
 * what lives in it: 340 MB at 1,000,000 lines of which 54 MB live, against 180 MB (2026-11). A young
 * space of 1 MB would do as well and cost 40 % more time.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const YOUNG_BYTES = 8 * 1_048_576;

/** Contract: `check` is called now and then while memory grows. */
export class SmallHeap {
  #isYoungLimited = false;

  constructor() {
    setFlagsFromString('--heap-growing-percent=25');
  }

  check(): void {
    if (this.#isYoungLimited) return;
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    if (young === undefined || young.space_size < YOUNG_BYTES) return;
    this.#isYoungLimited = true;
    setFlagsFromString('--semi-space-growth-factor=1');
  }
}
