/**
 * What a benchmark started, and its end: when the task is done, fails or is interrupted.
 *
 * Owns the two signals and the order of ending (last started, first ended); must not know what is
 * ended.
 */

type Close = () => Promise<unknown>;

export interface Lifetime {
  /** To be called at the end, or at once where the end has come already. */
  add(close: Close): Promise<void>;
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
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return await task({
      async add(close) {
        closers.push(close);
        // Interrupted while it was starting.
        if (isOver) await end();
      },
    });
  } catch (error) {
    // What was taken away from an interrupted task fails: the exit is on its way.
    if (isOver) await new Promise<never>(() => undefined);
    throw error;
  } finally {
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
    await end();
  }
}
