// stub
export type ParsedPattern = { readonly source: string };
export function parsePattern(
  source: string,
):
  | { readonly ok: true; readonly pattern: ParsedPattern }
  | { readonly ok: false; readonly message: string; readonly at: number } {
  return { ok: true, pattern: { source } };
}
export function compilePatterns(patterns: readonly ParsedPattern[]): {
  matches(text: string): boolean | 'exhausted';
} {
  const regs = patterns.map(({ source }) => new RegExp(source));
  return { matches: (text) => regs.some((r) => r.test(text)) };
}
