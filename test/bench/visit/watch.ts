/**
 * What runs in both documents of a visit before their own scripts: notes times and reports them.
 *
 * Owns the reading of the browser's own clocks; nothing of the product knows that it is watched.
 * It is handed over as source text, so it must not refer to anything outside of itself.
 */

/** Milliseconds since 1970, from the document's own clock. */
export interface GateTimes {
  readonly kind: 'gate';
  readonly navigation: number;
  readonly firstByte: number;
  /** Its script has read the page: the first fetch or worker. */
  readonly script: number;
  /** It starts the first worker. */
  readonly spawn: number;
  /** First worker with an engine. */
  readonly worker: number;
  readonly solved: number;
  readonly redeemed: number;
  readonly engine: string;
}

export interface OriginTimes {
  readonly kind: 'origin';
  readonly navigation: number;
  readonly firstByte: number;
  readonly loaded: number;
  readonly requests: number;
}

export type Times = GateTimes | OriginTimes;

/** Name of the function that Playwright puts into the page. */
export const BINDING = 'benchReport';

export function watchDocument(): void {
  const report = (times: Times): void => {
    const binding: unknown = Reflect.get(globalThis, 'benchReport');
    if (typeof binding === 'function') binding(times);
  };
  const start = performance.timeOrigin;
  const readNavigation = (): PerformanceNavigationTiming => {
    const [entry] = performance.getEntriesByType('navigation');
    return entry as PerformanceNavigationTiming;
  };
  let script = Number.NaN;
  let spawn = Number.NaN;
  let worker = Number.NaN;
  let engine = '';

  const hear = ({ data }: MessageEvent): void => {
    if (engine !== '' || Reflect.get(Object(data), 'type') !== 'ready') return;
    worker = start + performance.now();
    engine = String(Reflect.get(Object(data), 'engine'));
  };
  const noteScript = (): void => {
    if (Number.isNaN(script)) script = start + performance.now();
  };
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) => {
    noteScript();
    return fetch(input, init);
  };
  globalThis.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      noteScript();
      if (Number.isNaN(spawn)) spawn = start + performance.now();
      super(url, options);
      this.addEventListener('message', hear);
    }
  };

  new PerformanceObserver((list) => {
    const entries = list.getEntries() as PerformanceResourceTiming[];
    const redeem = entries.find(({ name }) => name.endsWith('/redeem'));
    if (redeem === undefined) return;
    report({
      kind: 'gate',
      navigation: start,
      firstByte: start + readNavigation().responseStart,
      script,
      spawn,
      worker,
      solved: start + redeem.startTime,
      redeemed: start + redeem.responseEnd,
      engine,
    });
  }).observe({ type: 'resource', buffered: true });

  addEventListener('load', () => {
    if (document.getElementById('toll-data') !== null) return;
    // The event's end is known in the next task.
    setTimeout(() => {
      const { responseStart, loadEventEnd } = readNavigation();
      report({
        kind: 'origin',
        navigation: start,
        firstByte: start + responseStart,
        loaded: start + loadEventEnd,
        requests: performance.getEntriesByType('resource').length,
      });
    });
  });
}
