import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type ChoicePorts, EngineChoice } from '../../src/browser/engines/engine-choice.ts';
import type { WasmKernel } from '../../src/browser/engines/wasm.ts';

const JOB = { digest: randomBytes(32), threshold: 63, modules: { simd: '/v', scalar: '/s' } };
const KERNEL: WasmKernel = { bindChallenge: () => undefined, search: () => 0 };

interface Setting extends Partial<ChoicePorts> {
  /** What each address gives; one that is not named never answers. */
  readonly files?: Readonly<Record<string, WasmKernel | Error>>;
}

function createTestChoice({ files = {}, ...ports }: Setting = {}) {
  const due: (() => void)[] = [];
  const asked: string[] = [];
  let changes = 0;
  const choice = new EngineChoice(JOB, {
    wasm: { kind: 'simd' },
    hasWebCrypto: true,
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
  return { choice, asked, passTime, changes: () => changes };
}

/** Slices at so many attempts a millisecond, until the engine is judged. */
function work(choice: EngineChoice, rate: number): void {
  for (let slice = 0; slice < 6; slice += 1) {
    const { engine } = choice;
    choice.measure({ engine, attempts: rate * 10, elapsedMs: 10 });
  }
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

  it('keeps an engine that has a compiler behind it, however slow its first slice was', async () => {
    const { choice } = createTestChoice(none);
    await choice.ready();
    choice.measure({ engine: choice.engine, attempts: 12, elapsedMs: 40 });
    work(choice, 300);
    work(choice, 5);
    expect([choice.engine.name, choice.fallbacks]).toEqual(['js', ['wasm: not supported']]);
  });

  it('compares a slow one with WebCrypto and keeps the faster', async () => {
    for (const [rate, winner, loser] of [
      [100, 'webcrypto', 'js'],
      [7, 'js', 'webcrypto'],
    ] as const) {
      const { choice, changes } = createTestChoice(none);
      await choice.ready();
      work(choice, 12);
      expect([choice.engine.name, changes()]).toEqual(['webcrypto', 1]);
      work(choice, rate);
      expect([choice.engine.name, changes()]).toEqual([winner, 2]);
      expect(choice.fallbacks.at(-1)).toBe(`${loser}: slower than ${winner}`);
      work(choice, 1);
      expect(changes()).toBe(2);
    }
  });

  it('stays where there is no WebCrypto', async () => {
    const { choice, changes } = createTestChoice({ ...none, hasWebCrypto: false });
    await choice.ready();
    work(choice, 12);
    expect([choice.engine.name, changes()]).toEqual(['js', 0]);
  });

  it('does not take the time of one engine for that of another', async () => {
    const { choice } = createTestChoice({ files: { '/v': KERNEL } });
    const before = choice.engine;
    await choice.ready();
    for (let slice = 0; slice < 9; slice += 1) {
      choice.measure({ engine: before, attempts: 10, elapsedMs: 10 });
    }
    expect(choice.engine.name).toBe('wasm-simd');
  });

  it('waits for a clock that has not moved', async () => {
    const { choice, changes } = createTestChoice(none);
    await choice.ready();
    const { engine } = choice;
    for (let slice = 0; slice < 100; slice += 1) {
      choice.measure({ engine, attempts: 12, elapsedMs: 0 });
    }
    expect([choice.engine.name, changes()]).toEqual(['js', 0]);
  });
});
