/**
 * Which engine a solver runs: the fastest that this browser allows, found by trying.
 *
 * Owns the order, the fallbacks and their reasons; must not know messages or lanes.
 *
 *   wasm-simd -> wasm-scalar -> js, and webcrypto where the chosen one turns out to have no
 *   compiler behind it
 *
 * A module is fetched only when it is next in the order. While one is on its way for long, plain
 * JS works, and gives way when it arrives. Whether code is compiled cannot be asked, so the first
 * slices are timed: an engine that stays under what any compiler reaches is compared with
 * WebCrypto on the next ones, and the faster of the two is kept. No attempt is wasted.
 */
import type { AsyncSha256Engine, Sha256Engine } from '../../core/puzzle/sha256-engine.ts';
import { createJsEngine } from '../../core/puzzle/sha256-js.ts';
import type { WasmSupport } from '../features.ts';
import { createWasmEngine, type WasmKernel } from './wasm.ts';
import { createWebCryptoEngine } from './webcrypto.ts';

export type AnyEngine = Sha256Engine | AsyncSha256Engine;

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
  readonly hasWebCrypto: boolean;
  readonly load: (url: string) => Promise<WasmKernel>;
  readonly after: (delayMs: number, callback: () => void) => void;
  /** The engine is another, or there is one more fallback to tell. */
  readonly onChange: () => void;
}

/** How long the page waits for a module before plain JS begins. */
export const PATIENCE_MS = 250;
/** How long an engine is timed: both. A compiler comes into play in the first slices only. */
const TRIAL_MS = 50;
const TRIAL_SLICES = 6;
/**
 * Attempts a millisecond. Plain JS makes 12 without a compiler on a fast machine, 1,000 and more
 * with one there and some 100 on the slowest phones.
 */
const COMPILED_RATE = 60;

export interface Measurement {
  readonly engine: AnyEngine;
  readonly attempts: number;
  readonly elapsedMs: number;
}

interface Trial {
  readonly engine: AnyEngine;
  slices: number;
  elapsedMs: number;
  /** Attempts a millisecond in the best slice: warming up and a busy machine only slow down. */
  bestRate: number;
}

export class EngineChoice {
  readonly #job: ChoiceJob;
  readonly #ports: ChoicePorts;
  readonly #fallbacks: string[] = [];
  #trial: Trial;
  /** What the engine in trial has to beat. */
  #rival: Trial | undefined;
  #isSettled = false;

  constructor(job: ChoiceJob, ports: ChoicePorts) {
    this.#job = job;
    this.#ports = ports;
    this.#trial = startTrial(createJsEngine(job.digest, job.threshold));
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

  /** To be told of every slice: may change the engine, then calls `onChange`. */
  measure({ engine, attempts, elapsedMs }: Measurement): void {
    const trial = this.#trial;
    // A module may have arrived while an asynchronous engine was searching.
    if (engine !== trial.engine) return;
    trial.slices += 1;
    trial.elapsedMs += elapsedMs;
    // A coarse clock may not have moved; the next slice then bears the time of both.
    if (elapsedMs > 0) trial.bestRate = Math.max(trial.bestRate, attempts / elapsedMs);
    const isOver = trial.elapsedMs >= TRIAL_MS && trial.slices >= TRIAL_SLICES;
    if (this.#isSettled || !isOver) return;
    if (this.#rival !== undefined) this.#decide(trial, this.#rival);
    else if (trial.bestRate >= COMPILED_RATE || !this.#ports.hasWebCrypto) this.#isSettled = true;
    else this.#challenge(trial);
  }

  #challenge(slow: Trial): void {
    const { digest, threshold } = this.#job;
    this.#rival = slow;
    this.#trial = startTrial(createWebCryptoEngine(digest, threshold));
    this.#ports.onChange();
  }

  #decide(trial: Trial, rival: Trial): void {
    this.#isSettled = true;
    const [winner, loser] = trial.bestRate > rival.bestRate ? [trial, rival] : [rival, trial];
    this.#trial = winner;
    // Without the rates: every worker tells the same, and the page shows it once.
    this.#fallbacks.push(`${loser.engine.name}: slower than ${winner.engine.name}`);
    this.#ports.onChange();
  }

  #use(engine: AnyEngine): void {
    this.#trial = startTrial(engine);
    this.#rival = undefined;
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
  return { engine, slices: 0, elapsedMs: 0, bestRate: 0 };
}
