/**
 * Waiting that ends.
 *
 * Owns one function; what is given up goes on by itself and is ignored.
 */

/** `task`, or `undefined` after `budgetMs`. */
export async function within<Value>(
  task: Promise<Value>,
  budgetMs: number,
): Promise<Value | undefined> {
  const { promise: budget, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, budgetMs, undefined);
  try {
    return await Promise.race([task, budget]);
  } finally {
    clearTimeout(timer);
  }
}
