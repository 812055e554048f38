/**
 * Calls: which overload a call means, and how its arguments are charged for.
 *
 * Owns the choice among overloads and `matches`, whose pattern has to be known at load: a pattern
 * made while a request waits would be compiled at that request's cost (SECURITY-BAR E06).
 */
import type { AstOf } from './ast.ts';
import {
  BUDGET_FAILURE,
  CelFailure,
  TYPE_FAILURE,
  admitValue,
  fits,
  formatType,
  isOfType,
  joinTypes,
  type CelValue,
} from './cel-value.ts';
import { isUnavailable, type CelEnvironment, type CelFunction } from './environment.ts';
import type { Meter } from './meter.ts';
import { dependenciesOf, type Part, type PartCompiler, type Run } from './part.ts';
import { STANDARD_FUNCTIONS } from './standard-functions.ts';

/** A matcher looks at a character longer than a comparison does. */
const MATCHED_CHARS_PER_STEP = 8;

interface Call {
  readonly node: AstOf<'call'>;
  /** The target, where there is one, and the arguments. */
  readonly parts: readonly Part[];
}

function sizeInChars(value: CelValue): number {
  if (typeof value === 'string') return value.length;
  return Array.isArray(value) ? value.length : 0;
}

/** The arguments' values, charged for, or the first failure. */
function evaluateAll(
  runs: readonly Run[],
  evaluation: Parameters<Run>[0],
): readonly CelValue[] | CelFailure {
  const values: CelValue[] = [];
  let chars = 0;
  for (const run of runs) {
    const value = run(evaluation);
    if (value instanceof CelFailure) return value;
    values.push(value);
    chars += sizeInChars(value);
  }
  return evaluation.meter.chargeText(chars) ? values : BUDGET_FAILURE;
}

function accepts({ parameters }: CelFunction, values: readonly CelValue[]): boolean {
  return parameters.every((type, at) => isOfType(values[at] ?? null, type));
}

function invoke(candidate: CelFunction, values: readonly CelValue[], meter: Meter) {
  return admitValue(candidate.call(values, meter), candidate.result);
}

/** Overloads are told apart by values only where types have not told already. */
function runOf(candidates: readonly CelFunction[], parts: readonly Part[]): Run {
  const runs = parts.map(({ run }) => run);
  const [only] = candidates;
  const isDecided = candidates.length === 1 && parts.every(({ type }) => type !== 'dyn');
  return (evaluation) => {
    const values = evaluateAll(runs, evaluation);
    if (values instanceof CelFailure) return values;
    const chosen = isDecided ? only : candidates.find((candidate) => accepts(candidate, values));
    return chosen === undefined ? TYPE_FAILURE : invoke(chosen, values, evaluation.meter);
  };
}

function compileMatches(compiler: PartCompiler, { node, parts }: Call): Part {
  const [text, pattern] = parts;
  if (text === undefined || pattern === undefined || parts.length !== 2) {
    return compiler.refuse(node, 'matches() takes a text and a pattern');
  }
  if (!fits(text.type, 'string') || !fits(pattern.type, 'string')) {
    return compiler.refuse(node, 'matches() compares texts');
  }
  const source = pattern.constant?.outcome;
  if (typeof source !== 'string') {
    return compiler.refuse(node, 'write the pattern of matches() out: it is compiled beforehand');
  }
  const regex = compiler.compileRegex(source);
  if (!regex.ok)
    return compiler.refuse(node, `the pattern of matches() is refused: ${regex.message}`);
  const { run } = text;
  return {
    ...dependenciesOf(parts),
    type: 'bool',
    run(evaluation) {
      const value = run(evaluation);
      if (value instanceof CelFailure) return value;
      if (typeof value !== 'string') return TYPE_FAILURE;
      const steps = 1 + Math.floor(value.length / MATCHED_CHARS_PER_STEP);
      if (!evaluation.meter.charge(steps)) return BUDGET_FAILURE;
      const matches = regex.matches(value);
      return matches === 'exhausted' ? BUDGET_FAILURE : matches;
    },
  };
}

function isCalledSo({ style, parameters }: CelFunction, { node, parts }: Call): boolean {
  const asked = node.target === undefined ? 'global' : 'member';
  return (
    (style === 'either' || style === asked) &&
    parameters.length === parts.length &&
    parameters.every((type, at) => fits(type, parts[at]?.type ?? 'null'))
  );
}

/** A call of a standard or declared function. */
export function compileCall(
  compiler: PartCompiler,
  functions: CelEnvironment['functions'],
  call: Call,
): Part {
  const { node, parts } = call;
  if (node.name === 'matches') return compileMatches(compiler, call);
  const declared = functions.get(node.name);
  if (isUnavailable(declared)) {
    return compiler.refuse(node, `${node.name}() is not available: ${declared.reason}`);
  }
  const overloads = [...(STANDARD_FUNCTIONS.get(node.name) ?? []), ...(declared ?? [])];
  const candidates = overloads.filter((candidate) => isCalledSo(candidate, call));
  const [first] = candidates;
  if (first === undefined) {
    if (overloads.length === 0) return compiler.refuse(node, `there is no function ${node.name}()`);
    const types = parts.map(({ type }) => formatType(type)).join(', ');
    return compiler.refuse(node, `${node.name}() does not take (${types})`);
  }
  const dependencies = dependenciesOf(parts);
  return {
    outermostSlot: dependencies.outermostSlot,
    varies: dependencies.varies || candidates.some(({ isPure }) => !isPure),
    type: candidates.map(({ result }) => result).reduce(joinTypes),
    run: runOf(candidates, parts),
  };
}
