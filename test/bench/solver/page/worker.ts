/**
 * The worker of our engines and of the peers that bring a module instead of a worker.
 *
 * Owns the loading of each. Peers' files are imported from the server as they lie in their
 * packages, nothing is bundled; only when a target is measured.
 */
import type { AsyncSha256Engine, Sha256Engine } from '../../../../src/core/puzzle/sha256-engine.ts';
import { createJsEngine } from '../../../../src/core/puzzle/sha256-js.ts';
import { createMessage, setAttempt } from '../../../../src/core/puzzle/sha256-message.ts';
import { createWasmEngine, loadKernel } from '../../../../src/browser/engines/wasm.ts';
import { createWebCryptoEngine } from '../../../../src/browser/engines/webcrypto.ts';

interface OwnJob {
  readonly name: string;
  readonly digest: Uint8Array;
  readonly threshold: number;
  readonly index: number;
}

interface Answer {
  readonly nonce: number;
  readonly attempts?: number;
}

type Solver = (job: unknown) => Answer | Promise<Answer>;
type Callable = (...args: readonly unknown[]) => unknown;

/** Large enough for nothing but the engine to count; WebCrypto's own batches are of 64. */
const SLICE = 65_536;
const LAST_WORD_OFFSET = 28;

/** A function of a module that has no types here: packages may not be installed. */
function member(holder: unknown, name: string): Callable {
  const value: unknown = Reflect.get(Object(holder), name);
  if (typeof value !== 'function') throw new TypeError(`there is no function ${name}`);
  return (...args) => Reflect.apply(value, holder, args);
}

async function importPeer(path: string): Promise<unknown> {
  return import(`/peers/${path}`);
}

async function searchAll(engine: Sha256Engine | AsyncSha256Engine, index: number): Promise<Answer> {
  let attempts = 0;
  for (let from = 0; from < 2 ** 32; from += SLICE) {
    const found = await engine.search({ index, from, count: SLICE });
    attempts += found.attempts;
    if (found.nonce !== undefined) return { nonce: found.nonce, attempts };
  }
  throw new Error('no solution');
}

async function createEngine({
  name,
  digest,
  threshold,
}: OwnJob): Promise<Sha256Engine | AsyncSha256Engine> {
  if (name === 'js') return createJsEngine(digest, threshold);
  if (name === 'webcrypto') return createWebCryptoEngine(digest, threshold);
  return createWasmEngine({ name, kernel: await loadKernel(`/${name}.wasm`) }, digest, threshold);
}

async function createEngineSolver(first: OwnJob): Promise<Solver> {
  const engine = await createEngine(first);
  return (job) => searchAll(engine, (job as OwnJob).index);
}

const lastWordOf = (output: Uint8Array): number =>
  new DataView(output.buffer, output.byteOffset).getUint32(LAST_WORD_OFFSET);

/** The loop around a library's one-shot function, with our message. */
function createLibrarySolver(digestOf: (message: Uint8Array) => Uint8Array): Solver {
  return (job) => {
    const { digest, threshold, index } = job as OwnJob;
    const message = createMessage(digest);
    for (let nonce = 0; ; nonce += 1) {
      setAttempt(message, index, nonce);
      if (lastWordOf(digestOf(message)) <= threshold) return { nonce, attempts: nonce + 1 };
    }
  };
}

async function createHashWasmSolver(): Promise<Solver> {
  const library = await importPeer('hash-wasm/dist/index.esm.min.js');
  const hasher = await member(library, 'createSHA256')();
  const init = member(hasher, 'init');
  const update = member(hasher, 'update');
  const finish = member(hasher, 'digest');
  return createLibrarySolver((message) => {
    init();
    update(message);
    return finish('binary') as Uint8Array;
  });
}

async function createNobleSolver(): Promise<Solver> {
  const sha256 = member(await importPeer('@noble/hashes/sha2.js'), 'sha256');
  return createLibrarySolver((message) => sha256(message) as Uint8Array);
}

async function solveWithSubtle(job: unknown): Promise<Answer> {
  const { digest, threshold, index } = job as OwnJob;
  const message = createMessage(digest);
  for (let nonce = 0; ; nonce += 1) {
    setAttempt(message, index, nonce);
    const output = await crypto.subtle.digest('SHA-256', message);
    if (new DataView(output).getUint32(LAST_WORD_OFFSET) <= threshold) {
      return { nonce, attempts: nonce + 1 };
    }
  }
}

async function createCapSolver(): Promise<Solver> {
  const cap = await importPeer('@cap.js/wasm/browser/cap_wasm.js');
  await member(cap, 'default')();
  const solvePow = member(cap, 'solve_pow');
  return (job) => {
    const { salt, target } = job as { salt: string; target: string };
    return { nonce: Number(solvePow(salt, target)) };
  };
}

/** Joined as a bundler does it: the package imports its WASM module as one of JavaScript. */
async function createMcaptchaSolver(): Promise<Solver> {
  const glue = await importPeer('@mcaptcha/pow-wasm/pow_wasm_bg.js');
  const response = await fetch('/peers/@mcaptcha/pow-wasm/pow_wasm_bg.wasm');
  const { instance } = await WebAssembly.instantiateStreaming(response, {
    './pow_wasm_bg.js': glue as WebAssembly.ModuleImports,
  });
  member(glue, '__wbg_set_wasm')(instance.exports);
  const genPow = member(glue, 'gen_pow');
  return (job) => {
    const { salt, phrase, difficulty } = job as Record<string, unknown>;
    const proof: unknown = JSON.parse(String(genPow(salt, phrase, difficulty)));
    return { nonce: Number(Reflect.get(Object(proof), 'nonce')) };
  };
}

async function createSolver(job: OwnJob): Promise<Solver> {
  switch (job.name) {
    case 'cap':
      return createCapSolver();
    case 'mcaptcha':
      return createMcaptchaSolver();
    case 'hash-wasm':
      return createHashWasmSolver();
    case 'noble':
      return createNobleSolver();
    case 'subtle-loop':
      return solveWithSubtle;
    default:
      return createEngineSolver(job);
  }
}

let creating: Promise<Solver> | undefined;

async function answer(job: OwnJob): Promise<Answer | { readonly error: string }> {
  try {
    creating ??= createSolver(job);
    const solver = await creating;
    return await solver(job);
  } catch (error) {
    return { error: String(error) };
  }
}

/** The part of DedicatedWorkerGlobalScope used here; `self` is typed as a Window. */
const scope: { postMessage(message: unknown): void } = self;
self.addEventListener('message', (event: MessageEvent<OwnJob>) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- to the page, no window here
  void answer(event.data).then((message) => scope.postMessage(message));
});
