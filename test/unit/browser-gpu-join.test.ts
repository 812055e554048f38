import { describe, expect, it } from 'vitest';
import type { GpuLane, GpuLaneJob, GpuLaneListener } from '../../src/browser/engines/gpu-lane.ts';
import { createGpuJoin, type GpuRun, JOIN_DELAY_MS } from '../../src/browser/gpu-join.ts';

function createFakeLane() {
  const calls: string[] = [];
  const jobs: GpuLaneJob[] = [];
  let listener: GpuLaneListener | undefined;
  const lane: GpuLane = {
    begin(job, given) {
      calls.push('begin');
      jobs.push(job);
      listener = given;
    },
    drop: (index) => calls.push(`drop ${index}`),
    stop: () => calls.push('stop'),
    close: () => calls.push('close'),
  };
  const tell = (): GpuLaneListener => {
    if (listener === undefined) throw new Error('not begun');
    return listener;
  };
  return { lane, calls, jobs, tell };
}

/** A run that notes what it is told; the other lanes do `poolRate` attempts a millisecond. */
function createRun(poolRate: () => number | undefined = () => 1000) {
  const events: string[] = [];
  return {
    events,
    run: {
      digest: new Uint8Array(32),
      threshold: 262_143,
      openIndexes: () => [0, 1, 2],
      poolRate,
      joined: (engine: string) => events.push(`joined ${engine}`),
      solved: (index: number, nonce: number) => events.push(`solved ${index} ${nonce}`),
      attempted: (attempts: number) => events.push(`attempted ${attempts}`),
      left: (reason: string) => events.push(`left: ${reason}`),
    },
  };
}

/** A join whose delay a test lets pass; `offer` lets it pass at once. */
function createTestJoin(lane: GpuLane) {
  const due: (() => void)[] = [];
  const delays: number[] = [];
  const after = (delayMs: number, callback: () => void): void => {
    delays.push(delayMs);
    due.push(callback);
  };
  const pass = (): void => {
    for (const callback of due.splice(0)) callback();
  };
  const join = createGpuJoin({ lane, after });
  const offer = (run: GpuRun): void => {
    join.offer(run);
    pass();
  };
  return { join: { ...join, offer }, patient: join, pass, delays };
}

/** `count` dispatches of 50 ms at `rate` attempts a millisecond. */
function step(tell: () => GpuLaneListener, rate: number, count = 1): void {
  for (let i = 0; i < count; i += 1) tell().progress({ attempts: rate * 50, elapsedMs: 50 });
}

const hasLeft = (events: readonly string[]) => events.some((event) => event.startsWith('left'));

describe('the GPU in a run of the pool', () => {
  it('gets the job, and hands on what it finds', () => {
    const { lane, jobs, tell, calls } = createFakeLane();
    const { run, events } = createRun();
    const join = createTestJoin(lane).join;
    join.offer(run);
    expect(jobs[0]).toMatchObject({ threshold: 262_143, indexes: [0, 1, 2] });
    tell().ready('webgpu (x)');
    tell().solution(2, 9);
    step(tell, 7);
    expect(events).toEqual(['joined webgpu (x)', 'solved 2 9', 'attempted 350']);
    join.drop(1);
    join.end();
    join.close();
    expect(calls).toEqual(['begin', 'drop 1', 'stop', 'close']);
  });

  it('stays where it is more than three times as fast as the other lanes together', () => {
    const { lane, tell, calls } = createFakeLane();
    const { run, events } = createRun();
    createTestJoin(lane).join.offer(run);
    step(tell, 3001, 20);
    expect(hasLeft(events)).toBe(false);
    expect(calls).toEqual(['begin']);
  });

  it('leaves where it is exactly three times as fast, once, and for good', () => {
    const { lane, tell, calls } = createFakeLane();
    const { run, events } = createRun();
    const join = createTestJoin(lane).join;
    join.offer(run);
    step(tell, 3000, 20);
    expect(events.filter((event) => event.startsWith('left'))).toEqual([
      'left: 3.0 times the other engines',
    ]);
    expect(calls).toEqual(['begin', 'stop']);
    join.offer(createRun().run);
    expect(calls).toEqual(['begin', 'stop']);
  });

  it('does not judge by the first dispatch, nor by too few or too short ones', () => {
    const { lane, tell } = createFakeLane();
    const { run, events } = createRun();
    createTestJoin(lane).join.offer(run);
    step(tell, 1);
    step(tell, 9000, 10);
    expect(hasLeft(events)).toBe(false);

    const other = createRun();
    createTestJoin(lane).join.offer(other.run);
    step(tell, 1, 3);
    expect(hasLeft(other.events)).toBe(false);
    step(tell, 1);
    expect(hasLeft(other.events)).toBe(true);

    const short = createRun();
    createTestJoin(lane).join.offer(short.run);
    for (let i = 0; i < 10; i += 1) tell().progress({ attempts: 1, elapsedMs: 10 });
    expect(hasLeft(short.events)).toBe(false);
    tell().progress({ attempts: 1, elapsedMs: 10 });
    expect(hasLeft(short.events)).toBe(true);
  });

  it('decides nothing before the other lanes have measured anything', () => {
    const { lane, tell } = createFakeLane();
    let rate: number | undefined;
    const { run, events } = createRun(() => rate);
    createTestJoin(lane).join.offer(run);
    step(tell, 1, 10);
    expect(hasLeft(events)).toBe(false);
    rate = 1000;
    step(tell, 1);
    expect(hasLeft(events)).toBe(true);
  });

  it('a failure is told with its reason, and it is not tried again', () => {
    const { lane, tell, calls } = createFakeLane();
    const { run, events } = createRun();
    const join = createTestJoin(lane).join;
    join.offer(run);
    tell().failure('no adapter');
    expect(events).toEqual(['left: no adapter']);
    join.offer(createRun().run);
    expect(calls).toEqual(['begin']);
  });

  it('begins after a moment, with what is open then, unless the run has ended', () => {
    const { lane, jobs, calls } = createFakeLane();
    const { patient, pass, delays } = createTestJoin(lane);
    patient.offer(createRun().run);
    expect([calls, delays]).toEqual([[], [JOIN_DELAY_MS]]);
    patient.end();
    pass();
    expect(calls).toEqual(['stop']);

    let open = [0, 1, 2];
    patient.offer({ ...createRun().run, openIndexes: () => open });
    open = [1];
    pass();
    expect(jobs).toHaveLength(1);
    expect(jobs[0]?.indexes).toEqual([1]);
  });

  it('ends a run when another is offered, and begins that one alone', () => {
    const { lane, jobs, calls } = createFakeLane();
    const { patient, pass } = createTestJoin(lane);
    patient.offer({ ...createRun().run, threshold: 1023 });
    patient.offer({ ...createRun().run, threshold: 2047 });
    pass();
    expect(calls).toEqual(['stop', 'begin']);
    expect(jobs[0]?.threshold).toBe(2047);
  });
});
