/**
 * Which engine a solver runs: the fastest that this browser allows, found by trying.
 *
 * Owns the order, the fallbacks and their reasons; must not know messages or lanes.
 *
 *   wasm-simd -> wasm-scalar -> js, and webcrypto where the chosen one turns out to have no
 *   compiler behind it
 *
 * A module is fetched only when it is next in the order. While one is on its way for long, plain
 * JS works, and gives way when it arrives. Whether code is compiled cannot be asked, so engines
 * are tried: they get portions of a fixed number of attempts, whatever slice is being searched, so
 * that a slow engine is known for one after a few dozen ms (two whole first slices took half a
 * second without a compiler). One that stays under what any compiler reaches takes turns with
 * WebCrypto, so that a busy machine slows down both, and the faster in its best portion is kept.
 * No attempt is wasted.
 *
 * A compiler may come late where other programs hold the processors, and rates fall where they
 * begin to. So the pair is tried again after 2^14 attempts, and then after four times as many each
 * time: 20 ms of plain JS without a compiler, in 0.15 s, 0.6 s, 2.5 s and so on.
 */
import type {
  AsyncSha256Engine,
  NonceSlice,
  Sha256Engine,
  SliceResult,
} from '../../core/puzzle/sha256-engine.ts';
import type { WasmSupport } from '../features.ts';
import { createWasmEngine, type WasmKernel } from './wasm.ts';

export type AnyEngine = Sha256Engine | AsyncSha256Engine;
type CreateEngine = (challengeDigest: Uint8Array, threshold: number) => AnyEngine;

/** Addresses of the WASM modules. */
export interface EngineModules {
  readonly simd: string;
  readonly scalar: string;
}

export interface ChoiceJob {
  readonly digest: Uint8Array;
  readonly threshold: number;
  readonly modules: EngineModules;
}

export interface ChoicePorts {
  readonly wasm: WasmSupport;
  readonly createJs: CreateEngine;
  /** `undefined` where the platform has none. */
  readonly createWebCrypto: CreateEngine | undefined;
  readonly nowMs: () => number;
  readonly load: (url: string) => Promise<WasmKernel>;
  readonly after: (delayMs: number, callback: () => void) => void;
  /** The engine is another, or there is one more fallback to tell. */
  readonly onChange: () => void;
}

/** How long the page waits for a module before plain JS begins. */
export const PATIENCE_MS = 250;
/** Attempts of an engine in trial at a time: 10 ms of plain JS without a compiler. */
const PORTION = 128;
/** Portions in which a compiler should have come into play; without one, 40 ms. */
const WARM_UP_PORTIONS = 4;
/** Portions of each of a pair. Not a time, which a busy machine eats up. */
const TRIAL_PORTIONS = 4;
const LATER_TRIAL_PORTIONS = 2;
/**
 * Attempts a millisecond. Plain JS makes 12 without a compiler on a fast machine, 1,000 and more
 * with one there and some 100 on the slowest phones.
 */
const COMPILED_RATE = 60;
/** Attempts of the faster of a pair until both are tried again; each time so many times more. */
const FIRST_TERM = 2 ** 14;
const TERM_GROWTH = 4;

/** What an engine did in a trial; and then until the next one. */
interface Trial {
  readonly engine: AnyEngine;
  portions: number;
  attempts: number;
  /** Attempts since the clock last moved. */
  unclocked: number;
  /** Attempts a millisecond in the best portion: warming up and a busy machine only slow down. */
  bestRate: number;
}

export class EngineChoice {
  readonly #job: ChoiceJob;
  readonly #ports: ChoicePorts;
  readonly #fallbacks: string[] = [];
  #trial: Trial;
  /** What takes turns with it, or lost to it. */
  #rival: Trial | undefined;
  #term = 0;
  #isSettled = false;

  constructor(job: ChoiceJob, ports: ChoicePorts) {
    this.#job = job;
    this.#ports = ports;
    this.#trial = startTrial(ports.createJs(job.digest, job.threshold));
  }

  get engine(): AnyEngine {
    return this.#trial.engine;
  }

  /** Why slower engines are used than this page has, in the order of appearance. */
  get fallbacks(): readonly string[] {
    return this.#fallbacks;
  }

  /** Resolves when there is an engine to work with, which may change later. */
  ready(): Promise<void> {
    const { wasm, after } = this.#ports;
    if (wasm.kind === 'none') {
      this.#fallbacks.push(`wasm: ${wasm.reason}`);
      return Promise.resolve();
    }
    if (wasm.kind === 'scalar') this.#fallbacks.push('wasm-simd: not supported');
    const loading = this.#loadBest(wasm.kind);
    return new Promise((resolve) => {
      after(PATIENCE_MS, resolve);
      void loading.then(resolve);
    });
  }

  /** Searches a slice, with more than one engine while they are tried; one call at a time. */
  async search({ index, from, count }: NonceSlice): Promise<SliceResult> {
    const { nowMs } = this.#ports;
    for (let done = 0; done < count;) {
      const trial = this.#next();
      const portion = this.#isSettled ? count - done : Math.min(PORTION, count - done);
      const startedMs = nowMs();
      const { nonce, attempts } = await trial.engine.search({
        index,
        from: from + done,
        count: portion,
      });
      bookPortion(trial, attempts, nowMs() - startedMs);
      done += attempts;
      // A module may have arrived while an asynchronous engine was searching.
      if (trial === this.#trial || trial === this.#rival) this.#judge(this.#trial, this.#rival);
      if (nonce !== undefined) return { nonce, attempts: done };
    }
    return { nonce: undefined, attempts: count };
  }

  /** Whose turn it is. */
  #next(): Trial {
    const rival = this.#rival;
    const isRivals = !this.#isSettled && rival && rival.portions < this.#trial.portions;
    return isRivals ? rival : this.#trial;
  }

  #judge(trial: Trial, rival: Trial | undefined): void {
    if (this.#isSettled) {
      const isOver = rival && trial.attempts >= this.#term;
      if (isOver) this.#compare(trial.engine, rival.engine);
    } else if (rival) {
      const due = this.#term === FIRST_TERM ? TRIAL_PORTIONS : LATER_TRIAL_PORTIONS;
      if (Math.min(trial.portions, rival.portions) >= due) this.#decide(trial, rival);
    } else if (trial.bestRate >= COMPILED_RATE) {
      this.#isSettled = true;
    } else if (trial.portions >= WARM_UP_PORTIONS) {
      const { digest, threshold } = this.#job;
      this.#compare(trial.engine, this.#ports.createWebCrypto?.(digest, threshold));
    }
  }

  #compare(engine: AnyEngine, rival: AnyEngine | undefined): void {
    this.#isSettled = rival === undefined;
    this.#term = this.#term * TERM_GROWTH || FIRST_TERM;
    this.#trial = startTrial(engine);
    this.#rival = rival && startTrial(rival);
  }

  #decide(trial: Trial, rival: Trial): void {
    const [winner, loser] = rival.bestRate > trial.bestRate ? [rival, trial] : [trial, rival];
    this.#isSettled = true;
    this.#trial = startTrial(winner.engine);
    this.#rival = loser;
    // Without the rates: every worker tells the same, and the page shows it once.
    const reason = `${loser.engine.name}: slower than ${winner.engine.name}`;
    if (!this.#fallbacks.includes(reason)) this.#fallbacks.push(reason);
    this.#ports.onChange();
  }

  #use(engine: AnyEngine): void {
    this.#trial = startTrial(engine);
    this.#rival = undefined;
    this.#term = 0;
    this.#isSettled = false;
    this.#ports.onChange();
  }

  /** A late module takes over, even where another engine was settled on. */
  async #loadBest(kind: 'simd' | 'scalar'): Promise<void> {
    const { digest, threshold, modules } = this.#job;
    for (const each of kind === 'simd' ? (['simd', 'scalar'] as const) : (['scalar'] as const)) {
      const name = `wasm-${each}`;
      try {
        const kernel = await this.#ports.load(modules[each]);
        this.#use(createWasmEngine({ name, kernel }, digest, threshold));
        return;
      } catch (error) {
        this.#fallbacks.push(`${name}: ${String(error)}`);
        this.#ports.onChange();
      }
    }
  }
}

function startTrial(engine: AnyEngine): Trial {
  return { engine, portions: 0, attempts: 0, unclocked: 0, bestRate: 0 };
}

function bookPortion(trial: Trial, attempts: number, elapsedMs: number): void {
  trial.attempts += attempts;
  trial.unclocked += attempts;
  // A coarse clock (some browsers round to 100 ms) moves once in several portions, which then
  // count as one.
  if (elapsedMs <= 0) return;
  trial.bestRate = Math.max(trial.bestRate, trial.unclocked / elapsedMs);
  trial.portions += 1;
  trial.unclocked = 0;
}
