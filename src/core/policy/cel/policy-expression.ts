// stub
import type { RequestFacts, Truth } from '../conditions/condition-kind.ts';
export function parsePolicyExpression(
  _source: string,
):
  | { readonly ok: true; readonly confines: boolean }
  | { readonly ok: false; readonly message: string } {
  return { ok: true, confines: false };
}
export function compilePolicyExpression(_source: string): (facts: RequestFacts) => Truth {
  return () => undefined;
}
