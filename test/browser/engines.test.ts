/** Every engine in a real Chromium before the real gate: each arrives, and says what it is. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { launchChromium, requireChromium } from '../support/chromium.ts';
import type { LaunchedChromium } from '../support/chromium.ts';
import { startGate } from '../support/gate-server.ts';
import type { Gate } from '../support/gate-server.ts';

const hasChromium = (await requireChromium()) !== undefined;
const ARRIVAL_MS = 15_000;

let gate: Gate;
const launched: LaunchedChromium[] = [];

async function launch(args: readonly string[] = []): Promise<Browser> {
  const chromium = await launchChromium({ args });
  launched.push(chromium);
  return chromium.browser;
}

const at = (path: string): string => new URL(path, gate.url.href).href;

/** What the page told last before it left; pages die with their navigation, so it is kept here. */
interface Told {
  engine: string;
  running: string;
  fallbacks: string;
}

interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly told: Told;
  readonly assets: Set<string>;
}

async function visitor(browser: Browser): Promise<Visitor> {
  const context = await browser.newContext();
  const told: Told = { engine: '', running: '', fallbacks: '' };
  const assets = new Set<string>();
  context.on('request', (request) => {
    const name = /\/assets\/([\w-]+)\./.exec(request.url())?.[1];
    if (name !== undefined) assets.add(name);
  });
  await context.exposeFunction('tellTest', (name: keyof Told, text: string) => {
    told[name] = text;
  });
  await context.addInitScript(() => {
    const tell = (name: string, text: string): void =>
      (globalThis as unknown as { tellTest: (name: string, text: string) => void }).tellTest(
        name,
        text,
      );
    new MutationObserver(() => {
      for (const name of ['engine', 'running', 'fallbacks']) {
        const text = document.getElementById(`toll-${name}`)?.textContent ?? '';
        if (text !== '' && text !== '–') tell(name, text);
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
  const page = await context.newPage();
  return { context, page, told, assets };
}

/** What was told of the engines: a slow run also tells that there is no GPU. */
function fallbacksOf({ told }: Visitor): string {
  const others = told.fallbacks.split('; ').filter((one) => !one.startsWith('gpu: '));
  return others.length === 0 ? 'none' : others.join('; ');
}

/** The engine that ran, plain JS apart, which begins by design where a module is late. */
function bestOf({ told }: Visitor): string {
  const engines = told.engine.split(', ');
  return engines.filter((one) => one !== 'js').join(', ') || told.engine;
}

async function arrive({ page }: Visitor): Promise<void> {
  const startedMs = performance.now();
  await page.goto(at('/crossings'));
  await page.waitForSelector('#verdict', { timeout: ARRIVAL_MS });
  expect(performance.now() - startedMs).toBeLessThan(ARRIVAL_MS);
}

/** Answers as the gate does, but with a policy that forbids WASM, for the page and its workers. */
async function forbidWasm(route: Route): Promise<void> {
  const response = await route.fetch();
  const policy = "script-src 'self'; worker-src 'self'; connect-src 'self'";
  await route.fulfill({
    response,
    headers: { ...response.headers(), 'content-security-policy': policy },
  });
}

describe.skipIf(!hasChromium)('the engines in Chromium', () => {
  let browser: Browser;

  beforeAll(async () => {
    gate = await startGate();
    browser = await launch();
  });
  afterAll(async () => {
    for (const { close } of launched) await close();
    await gate?.close();
  });

  it('arrives with WASM SIMD and loads no other engine', async () => {
    const visit = await visitor(browser);
    await arrive(visit);
    expect(bestOf(visit)).toBe('wasm-simd');
    expect(fallbacksOf(visit)).toBe('none');
    expect(visit.assets).toContain('sha256-simd');
    expect(visit.assets).not.toContain('sha256-scalar');
    await visit.context.close();
  });

  it('arrives without vectors, with the scalar module alone', async () => {
    const visit = await visitor(browser);
    // As a browser answers that knows no vectors; a worker has a global object of its own.
    const hideVectors = 'WebAssembly.validate = () => false;';
    await visit.context.addInitScript(hideVectors);
    await visit.context.route('**/assets/solver-worker*', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: hideVectors + (await response.text()) });
    });
    await arrive(visit);
    expect(bestOf(visit)).toBe('wasm-scalar');
    expect(fallbacksOf(visit)).toBe('wasm-simd: not supported');
    expect(visit.assets).not.toContain('sha256-simd');
    await visit.context.close();
  });

  it('arrives without any compiler, with WebCrypto, and says why', async () => {
    const visit = await visitor(await launch(['--js-flags=--jitless']));
    await arrive(visit);
    // What a worker measures on a busy machine is its own; that both were tried is not.
    expect(visit.told.engine).toMatch(/\bwebcrypto\b/);
    expect(fallbacksOf(visit)).toMatch(/^wasm: not supported; js: slower than webcrypto/);
    expect([...visit.assets].filter((name) => name.startsWith('sha256'))).toEqual([]);
    await visit.context.close();
  });

  it('arrives where a policy forbids WASM, with plain JS, and says why', async () => {
    const visit = await visitor(browser);
    await visit.page.route((url) => url.pathname === '/crossings', forbidWasm);
    await visit.context.route('**/assets/solver-worker*', forbidWasm);
    await arrive(visit);
    // On a busy machine the trial of another may still be under way.
    expect(visit.told.engine).toMatch(/\bjs\b/);
    expect(visit.told.fallbacks).toMatch(/wasm: CompileError: .*Content Security Policy/);
    expect([...visit.assets].filter((name) => name.startsWith('sha256'))).toEqual([]);
    await visit.context.close();
  });

  it('arrives where the modules cannot be had, with plain JS, and says why', async () => {
    const visit = await visitor(browser);
    await visit.context.route('**/assets/*.wasm', (route) => route.abort());
    await arrive(visit);
    // On a busy machine the trial of another may still be under way.
    expect(visit.told.engine).toMatch(/\bjs\b/);
    expect(visit.told.fallbacks).toMatch(/wasm-simd: TypeError.*wasm-scalar: TypeError/);
    await visit.context.close();
  });

  it('arrives where a module is another file than ours', async () => {
    const visit = await visitor(browser);
    await visit.context.route('**/assets/sha256-simd*', (route) =>
      route.fulfill({ body: 'hello' }),
    );
    await arrive(visit);
    expect(bestOf(visit)).toBe('wasm-scalar');
    expect(visit.told.fallbacks).toMatch(/wasm-simd: CompileError/);
    await visit.context.close();
  });

  it('begins with plain JS while a module is late', async () => {
    const visit = await visitor(browser);
    await visit.context.route('**/assets/*.wasm', () => undefined);
    await arrive(visit);
    // On a busy machine the trial of another may still be under way.
    expect(visit.told.engine).toMatch(/\bjs\b/);
    await visit.context.close();
  });

  it('arrives with WASM on the main thread where workers are blocked, and says so', async () => {
    const visit = await visitor(browser);
    await visit.context.route('**/assets/solver-worker*', (route) => route.abort());
    await arrive(visit);
    expect(bestOf(visit)).toBe('wasm-simd');
    expect(visit.told.running).toMatch(/no web workers/);
    expect(visit.told.fallbacks).toMatch(/worker: /);
    await visit.context.close();
  });
});
