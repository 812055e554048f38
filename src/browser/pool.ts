/**
 * The pool: brings the work of a challenge to lanes and the solutions back.
 *
 * Owns which lane gets how much, when to fall back, and that lanes live no longer than there is
 * work for them; must not know engines, the DOM or the network. Lanes pull: each has two slices
 * out, so it never waits for the page, and slices are sized to about 10 ms, so an answer is never
 * far and the page stays in charge.
 */
import type { NonceSlice } from '../core/puzzle/sha256-engine.ts';
import type { EngineModules } from './engines/engine-choice.ts';
import type { GpuJoin } from './gpu-join.ts';
import type { Lane } from './lanes.ts';
import { isSolverMessage, PROTOCOL_VERSION, type SolverReport } from './messages.ts';
import { createWorkbook, type Workbook } from './workbook.ts';

const SLICES_PER_LANE = 2;
const SLICE_MS = 10;
/**
 * Small at first: a SIMD engine does this in a tenth of a millisecond and soon gets more, and
 * plain JS without a compiler needs a tenth of a second, which is all that may be lost until a
 * slow engine is known for one.
 */
const FIRST_SLICE = 1_024;
const MIN_SLICE = 64;
const MAX_SLICE = 2 ** 20;
/** A slice grows or shrinks by at most this at a time: one odd measurement costs little. */
const MAX_STEP = 4;
/**
 * How often the pool looks whether it is getting anywhere. Workers that have not said hello by the
 * first look are taken to be blocked, though they may still join later; workers that are silent
 * for two looks in a row are given up (Chromium reports no event when one is killed for memory).
 */
export const WATCH_MS = 2_000;

export interface Job {
  readonly digest: Uint8Array;
  readonly threshold: number;
  /** Sub-puzzles 0 to `solutions - 1` are solved. */
  readonly solutions: number;
  /** Nonces of the first sub-puzzles, where an earlier job has solved them. */
  readonly found?: readonly number[];
}

export interface PoolStatus {
  readonly solved: number;
  readonly solutions: number;
  readonly attempts: number;
  readonly elapsedMs: number;
  /** Of all lanes at work, where they differ: "wasm-simd, js". */
  readonly engine: string | undefined;
  readonly workers: number;
  readonly isLocal: boolean;
  /** Every loss, slower engine, change of place and pause, with its reason, in this order. */
  readonly fallbacks: readonly string[];
}

export type SolveResult =
  | { readonly kind: 'solved'; readonly nonces: readonly number[] }
  | { readonly kind: 'failed'; readonly detail: string };

export interface PoolPorts {
  readonly workers: readonly Lane[];
  readonly localLane: Lane;
  readonly modules: EngineModules;
  /** What may join a run and leave it again; the other lanes never wait for it. */
  readonly gpu?: GpuJoin;
  readonly nowMs: () => number;
  /** Calls back once after `delayMs`. */
  readonly after: (delayMs: number, callback: () => void) => void;
}

interface Member {
  readonly lane: Lane;
  isOpen: boolean;
  /** The run that it has said hello to, or -1. */
  readyRun: number;
  isLost: boolean;
  engine: string;
  sliceCount: number;
  attempts: number;
  elapsedMs: number;
  readonly out: Set<NonceSlice>;
}

interface Run {
  readonly id: number;
  readonly job: Job;
  readonly book: Workbook;
  /** Moved on by the length of each pause. */
  startedMs: number;
  attempts: number;
  /** Its name, while it takes part. */
  gpu: string | undefined;
  readonly onStatus: (status: PoolStatus) => void;
  readonly finish: (result: SolveResult) => void;
}

type SearchResult = Extract<SolverReport, { readonly type: 'result' }>;

export class Pool {
  readonly #ports: PoolPorts;
  readonly #members: Member[] = [];
  readonly #fallbacks: string[] = [];
  #run: Run | undefined;
  #lastRun = 0;
  #pausedMs: number | undefined;

  constructor(ports: PoolPorts) {
    this.#ports = ports;
    for (const lane of [...ports.workers, ports.localLane]) this.#members.push(createMember(lane));
  }

  /** Solves one job. A job that was still running is given up: its promise stays open. */
  solve(job: Job, onStatus: (status: PoolStatus) => void): Promise<SolveResult> {
    return new Promise((finish) => {
      this.#lastRun += 1;
      const run: Run = {
        id: this.#lastRun,
        job,
        book: createWorkbook(job.solutions, job.found),
        startedMs: this.#ports.nowMs(),
        attempts: 0,
        gpu: undefined,
        onStatus,
        finish,
      };
      this.#run = run;
      this.#pausedMs = undefined;
      this.#start(run);
      this.#watch(run, { attempts: 0, silent: 0 });
    });
  }

  /** Ends all lanes until `resume`: a page that nobody looks at should cost nothing. */
  pause(reason: string): void {
    const run = this.#run;
    if (run === undefined || this.#pausedMs !== undefined) return;
    this.#pausedMs = this.#ports.nowMs();
    this.#note(`paused: ${reason}`);
    this.#release(run);
    run.onStatus(this.#statusOf(run));
  }

  resume(): void {
    const run = this.#run;
    if (run === undefined || this.#pausedMs === undefined) return;
    run.startedMs += this.#ports.nowMs() - this.#pausedMs;
    this.#pausedMs = undefined;
    this.#start(run);
  }

  close(): void {
    const run = this.#run;
    this.#run = undefined;
    this.#release(run);
  }

  #start(run: Run): void {
    const workers = this.#members.filter(isWorker);
    for (const member of workers) this.#begin(member, run);
    if (workers.every(({ isLost }) => isLost)) this.#useLocal(run);
    this.#offerGpu(run);
  }

  #offerGpu(run: Run): void {
    const { digest, threshold } = run.job;
    this.#ports.gpu?.offer({
      digest,
      threshold,
      openIndexes: () => run.book.open(),
      poolRate: () => rateOf(this.#members),
      joined: (engine) => {
        run.gpu = engine;
      },
      solved: (index, nonce) => {
        if (this.#run === run && run.book.solve(index, nonce)) this.#advance(run);
      },
      attempted: (attempts) => {
        run.attempts += attempts;
      },
      left: (reason) => {
        run.gpu = undefined;
        this.#note(`gpu: ${reason}`);
      },
    });
  }

  /** Ends every lane; what it was searching is handed out to nobody again. */
  #release(run: Run | undefined): void {
    this.#ports.gpu?.close();
    if (run !== undefined) run.gpu = undefined;
    for (const member of this.#members) {
      if (member.isOpen) member.lane.close();
      member.isOpen = false;
      member.readyRun = -1;
      for (const slice of member.out) run?.book.drop(slice);
      member.out.clear();
    }
  }

  #open(member: Member): void {
    member.isOpen = true;
    member.lane.open({
      message: (data) => {
        const run = this.#run;
        // An answer to an earlier run is stale: it is dropped here.
        if (!isSolverMessage(data) || data.run !== run?.id || !member.isOpen) return;
        if (data.type !== 'begin' && data.type !== 'search') this.#receive(member, run, data);
      },
      failure: (reason) => this.#lose(member, reason),
    });
  }

  #begin(member: Member, { id, job }: Run): void {
    if (member.isLost) return;
    if (!member.isOpen) this.#open(member);
    const { digest, threshold } = job;
    const { modules } = this.#ports;
    const envelope = { protocol: PROTOCOL_VERSION, run: id } as const;
    member.out.clear();
    member.lane.post({ ...envelope, type: 'begin', digest, threshold, modules });
  }

  #receive(member: Member, run: Run, report: SolverReport): void {
    if (report.type === 'failed') {
      this.#lose(member, report.detail);
      return;
    }
    if (report.type === 'ready') {
      greet(member, run, report.engine);
      for (const fallback of report.fallbacks) this.#note(fallback);
    } else {
      settle(member, run, report);
      if (report.nonce !== undefined) this.#ports.gpu?.drop(report.slice.index);
    }
    if (run.book.solutions() === undefined) this.#feed(member, run);
    this.#advance(run);
  }

  #advance(run: Run): void {
    const nonces = run.book.solutions();
    run.onStatus(this.#statusOf(run));
    if (nonces !== undefined) this.#finish(run, { kind: 'solved', nonces });
  }

  #feed(member: Member, run: Run): void {
    // The main thread only fills in: it rests as soon as a worker is there.
    if (member.lane.kind === 'local' && this.#ready(run).some(isWorker)) return;
    while (member.out.size < SLICES_PER_LANE) {
      const slice = run.book.take(member.sliceCount);
      if (slice === undefined) break;
      member.out.add(slice);
      member.lane.post({ protocol: PROTOCOL_VERSION, run: run.id, type: 'search', slice });
    }
    if (this.#members.every(({ out }) => out.size === 0)) {
      this.#finish(run, { kind: 'failed', detail: 'nonces exhausted' });
    }
  }

  #lose(member: Member, reason: string): void {
    if (member.isLost || !member.isOpen) return;
    member.isLost = true;
    member.isOpen = false;
    member.lane.close();
    this.#note(`${member.lane.kind}: ${reason}`);
    const run = this.#run;
    if (run === undefined) return;
    for (const slice of member.out) run.book.drop(slice);
    member.out.clear();
    if (!isWorker(member)) this.#finish(run, { kind: 'failed', detail: reason });
    else if (!this.#members.some((other) => isWorker(other) && !other.isLost)) this.#useLocal(run);
    run.onStatus(this.#statusOf(run));
  }

  #useLocal(run: Run): void {
    const member = this.#members.find((each) => !isWorker(each));
    if (member === undefined) return;
    if (member.readyRun === run.id) this.#feed(member, run);
    else if (!member.isLost) this.#begin(member, run);
    else this.#finish(run, { kind: 'failed', detail: 'no lane left' });
  }

  #watch(run: Run, last: { readonly attempts: number; readonly silent: number }): void {
    this.#ports.after(WATCH_MS, () => {
      if (this.#run !== run) return;
      const { attempts } = run;
      const isIdle = attempts === last.attempts && this.#pausedMs === undefined;
      const silent = isIdle ? last.silent + 1 : 0;
      const ready = this.#ready(run);
      if (ready.length === 0 && silent === 1) {
        this.#note(`worker: no hello within ${WATCH_MS} ms`);
        this.#useLocal(run);
      }
      if (silent >= 2) for (const member of ready.filter(isWorker)) this.#lose(member, 'silent');
      this.#watch(run, { attempts, silent });
    });
  }

  #finish(run: Run, result: SolveResult): void {
    if (this.#run === run) this.close();
    run.finish(result);
  }

  /** Each reason once: sixteen workers are blocked for the same one. */
  #note(reason: string): void {
    if (!this.#fallbacks.includes(reason)) this.#fallbacks.push(reason);
  }

  #ready(run: Run): Member[] {
    return this.#members.filter(({ isLost, readyRun }) => !isLost && readyRun === run.id);
  }

  #statusOf(run: Run): PoolStatus {
    const ready = this.#ready(run);
    const workers = ready.filter(isWorker).length;
    const names = ready.map(({ engine }) => engine);
    const engines = new Set(run.gpu === undefined ? names : [run.gpu, ...names]);
    return {
      solved: run.book.solved,
      solutions: run.job.solutions,
      attempts: run.attempts,
      elapsedMs: this.#ports.nowMs() - run.startedMs,
      engine: engines.size > 0 ? [...engines].join(', ') : undefined,
      workers,
      isLocal: workers === 0 && ready.length > 0,
      fallbacks: this.#fallbacks,
    };
  }
}

function createMember(lane: Lane): Member {
  const state = { isOpen: false, readyRun: -1, isLost: false, engine: '' };
  return { ...state, lane, sliceCount: FIRST_SLICE, attempts: 0, elapsedMs: 0, out: new Set() };
}

/** A member that is ready, or ready again with another engine: then its pace is another too. */
function greet(member: Member, run: Run, engine: string): void {
  member.readyRun = run.id;
  if (member.engine === engine) return;
  member.engine = engine;
  member.attempts = 0;
  member.elapsedMs = 0;
}

/** Attempts a millisecond of all together, while they are searching. */
function rateOf(members: readonly Member[]): number | undefined {
  const measured = members.filter(({ isOpen, elapsedMs }) => isOpen && elapsedMs > 0);
  const rates = measured.map(({ attempts, elapsedMs }) => attempts / elapsedMs);
  return rates.length === 0 ? undefined : rates.reduce((sum, rate) => sum + rate);
}

function isWorker({ lane }: Member): boolean {
  return lane.kind === 'worker';
}

/** Books a result and sizes the lane's next slice by all that it has done so far. */
function settle(member: Member, run: Run, report: SearchResult): void {
  const { index, from } = report.slice;
  const slice = [...member.out].find((out) => out.index === index && out.from === from);
  if (slice === undefined) return;
  member.out.delete(slice);
  run.book.settle(slice, report.nonce);
  run.attempts += report.attempts;
  member.attempts += report.attempts;
  member.elapsedMs += report.elapsedMs;
  // A coarse clock (some browsers round to 100 ms) may not have moved yet.
  if (member.elapsedMs <= 0) return;
  const wanted = (member.attempts / member.elapsedMs) * SLICE_MS;
  const { sliceCount } = member;
  const step = Math.min(Math.max(wanted, sliceCount / MAX_STEP), sliceCount * MAX_STEP);
  member.sliceCount = Math.round(Math.min(Math.max(step, MIN_SLICE), MAX_SLICE));
}
