/**
 * What a benchmark started, and its end: when the task is done, fails or is interrupted.
 *
 * Owns the two signals and the order of ending (last started, first ended); must not know what is
 * ended.
 */

type Close = () => Promise<unknown>;

interface Closable {
  close(): Promise<unknown>;
}

export interface Lifetime {
  /** `close` is called at the end, or at once where the end has come already. */
  add(close: Close): Promise<void>;
  /** Waits for what is starting; an end in the meantime waits for it too, and closes it. */
  hold<Held extends Closable>(starting: Promise<Held>): Promise<Held>;
}

/** The shell's 128 + SIGINT. */
const INTERRUPTED = 130;

/** Runs `task` and ends whatever it added, also on SIGINT and SIGTERM: then the process ends too. */
export async function withLifetime<Result>(
  task: (lifetime: Lifetime) => Promise<Result>,
): Promise<Result> {
  const closers: Close[] = [];
  let isOver = false;
  const end = async (): Promise<void> => {
    isOver = true;
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
      // One that fails must not keep the others alive.
      await close().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
    }
  };
  const interrupt = (): void => {
    void end().finally(() => process.exit(INTERRUPTED));
  };
  const add = async (close: Close): Promise<void> => {
    closers.push(close);
    if (isOver) await end();
  };
  const hold = async <Held extends Closable>(starting: Promise<Held>): Promise<Held> => {
    const close = async (): Promise<void> => {
      // One that does not start is reported by whoever waits for it below.
      const held = await starting.catch(() => undefined);
      await held?.close();
    };
    await add(close);
    return starting;
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return await task({ add, hold });
  } catch (error) {
    // What was taken away from an interrupted task fails: the exit is on its way.
    if (isOver) await new Promise<never>(() => undefined);
    throw error;
  } finally {
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
    await end();
  }
}
