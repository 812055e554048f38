/** Expressions in CEL. Owns nothing but the kind: the language is the affair of `cel/`. */
import { compilePolicyExpression, parsePolicyExpression } from '../cel/policy-expression.ts';
import type { ConditionKind, Truth } from './condition-kind.ts';

export const expressionCondition: ConditionKind<string> = {
  maxEntries: 64,
  takesScalar: true,
  // An expression may ask for the path.
  scope: 'reading',
  decodeEntry(value) {
    if (typeof value !== 'string') return { ok: false, message: 'write a CEL expression' };
    const parsed = parsePolicyExpression(value);
    if (parsed.ok) return { ok: true, value };
    return { ok: false, message: `write the expression otherwise: ${parsed.message}` };
  },
  formatEntry: (source) => source,
  confines(source) {
    const parsed = parsePolicyExpression(source);
    return parsed.ok && parsed.confines;
  },
  compile(sources) {
    const expressions = sources.map(compilePolicyExpression);
    return (facts) => {
      let truth: Truth = false;
      for (const evaluate of expressions) {
        const each = evaluate(facts);
        if (each === true) return true;
        if (each === undefined) truth = undefined;
      }
      return truth;
    };
  },
};
