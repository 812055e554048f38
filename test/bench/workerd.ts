/**
 * The life of one raw workerd process.
 *
 * Owns start, the ports it reports and the end, by its own id; must not know what it serves.
 * workerd picks free ports itself and reports them on a control descriptor, so there is no
 * port to race for and nothing to poll.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { CONFIG_FILE } from './capnp-config.ts';

export interface Workerd {
  readonly pid: number;
  /** Name of a socket -> its port on 127.0.0.1. */
  readonly ports: ReadonlyMap<string, number>;
  /** Where the inspector listens; absent unless it was asked for. */
  readonly inspectorPort: number | undefined;
  /** The last of what it and its Workers wrote. */
  output(): string;
  stop(): Promise<void>;
}

export interface WorkerdOptions {
  /** Holds the configuration and the modules. */
  readonly directory: string;
  /** Names of the sockets to wait for. */
  readonly sockets: readonly string[];
  readonly hasInspector: boolean;
}

const CONTROL_DESCRIPTOR = 3;
const TAIL = 1000;

/** The binary that wrangler brought along. */
function workerdBinary(): string {
  const fromHere = createRequire(import.meta.url);
  const workerd: unknown = createRequire(fromHere.resolve('wrangler'))('workerd');
  if (typeof workerd === 'object' && workerd !== null && 'default' in workerd) {
    if (typeof workerd.default === 'string') return workerd.default;
  }
  throw new Error('the package workerd does not name its binary');
}

interface Listening {
  readonly event: 'listen' | 'listen-inspector';
  readonly socket: string | undefined;
  readonly port: number;
}

/** One line of the control descriptor; `undefined` for events that do not matter here. */
export function parseControlLine(line: string): Listening | undefined {
  const message: unknown = JSON.parse(line);
  if (typeof message !== 'object' || message === null || !('event' in message)) return undefined;
  const { event } = message;
  if (event !== 'listen' && event !== 'listen-inspector') return undefined;
  if (!('port' in message) || typeof message.port !== 'number') return undefined;
  const socket = 'socket' in message ? String(message.socket) : undefined;
  return { event, socket, port: message.port };
}

/** Reads a stream to its end, so that it never blocks the process, and keeps the last part. */
function keepTail(stream: Readable): () => string {
  let tail = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-TAIL);
  });
  return () => tail;
}

interface Ports {
  readonly ports: ReadonlyMap<string, number>;
  readonly inspectorPort: number | undefined;
}

async function readPorts(control: Readable, options: WorkerdOptions): Promise<Ports | undefined> {
  const ports = new Map<string, number>();
  let inspectorPort: number | undefined;
  for await (const line of createInterface({ input: control })) {
    const listening = parseControlLine(line);
    if (listening?.event === 'listen-inspector') inspectorPort = listening.port;
    else if (listening?.socket !== undefined) ports.set(listening.socket, listening.port);
    const isReady = options.sockets.every((name) => ports.has(name));
    if (isReady && (inspectorPort !== undefined || !options.hasInspector)) {
      return { ports, inspectorPort };
    }
  }
  return undefined;
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Starts workerd and waits until it listens. Throws with its own words where it does not. */
export async function startWorkerd(options: WorkerdOptions): Promise<Workerd> {
  const inspector = options.hasInspector ? ['--inspector-addr', '127.0.0.1:0'] : [];
  const args = ['serve', `--control-fd=${CONTROL_DESCRIPTOR}`, ...inspector, CONFIG_FILE];
  const child = spawn(workerdBinary(), args, {
    cwd: options.directory,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  // The last resort, for an end without `stop`: no signal that Node can see leaves it behind.
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));
  const [, stdout, stderr, control] = child.stdio;
  if (!(stdout instanceof Readable && stderr instanceof Readable && control instanceof Readable)) {
    throw new TypeError('a pipe to workerd is missing');
  }
  const tails = [keepTail(stdout), keepTail(stderr)];
  const output = (): string => tails.map((tail) => tail()).join('');
  const reading = await readPorts(control, options);
  if (reading === undefined || child.pid === undefined) {
    await stopChild(child);
    throw new Error(`workerd did not start:\n${output()}`);
  }
  return { pid: child.pid, ...reading, output, stop: () => stopChild(child) };
}

/** Such as "2026-10-23". */
export function workerdVersion(): string {
  const text = execFileSync(workerdBinary(), ['--version'], { encoding: 'utf8' });
  return text.trim().replace(/^workerd /, '');
}
