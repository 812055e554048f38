/**
 * Where the gate's JavaScript spends its time: V8's sampling profiler through the inspector.
 *
 * Owns the protocol's few messages and the sums by function. Sampling slows the Worker, so no
 * time of a profiled run is reported, only shares.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runLoad } from './load.ts';
import type { Target, TargetName } from './targets.ts';
import type { Workerd } from './workerd.ts';

const OUTPUT = fileURLToPath(new URL('../.results/', import.meta.url).href);
const CONNECTIONS = 16;
const WARM_UP_SECONDS = 1.5;
const SAMPLING_MICROS = 200;
const LISTED = 30;

export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  /** From 0. */
  readonly lineNumber: number;
}

/** The parts of a `.cpuprofile` that are read here. */
export interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  /** Node of each sample. */
  readonly samples: readonly number[];
}

export interface Share {
  readonly label: string;
  readonly share: number;
}

function labelOf({ functionName, url, lineNumber }: CallFrame): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  return url === '' ? name : `${name}  ${url.slice(url.lastIndexOf('/') + 1)}:${lineNumber + 1}`;
}

/** Share of the samples in each function itself, idle ones left out; largest first. */
export function selfShares({ nodes, samples }: CpuProfile): readonly Share[] {
  const labels = new Map(nodes.map(({ id, callFrame }) => [id, labelOf(callFrame)]));
  const counts = new Map<string, number>();
  let total = 0;
  for (const id of samples) {
    const label = labels.get(id) ?? '(unknown)';
    if (label === '(idle)') continue;
    total += 1;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts]
    .map(([label, count]) => ({ label, share: count / total }))
    .toSorted((a, b) => b.share - a.share);
}

/** A session with one isolate's inspector: one command at a time, in order. */
class InspectorSession {
  readonly #socket: WebSocket;
  #id = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static async open(port: number, worker: string): Promise<InspectorSession> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/${worker}`);
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve);
      socket.addEventListener('error', () => reject(new Error('the inspector refuses a session')));
    });
    return new InspectorSession(socket);
  }

  async send(method: string, params: object = {}): Promise<unknown> {
    this.#id += 1;
    const id = this.#id;
    const answer = new Promise((resolve, reject) => {
      const listen = ({ data }: MessageEvent): void => {
        const message: unknown = JSON.parse(String(data));
        if (typeof message !== 'object' || message === null) return;
        if (!('id' in message) || message.id !== id) return;
        this.#socket.removeEventListener('message', listen);
        // workerd acknowledges a command without a result by sending the command back.
        if ('error' in message) reject(new Error(`${method}: ${JSON.stringify(message.error)}`));
        else resolve('result' in message ? message.result : undefined);
      };
      this.#socket.addEventListener('message', listen);
    });
    this.#socket.send(JSON.stringify({ id, method, params }));
    return answer;
  }

  close(): void {
    this.#socket.close();
  }
}

function isProfile(value: unknown): value is CpuProfile {
  return typeof value === 'object' && value !== null && 'nodes' in value && 'samples' in value;
}

const meter = (): undefined => undefined;

/** Profiles what an isolate does while `task` lasts. @param worker its name in the configuration */
export async function recordProfile(
  [port, worker]: readonly [number, string],
  task: () => Promise<unknown>,
): Promise<CpuProfile> {
  const session = await InspectorSession.open(port, worker);
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: SAMPLING_MICROS });
  await session.send('Profiler.start');
  await task();
  const result = await session.send('Profiler.stop');
  session.close();
  const profile =
    typeof result === 'object' && result !== null && 'profile' in result
      ? result.profile
      : undefined;
  if (!isProfile(profile)) throw new Error('the inspector gave no profile');
  return profile;
}

/** Writes `test/.results/NAME.cpuprofile` and gives the largest shares as text. */
export async function keepProfile(name: string, profile: CpuProfile): Promise<string> {
  await mkdir(OUTPUT, { recursive: true });
  await writeFile(join(OUTPUT, `${name}.cpuprofile`), JSON.stringify(profile));
  const lines = selfShares(profile)
    .slice(0, LISTED)
    .map(({ label, share }) => `  ${(100 * share).toFixed(1).padStart(5)} %  ${label}\n`);
  return `${name}: self time by function (whole profile: test/.results/${name}.cpuprofile)\n${lines.join('')}\n`;
}

interface ProfileOptions {
  readonly targets: readonly TargetName[];
  readonly seconds: number;
}

/** Writes one `.cpuprofile` per target to test/.results and gives the largest shares as text. */
export async function profileTargets(
  { inspectorPort }: Workerd,
  targets: Readonly<Record<TargetName, Target>>,
  options: ProfileOptions,
): Promise<string> {
  if (inspectorPort === undefined) throw new Error('workerd runs without its inspector');
  let text = '';
  for (const name of options.targets) {
    const worker = name === 'noop' || name === 'forward' ? name : 'gate';
    const { port, requests } = targets[name];
    const plan = { port, requests, connections: CONNECTIONS };
    await runLoad(plan, WARM_UP_SECONDS, meter);
    const profile = await recordProfile([inspectorPort, worker], () =>
      runLoad(plan, options.seconds, meter),
    );
    text += await keepProfile(name, profile);
  }
  return text;
}
