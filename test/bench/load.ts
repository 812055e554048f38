/**
 * The load generator: a fixed number of connections, each with one request under way.
 *
 * Owns sockets and counts; must not know what is measured. It shares two cores with the
 * process under test, so requests are bytes made beforehand and answers are only delimited.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { findResponse, readBody } from './http-response.ts';

export interface PreparedRequest {
  readonly bytes: Uint8Array;
  /** Any other status is counted as a failure. */
  readonly expectedStatus: number;
}

export interface LoadPlan {
  readonly port: number;
  /** Sent in turn by every connection. */
  readonly requests: readonly PreparedRequest[];
  readonly connections: number;
}

export interface LoadResult {
  readonly responses: number;
  readonly elapsedMs: number;
  /** Unexpected status -> how often. */
  readonly failures: ReadonlyMap<number, number>;
}

const HOST = '127.0.0.1';

/** Sends the next request whenever the last one is answered, until `stop`. */
class Connection {
  readonly #socket: Socket;
  readonly #plan: LoadPlan;
  readonly #count: (status: number, isExpected: boolean) => void;
  #rest: Buffer | undefined;
  #turn: number;
  #isStopping = false;
  readonly finished: Promise<void>;
  #finish: () => void = () => undefined;
  #fail: (error: Error) => void = () => undefined;

  constructor(socket: Socket, plan: LoadPlan, parts: ConnectionParts) {
    this.#socket = socket;
    this.#plan = plan;
    this.#turn = parts.turn;
    this.#count = parts.count;
    this.finished = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('workerd closed a connection under load')));
  }

  #current(): PreparedRequest {
    const { requests } = this.#plan;
    const request = requests[this.#turn % requests.length];
    if (request === undefined) throw new Error('a load needs at least one request');
    return request;
  }

  send(): void {
    this.#socket.write(this.#current().bytes);
  }

  stop(): void {
    this.#isStopping = true;
  }

  #read(bytes: Buffer): void {
    const all = this.#rest === undefined ? bytes : Buffer.concat([this.#rest, bytes]);
    const span = findResponse(all);
    if (span === undefined) {
      this.#rest = all;
      return;
    }
    this.#rest = undefined;
    if (span.end !== all.length) this.#fail(new Error('bytes follow a response'));
    this.#count(span.status, span.status === this.#current().expectedStatus);
    this.#turn += 1;
    if (this.#isStopping) this.#finish();
    else this.send();
  }
}

interface ConnectionParts {
  /** Index of the first request, so that connections do not send the same one at once. */
  readonly turn: number;
  readonly count: (status: number, isExpected: boolean) => void;
}

async function openSocket(port: number): Promise<Socket> {
  const socket = connect({ port, host: HOST, noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/**
 * Runs `plan` for `seconds`, waits for the answers still under way and counts those too.
 * `meter` is read when all connections are open, and again after the last answer.
 * Throws where a connection breaks.
 */
export async function runLoad<Reading>(
  plan: LoadPlan,
  seconds: number,
  meter: () => Reading,
): Promise<LoadResult & { readonly before: Reading; readonly after: Reading }> {
  let responses = 0;
  const failures = new Map<number, number>();
  const count = (status: number, isExpected: boolean): void => {
    responses += 1;
    if (!isExpected) failures.set(status, (failures.get(status) ?? 0) + 1);
  };
  const sockets = await Promise.all(
    Array.from({ length: plan.connections }, () => openSocket(plan.port)),
  );
  const connections = sockets.map((socket, turn) => new Connection(socket, plan, { turn, count }));
  try {
    const before = meter();
    const startMs = performance.now();
    for (const connection of connections) connection.send();
    const timer = setTimeout(() => {
      for (const connection of connections) connection.stop();
    }, seconds * 1000);
    await Promise.all(connections.map(({ finished }) => finished)).finally(() =>
      clearTimeout(timer),
    );
    return {
      responses,
      elapsedMs: performance.now() - startMs,
      failures,
      before,
      after: meter(),
    };
  } finally {
    for (const socket of sockets) socket.removeAllListeners('close').destroy();
  }
}

export interface Answer {
  readonly status: number;
  /** Status line and fields. */
  readonly head: string;
  readonly body: string;
}

/** Sends one request on a connection of its own. Throws where no whole answer comes back. */
export async function exchange(port: number, request: Uint8Array): Promise<Answer> {
  const socket = await openSocket(port);
  try {
    socket.write(request);
    let bytes: Buffer = Buffer.alloc(0);
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      bytes = Buffer.concat([bytes, chunk]);
      const span = findResponse(bytes);
      if (span === undefined) continue;
      const head = bytes.toString('latin1', 0, span.bodyStart);
      return { status: span.status, head, body: readBody(bytes, span) };
    }
    throw new Error('workerd closed the connection before its answer was complete');
  } finally {
    socket.destroy();
  }
}
