import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createJsEngine } from '../../src/core/puzzle/sha256-js.ts';
import type { NonceSlice, SliceResult } from '../../src/core/puzzle/sha256-engine.ts';
import { type ChoicePorts, EngineChoice } from '../../src/browser/engines/engine-choice.ts';
import { createWebCryptoEngine } from '../../src/browser/engines/webcrypto.ts';
import type { WasmKernel } from '../../src/browser/engines/wasm.ts';

const JOB = { digest: randomBytes(32), threshold: 63, modules: { simd: '/v', scalar: '/s' } };
const SLICE: NonceSlice = { index: 0, from: 0, count: 1024 };
const KERNEL: WasmKernel = { bindChallenge: () => undefined, search: () => 0 };

interface Setting extends Partial<ChoicePorts> {
  /** What each address gives; one that is not named never answers. */
  readonly files?: Readonly<Record<string, WasmKernel | Error>>;
  /** Attempts a millisecond, which a test may change; the clock moves by nothing else. */
  readonly rates?: Record<string, number>;
  /** What the clock rounds down to. */
  readonly clockMs?: number;
}

function createTestChoice({ files = {}, rates = {}, clockMs = 0, ...ports }: Setting = {}) {
  const due: (() => void)[] = [];
  const asked: string[] = [];
  const searched: string[] = [];
  let changes = 0;
  let nowMs = 0;
  const createEngine = (name: string) => () => ({
    name,
    search: ({ count }: NonceSlice) => {
      searched.push(name);
      nowMs += count / (rates[name] ?? 1000);
      return { nonce: undefined, attempts: count };
    },
  });
  const choice = new EngineChoice(JOB, {
    wasm: { kind: 'simd' },
    createJs: createEngine('js'),
    createWebCrypto: createEngine('webcrypto'),
    nowMs: () => (clockMs === 0 ? nowMs : Math.floor(nowMs / clockMs) * clockMs),
    load: (url) => {
      asked.push(url);
      const file = files[url];
      if (file === undefined) return new Promise(() => undefined);
      return file instanceof Error ? Promise.reject(file) : Promise.resolve(file);
    },
    after: (_delayMs, callback) => due.push(callback),
    onChange: () => {
      changes += 1;
    },
    ...ports,
  });
  const passTime = (): void => {
    for (const callback of due.splice(0)) callback();
  };
  const search = (count: number): Promise<SliceResult> => choice.search({ ...SLICE, count });
  return { choice, asked, passTime, search, searched, changes: () => changes, nowMs: () => nowMs };
}

describe('the choice of an engine', () => {
  it('takes vectors first and asks for nothing else', async () => {
    const { choice, asked } = createTestChoice({ files: { '/v': KERNEL, '/s': KERNEL } });
    await choice.ready();
    expect([choice.engine.name, choice.fallbacks, asked]).toEqual(['wasm-simd', [], ['/v']]);
  });

  it('takes the scalar module where vectors are not supported, and says so', async () => {
    const { choice, asked } = createTestChoice({
      wasm: { kind: 'scalar' },
      files: { '/s': KERNEL },
    });
    await choice.ready();
    expect([choice.engine.name, asked]).toEqual(['wasm-scalar', ['/s']]);
    expect(choice.fallbacks).toEqual(['wasm-simd: not supported']);
  });

  it('goes on to the next where one fails, with every reason', async () => {
    const files = { '/v': new Error('HTTP 404'), '/s': new Error('HTTP 500') };
    const { choice } = createTestChoice({ files });
    await choice.ready();
    expect(choice.engine.name).toBe('js');
    expect(choice.fallbacks).toEqual([
      'wasm-simd: Error: HTTP 404',
      'wasm-scalar: Error: HTTP 500',
    ]);
  });

  it('fetches nothing where WASM is blocked', async () => {
    const { choice, asked } = createTestChoice({ wasm: { kind: 'none', reason: 'a policy' } });
    await choice.ready();
    expect([choice.engine.name, choice.fallbacks, asked]).toEqual(['js', ['wasm: a policy'], []]);
  });

  it('begins with plain JS while a module is late, and changes when it arrives', async () => {
    let arrive: (kernel: WasmKernel) => void = () => undefined;
    const load = (): Promise<WasmKernel> =>
      new Promise((resolve) => {
        arrive = resolve;
      });
    const { choice, passTime, changes } = createTestChoice({ load });
    const ready = choice.ready();
    passTime();
    await ready;
    expect(choice.engine.name).toBe('js');
    arrive(KERNEL);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect([choice.engine.name, changes()]).toEqual(['wasm-simd', 1]);
  });
});

describe('the trial of an engine', () => {
  const none = { wasm: { kind: 'none', reason: 'not supported' } } as const;

  it('keeps an engine that has a compiler behind it, however slow its first portions were', async () => {
    const rates = { js: 12, webcrypto: 100 };
    const { choice, search, searched } = createTestChoice({ ...none, rates });
    await choice.ready();
    await search(128);
    rates.js = 1000;
    await search(128);
    rates.js = 5;
    await search(2 ** 20);
    expect([choice.engine.name, choice.fallbacks]).toEqual(['js', ['wasm: not supported']]);
    expect(searched).toEqual(['js', 'js', 'js']);
  });

  it('knows a slow engine within one first slice, on a machine of whatever speed', async () => {
    for (const speed of [1, 0.1]) {
      const rates = { js: 12 * speed, webcrypto: 100 * speed };
      const { choice, search, nowMs } = createTestChoice({ ...none, rates });
      await choice.ready();
      await search(2048);
      expect(choice.engine.name).toBe('webcrypto');
      expect(nowMs()).toBeLessThan(110 / speed);
    }
  });

  it('lets a slow engine take turns with WebCrypto and keeps the faster', async () => {
    for (const [rate, winner, loser] of [
      [100, 'webcrypto', 'js'],
      [7, 'js', 'webcrypto'],
    ] as const) {
      const rates = { js: 12, webcrypto: rate };
      const { choice, search, searched, changes } = createTestChoice({ ...none, rates });
      await choice.ready();
      await search(4 * 128);
      expect([choice.engine.name, searched.includes('webcrypto')]).toEqual(['js', false]);
      await search(8 * 128);
      const turns = Array.from({ length: 4 }, () => ['js', 'webcrypto']).flat();
      expect(searched.slice(4)).toEqual(turns);
      expect([choice.engine.name, changes()]).toEqual([winner, 1]);
      expect(choice.fallbacks.at(-1)).toBe(`${loser}: slower than ${winner}`);
    }
  });

  it('gives both the same chance where the machine becomes busy between them', async () => {
    const rates = { js: 12, webcrypto: 100 };
    const { choice, search } = createTestChoice({ ...none, rates });
    await choice.ready();
    await search(4 * 128);
    Object.assign(rates, { js: 0.6, webcrypto: 5 });
    await search(8 * 128);
    expect(choice.engine.name).toBe('webcrypto');
  });

  it('finds a compiler that came late, at the second trial', async () => {
    const rates = { js: 12, webcrypto: 100 };
    const { choice, search, changes } = createTestChoice({ ...none, rates });
    await choice.ready();
    await search(12 * 128);
    rates.js = 1000;
    await search(2 ** 14);
    expect(choice.engine.name).toBe('webcrypto');
    await search(4 * 128);
    expect([choice.engine.name, changes()]).toEqual(['js', 2]);
    expect(choice.fallbacks.slice(1)).toEqual([
      'js: slower than webcrypto',
      'webcrypto: slower than js',
    ]);
  });

  it('goes on with the better one without a word where the second trial ends as the first', async () => {
    const rates = { js: 12, webcrypto: 100 };
    const { choice, search, searched } = createTestChoice({ ...none, rates });
    await choice.ready();
    for (let slice = 0; slice < 2000; slice += 1) await search(1024);
    expect([choice.engine.name, choice.fallbacks.slice(1)]).toEqual([
      'webcrypto',
      ['js: slower than webcrypto'],
    ]);
    // The warm-up, the trial, and the later ones at 2^14, 2^16, 2^18 and 2^20 attempts.
    expect(searched.filter((name) => name === 'js')).toHaveLength(4 + 4 + 4 * 2);
  });

  it('tries again when the rate has fallen to near that of the other', async () => {
    const rates = { js: 12, webcrypto: 100 };
    const { choice, search } = createTestChoice({ ...none, rates });
    await choice.ready();
    for (let slice = 0; slice < 100; slice += 1) await search(1024);
    rates.webcrypto = 8;
    for (let slice = 0; slice < 600; slice += 1) await search(1024);
    expect(choice.engine.name).toBe('js');
  });

  it('stays where there is no WebCrypto', async () => {
    const rates = { js: 12 };
    const ports = { ...none, rates, createWebCrypto: undefined };
    const { choice, search, changes } = createTestChoice(ports);
    await choice.ready();
    await search(2 ** 16);
    expect([choice.engine.name, changes()]).toEqual(['js', 0]);
  });

  it('does not take the time of one engine for that of another', async () => {
    let finish: (result: SliceResult) => void = () => undefined;
    let arrive: (kernel: WasmKernel) => void = () => undefined;
    const search = (): Promise<SliceResult> =>
      new Promise((resolve) => {
        finish = resolve;
      });
    let nowMs = 0;
    const { choice, passTime } = createTestChoice({
      createJs: () => ({ name: 'js', search }),
      nowMs: () => (nowMs += 1000),
      load: () =>
        new Promise((resolve) => {
          arrive = resolve;
        }),
    });
    const ready = choice.ready();
    passTime();
    await ready;
    const result = choice.search({ ...SLICE, count: 128 });
    arrive(KERNEL);
    await new Promise((resolve) => setTimeout(resolve, 0));
    finish({ nonce: undefined, attempts: 128 });
    await result;
    expect([choice.engine.name, choice.fallbacks]).toEqual(['wasm-simd', []]);
  });

  it('reads the same from a clock that is rounded to 100 ms', async () => {
    for (const [js, winner] of [
      [12, 'webcrypto'],
      [1000, 'js'],
    ] as const) {
      const rates = { js, webcrypto: 100 };
      const { choice, search, nowMs } = createTestChoice({ ...none, rates, clockMs: 100 });
      await choice.ready();
      while (nowMs() < 3000) await search(64);
      expect(choice.engine.name).toBe(winner);
    }
  });

  it('stops at a solution and counts the attempts of all portions before it', async () => {
    const digest = randomBytes(32);
    const job = { ...JOB, digest, threshold: 2 ** 22 };
    const choice = new EngineChoice(job, {
      wasm: none.wasm,
      createJs: createJsEngine,
      createWebCrypto: createWebCryptoEngine,
      // Slow, so that both engines take part.
      nowMs: (() => {
        let nowMs = 0;
        return () => (nowMs += 100);
      })(),
      load: () => Promise.reject(new Error('none')),
      after: () => undefined,
      onChange: () => undefined,
    });
    await choice.ready();
    const reference = createJsEngine(digest, job.threshold);
    for (let index = 0; index < 8; index += 1) {
      const slice = { index, from: 7, count: 4096 };
      expect(await choice.search(slice)).toEqual(reference.search(slice));
    }
  });
});
