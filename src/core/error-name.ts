/** What a log may say of an error: its class, never its message, which may quote what failed. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
