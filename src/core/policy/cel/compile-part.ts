/**
 * Syntax tree to closures, types checked on the way.
 *
 * Owns every node but calls and macros, and what is decided at load: parts that depend on no
 * request are evaluated once, here, with a budget of their own.
 */
import type { Ast, AstOf } from './ast.ts';
import {
  BUDGET_FAILURE,
  CelFailure,
  CelLookup,
  INDEX_FAILURE,
  TYPE_FAILURE,
  checkedInt,
  fits,
  formatType,
  isList,
  isMap,
  joinTypes,
  listOf,
  mapOf,
  type CelKey,
  type CelType,
  type CelValue,
  type Outcome,
} from './cel-value.ts';
import { compileCall } from './compile-call.ts';
import { compileMacro } from './compile-macro.ts';
import { isUnavailable, type CelEnvironment } from './environment.ts';
import { Evaluation, type Variable } from './evaluation.ts';
import { OPERATIONS, areComparable, asKey, typeOfOperation } from './operators.ts';
import {
  constantPart,
  dependenciesOf,
  type Part,
  type PartCompiler,
  type Run,
  type Scope,
} from './part.ts';

const NO_KEY_FAILURE = new CelFailure('no-such-key');
const ARGUMENT_FAILURE = new CelFailure('argument');
const NOTHING: Scope = { locals: new Map(), depth: 0 };
const KEY_TYPES: ReadonlySet<CelType> = new Set(['bool', 'int', 'string', 'dyn']);

export interface PartProblem {
  readonly at: number;
  readonly message: string;
}

function literalType(value: AstOf<'literal'>['value']): CelType {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  return typeof value === 'number' ? 'double' : 'string';
}

/** `container[key]`, which is also what `container.key` means. */
function pick(container: CelValue, key: CelValue): Outcome {
  if (container instanceof CelLookup) {
    return typeof key === 'string' ? (container.lookup(key) ?? NO_KEY_FAILURE) : TYPE_FAILURE;
  }
  if (isMap(container)) {
    const known = asKey(key);
    return known === undefined
      ? NO_KEY_FAILURE
      : (container.get(known) ?? absent(container, known));
  }
  if (!isList(container) || typeof key !== 'bigint') return TYPE_FAILURE;
  const item = key >= 0n && key < BigInt(container.length) ? container[Number(key)] : undefined;
  return item === undefined ? INDEX_FAILURE : item;
}

/** `null` as a value is a value. */
function absent(map: ReadonlyMap<CelKey, CelValue>, key: CelKey): Outcome {
  return map.has(key) ? null : NO_KEY_FAILURE;
}

/** Type of `container[key]`, or undefined where it does not exist. */
function pickedType(container: CelType, key: CelType): CelType | undefined {
  if (container === 'dyn') return 'dyn';
  if (container === 'lookup') return fits(key, 'string') ? 'string' : undefined;
  if (typeof container === 'string') return undefined;
  if (container.kind === 'list') return fits(key, 'int') ? container.items : undefined;
  return areComparable(key, container.keys) ? container.values : undefined;
}

function runPair(
  left: Run,
  right: Run,
  operation: (left: CelValue, right: CelValue, meter: Evaluation['meter']) => Outcome,
): Run {
  return (evaluation) => {
    if (!evaluation.meter.charge(1)) return BUDGET_FAILURE;
    const first = left(evaluation);
    if (first instanceof CelFailure) return first;
    const second = right(evaluation);
    return second instanceof CelFailure ? second : operation(first, second, evaluation.meter);
  };
}

function runOn(operand: Run, operation: (value: CelValue) => Outcome): Run {
  return (evaluation) => {
    if (!evaluation.meter.charge(1)) return BUDGET_FAILURE;
    const value = operand(evaluation);
    return value instanceof CelFailure ? value : operation(value);
  };
}

/** The first term that decides wins; without one, the first failure; order changes nothing else. */
function runLogic(terms: readonly Run[], deciding: boolean): Run {
  return (evaluation) => {
    let failure: CelFailure | undefined;
    for (const term of terms) {
      if (!evaluation.meter.charge(1)) return BUDGET_FAILURE;
      const holds = term(evaluation);
      if (holds === deciding) return deciding;
      if (holds instanceof CelFailure) failure ??= holds;
      else if (typeof holds !== 'boolean') failure ??= TYPE_FAILURE;
    }
    return failure ?? !deciding;
  };
}

function negate(value: CelValue): Outcome {
  if (typeof value === 'bigint') return checkedInt(-value);
  return typeof value === 'number' ? -value : TYPE_FAILURE;
}

/** The one type of all parts, `dyn` of none. */
function joinAll(parts: readonly Part[]): CelType {
  return parts.map(({ type }) => type).reduce(joinTypes, parts[0]?.type ?? 'dyn');
}

/** A list of constant texts is searched by hash. */
function textSet({ constant, type }: Part): ReadonlySet<CelValue> | undefined {
  const isTexts = typeof type !== 'string' && type.kind === 'list' && type.items === 'string';
  const list = constant?.outcome;
  return isTexts && list !== undefined && isList(list) ? new Set(list) : undefined;
}

export class ExpressionCompiler implements PartCompiler {
  readonly problems: PartProblem[] = [];
  readonly #environment: CelEnvironment;
  readonly #slots = new Map<string, number>();
  /** Shared by all parts, so that deciding them beforehand is bounded too. */
  readonly #beforehand: Evaluation;

  constructor(environment: CelEnvironment, budget: number) {
    this.#environment = environment;
    this.#beforehand = new Evaluation(() => undefined, budget);
  }

  compileWhole(ast: Ast): Part {
    return this.compile(ast, NOTHING);
  }

  compileRegex(source: string) {
    return this.#environment.compileRegex(source);
  }

  refuse(node: Ast, message: string): Part {
    this.problems.push({ at: node.at, message });
    return { ...dependenciesOf([]), type: 'dyn', varies: true, run: () => TYPE_FAILURE };
  }

  compile(node: Ast, scope: Scope): Part {
    const part = this.#compileNode(node, scope);
    const isDecided = part.constant !== undefined || part.varies || part.outermostSlot < Infinity;
    if (isDecided || this.#beforehand.meter.isExhausted) return part;
    const outcome = part.run(this.#beforehand);
    return this.#beforehand.meter.isExhausted
      ? this.refuse(node, 'this takes too many steps whatever the request')
      : constantPart(outcome, part.type);
  }

  // oxlint-disable-next-line typescript/consistent-return -- exhaustive, which tsc checks
  #compileNode(node: Ast, scope: Scope): Part {
    switch (node.kind) {
      case 'literal':
        return constantPart(node.value, literalType(node.value));
      case 'name':
        return this.#name(node, scope);
      case 'select':
        return this.#pick(node, this.compile(node.operand, scope), node.field);
      case 'has':
        return this.#has(node, scope);
      case 'index':
        return this.#index(node, scope);
      case 'call':
        return this.#call(node, scope);
      case 'not':
        return this.#not(node, scope);
      case 'negate':
        return this.#negate(node, scope);
      case 'binary':
        return this.#binary(node, scope);
      case 'logic':
        return this.#logic(node, scope);
      case 'conditional':
        return this.#conditional(node, scope);
      case 'list':
        return this.#list(node, scope);
      case 'map':
        return this.#map(node, scope);
      case 'macro':
        return compileMacro(this, node, scope);
    }
  }

  #name(node: AstOf<'name'>, scope: Scope): Part {
    const { name } = node;
    const local = scope.locals.get(name);
    if (local !== undefined) {
      const { slot, type } = local;
      const run: Run = ({ locals }) => locals[slot] ?? null;
      return { type, run, varies: false, outermostSlot: slot };
    }
    const type = this.#environment.variables.get(name);
    if (type === undefined) return this.refuse(node, `there is no variable ${name}`);
    if (isUnavailable(type)) return this.refuse(node, `${name} is not available: ${type.reason}`);
    const slot = this.#slots.get(name) ?? this.#slots.size;
    this.#slots.set(name, slot);
    const variable: Variable = { name, type };
    const run: Run = (evaluation) => evaluation.read(slot, variable);
    return { type, run, varies: true, outermostSlot: Infinity };
  }

  #pick(node: Ast, container: Part, field: string): Part {
    const type = pickedType(container.type, 'string');
    if (type === undefined) {
      return this.refuse(node, `${formatType(container.type)} has no member "${field}"`);
    }
    return {
      ...dependenciesOf([container]),
      type,
      run: runOn(container.run, (value) => pick(value, field)),
    };
  }

  #has(node: AstOf<'has'>, scope: Scope): Part {
    const container = this.compile(node.operand, scope);
    const { field } = node;
    // What cannot be picked cannot be asked for either.
    const picked = this.#pick(node, container, field);
    const run = runPair(
      container.run,
      () => field,
      (value, key, meter) => OPERATIONS.in(key, value, meter),
    );
    return { ...dependenciesOf([picked]), type: 'bool', run };
  }

  #index(node: AstOf<'index'>, scope: Scope): Part {
    const container = this.compile(node.operand, scope);
    const key = this.compile(node.key, scope);
    const type = pickedType(container.type, key.type);
    if (type === undefined) {
      const types = `${formatType(container.type)} by ${formatType(key.type)}`;
      return this.refuse(node, `nothing can be looked up in ${types}`);
    }
    return {
      ...dependenciesOf([container, key]),
      type,
      run: runPair(container.run, key.run, pick),
    };
  }

  #call(node: AstOf<'call'>, scope: Scope): Part {
    const nodes = node.target === undefined ? node.arguments : [node.target, ...node.arguments];
    const parts = nodes.map((child) => this.compile(child, scope));
    return compileCall(this, this.#environment.functions, { node, parts });
  }

  #not(node: AstOf<'not'>, scope: Scope): Part {
    const operand = this.compile(node.operand, scope);
    if (!fits(operand.type, 'bool')) {
      return this.refuse(node, `! takes true or false, not ${formatType(operand.type)}`);
    }
    const run = runOn(operand.run, (value) => (typeof value === 'boolean' ? !value : TYPE_FAILURE));
    return { ...dependenciesOf([operand]), type: 'bool', run };
  }

  #negate(node: AstOf<'negate'>, scope: Scope): Part {
    const operand = this.compile(node.operand, scope);
    if (!fits(operand.type, 'int') && !fits(operand.type, 'double')) {
      return this.refuse(node, `- takes a number, not ${formatType(operand.type)}`);
    }
    return { ...dependenciesOf([operand]), type: operand.type, run: runOn(operand.run, negate) };
  }

  #binary(node: AstOf<'binary'>, scope: Scope): Part {
    const left = this.compile(node.left, scope);
    const right = this.compile(node.right, scope);
    const type = typeOfOperation(node.operator, left.type, right.type);
    if (type === undefined) {
      const types = `${formatType(left.type)} and ${formatType(right.type)}`;
      return this.refuse(node, `${node.operator} does not take ${types}`);
    }
    const operation = OPERATIONS[node.operator];
    const set = node.operator === 'in' ? textSet(right) : undefined;
    const run =
      set === undefined
        ? runPair(left.run, right.run, operation)
        : runOn(left.run, (value) => set.has(value));
    return { ...dependenciesOf([left, right]), type, run };
  }

  #logic(node: AstOf<'logic'>, scope: Scope): Part {
    const terms = node.terms.map((term) => this.compile(term, scope));
    const wrong = terms.findIndex(({ type }) => !fits(type, 'bool'));
    if (wrong !== -1) {
      const types = formatType(terms[wrong]?.type ?? 'dyn');
      return this.refuse(
        node.terms[wrong] ?? node,
        `${node.operator} takes true or false, not ${types}`,
      );
    }
    const runs = terms.map(({ run }) => run);
    return { ...dependenciesOf(terms), type: 'bool', run: runLogic(runs, node.operator === '||') };
  }

  #conditional(node: AstOf<'conditional'>, scope: Scope): Part {
    const condition = this.compile(node.condition, scope);
    const whenTrue = this.compile(node.whenTrue, scope);
    const whenFalse = this.compile(node.whenFalse, scope);
    if (!fits(condition.type, 'bool')) return this.refuse(node, '? takes true or false before it');
    if (!fits(whenTrue.type, whenFalse.type)) {
      return this.refuse(node, 'both values of ?: have to be of one type');
    }
    const run: Run = (evaluation) => {
      if (!evaluation.meter.charge(1)) return BUDGET_FAILURE;
      const holds = condition.run(evaluation);
      if (holds === true) return whenTrue.run(evaluation);
      if (holds === false) return whenFalse.run(evaluation);
      return holds instanceof CelFailure ? holds : TYPE_FAILURE;
    };
    const type = joinTypes(whenTrue.type, whenFalse.type);
    return { ...dependenciesOf([condition, whenTrue, whenFalse]), type, run };
  }

  #list(node: AstOf<'list'>, scope: Scope): Part {
    const items = node.items.map((item) => this.compile(item, scope));
    const runs = items.map(({ run }) => run);
    const run: Run = (evaluation) => {
      const list: CelValue[] = [];
      for (const item of runs) {
        if (!evaluation.meter.charge(1)) return BUDGET_FAILURE;
        const value = item(evaluation);
        if (value instanceof CelFailure) return value;
        list.push(value);
      }
      return list;
    };
    return { ...dependenciesOf(items), type: listOf(joinAll(items)), run };
  }

  #map(node: AstOf<'map'>, scope: Scope): Part {
    const keys = node.entries.map(([key]) => this.compile(key, scope));
    const values = node.entries.map(([, value]) => this.compile(value, scope));
    if (!keys.every(({ type }) => KEY_TYPES.has(type))) {
      return this.refuse(node, 'keys are texts, whole numbers, true or false');
    }
    const pairs = keys.map((key, at) => [key.run, values[at]?.run ?? key.run] as const);
    return {
      ...dependenciesOf([...keys, ...values]),
      type: mapOf(joinAll(keys), joinAll(values)),
      run: (evaluation) => runMap(pairs, evaluation),
    };
  }
}

function runMap(pairs: readonly (readonly [Run, Run])[], evaluation: Evaluation): Outcome {
  const map = new Map<CelKey, CelValue>();
  for (const [runKey, runValue] of pairs) {
    if (!evaluation.meter.charge(1)) return BUDGET_FAILURE;
    const key = runKey(evaluation);
    if (key instanceof CelFailure) return key;
    const value = runValue(evaluation);
    if (value instanceof CelFailure) return value;
    if (typeof key !== 'string' && typeof key !== 'bigint' && typeof key !== 'boolean') {
      return TYPE_FAILURE;
    }
    if (map.has(key)) return ARGUMENT_FAILURE;
    map.set(key, value);
  }
  return map;
}
