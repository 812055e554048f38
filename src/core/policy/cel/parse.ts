/**
 * Tokens to a syntax tree (CEL language definition, section Syntax).
 *
 * Owns grammar, precedence, macros and the bounds on source, nesting and nodes; must not know types
 * or functions. The first problem ends the parse: every later read sees the end of the source.
 */
import type { Ast, BinaryOperator, MacroName } from './ast.ts';
import { childrenOf } from './ast.ts';
import { lex, type SyntaxProblem, type Token } from './lexer.ts';

export interface SyntaxLimits {
  readonly sourceLength: number;
  /** Levels of nodes, and of brackets. */
  readonly depth: number;
  readonly nodes: number;
}

/** SECURITY-BAR E07. */
export const SYNTAX_LIMITS: SyntaxLimits = { sourceLength: 1024, depth: 32, nodes: 1000 };

export type Parsed =
  | { readonly ok: true; readonly ast: Ast }
  | { readonly ok: false; readonly problem: SyntaxProblem };

/** Left-associative, the loosest first. */
const PRECEDENCE: readonly ReadonlySet<string>[] = [
  new Set(['==', '!=', '<', '<=', '>', '>=', 'in']),
  new Set(['+', '-']),
  new Set(['*', '/', '%']),
];
const BINARY: ReadonlySet<string> = new Set(PRECEDENCE.flatMap((level) => [...level]));
/** Macros of a list or map, with the numbers of arguments that they take. */
const MACROS: ReadonlyMap<string, readonly number[]> = new Map([
  ['all', [2]],
  ['exists', [2]],
  ['exists_one', [2]],
  ['filter', [2]],
  ['map', [2, 3]],
]);
const RESERVED: ReadonlySet<string> = new Set(
  (
    'as break const continue else false for function if import in let loop null package ' +
    'namespace return true var void while'
  ).split(' '),
);
const CONSTANTS: ReadonlyMap<string, null | boolean> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

function isBinary(text: string): text is BinaryOperator {
  return BINARY.has(text);
}

function isMacro(name: string): name is MacroName {
  return MACROS.has(name);
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #limits: SyntaxLimits;
  #next = 0;
  #brackets = 0;
  #nodes = 0;
  /** Levels of nodes from a node down. */
  readonly #depths = new Map<Ast, number>();
  problem: SyntaxProblem | undefined;

  constructor(tokens: readonly Token[], limits: SyntaxLimits) {
    this.#tokens = tokens;
    this.#limits = limits;
  }

  parse(): Ast {
    const ast = this.#expression();
    const token = this.#peek();
    if (token.kind !== 'end') this.#refuse(token.at, 'an operator is missing before this');
    return ast;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', at: 0 };
  }

  #advance(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#next += 1;
    return token;
  }

  #refuse(at: number, message: string): Ast {
    this.problem ??= { at, message };
    this.#next = this.#tokens.length - 1;
    return { kind: 'literal', value: null, at };
  }

  #place(node: Ast): Ast {
    const below = childrenOf(node).map((child) => this.#depths.get(child) ?? 1);
    const depth = 1 + Math.max(0, ...below);
    this.#depths.set(node, depth);
    this.#nodes += 1;
    if (this.#nodes > this.#limits.nodes) {
      return this.#refuse(node.at, `write at most ${this.#limits.nodes} operations and values`);
    }
    return depth > this.#limits.depth ? this.#refuseDepth(node.at) : node;
  }

  #refuseDepth(at: number): Ast {
    return this.#refuse(at, `nest at most ${this.#limits.depth} levels`);
  }

  #isAt(text: string): boolean {
    const token = this.#peek();
    return (token.kind === 'symbol' || token.kind === 'name') && token.text === text;
  }

  #takes(text: string): boolean {
    const isHere = this.#isAt(text);
    if (isHere) this.#advance();
    return isHere;
  }

  #expect(text: string): void {
    if (!this.#takes(text)) this.#refuse(this.#peek().at, `"${text}" is missing here`);
  }

  #expression(): Ast {
    this.#brackets += 1;
    const { at } = this.#peek();
    const node = this.#brackets > this.#limits.depth ? this.#refuseDepth(at) : this.#conditional();
    this.#brackets -= 1;
    return node;
  }

  #conditional(): Ast {
    const condition = this.#logic('||', () => this.#logic('&&', () => this.#binary(0)));
    if (!this.#takes('?')) return condition;
    const whenTrue = this.#logic('||', () => this.#logic('&&', () => this.#binary(0)));
    this.#expect(':');
    const whenFalse = this.#expression();
    return this.#place({ kind: 'conditional', condition, whenTrue, whenFalse, at: condition.at });
  }

  #logic(operator: '&&' | '||', operand: () => Ast): Ast {
    const first = operand();
    const operands = [first];
    while (this.#takes(operator)) operands.push(operand());
    if (operands.length === 1) return first;
    const terms = operands.flatMap((term) =>
      term.kind === 'logic' && term.operator === operator ? term.terms : [term],
    );
    return this.#place({ kind: 'logic', operator, terms, at: first.at });
  }

  #binary(level: number): Ast {
    const operators = PRECEDENCE[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const token = this.#peek();
      const isOperator = token.kind === 'symbol' || token.kind === 'name';
      if (!isOperator || !operators.has(token.text) || !isBinary(token.text)) return left;
      this.#advance();
      const right = this.#binary(level + 1);
      left = this.#place({ kind: 'binary', operator: token.text, left, right, at: token.at });
    }
  }

  #unary(): Ast {
    const operator = this.#isAt('!') ? '!' : '-';
    const places: number[] = [];
    while (this.#isAt(operator)) places.push(this.#advance().at);
    let node = this.#signedLiteral(places) ?? this.#member();
    for (const place of places.toReversed()) {
      node = this.#place({ kind: operator === '!' ? 'not' : 'negate', operand: node, at: place });
    }
    return node;
  }

  /** `-1` is one literal, so that the smallest number can be written; takes the sign from `places`. */
  #signedLiteral(places: number[]): Ast | undefined {
    const token = this.#peek();
    const at = places.at(-1);
    if (at === undefined || token.kind !== 'literal' || typeof token.value === 'string') {
      return undefined;
    }
    const before = this.#tokens[this.#next - 1];
    if (before?.kind !== 'symbol' || before.text !== '-') return undefined;
    places.pop();
    this.#advance();
    return this.#suffixes(this.#place({ kind: 'literal', value: -token.value, at }));
  }

  #member(): Ast {
    return this.#suffixes(this.#primary());
  }

  #suffixes(first: Ast): Ast {
    let node = first;
    for (;;) {
      const { at } = this.#peek();
      if (this.#takes('.')) node = this.#selected(node);
      else if (this.#takes('[')) {
        const key = this.#expression();
        this.#expect(']');
        node = this.#place({ kind: 'index', operand: node, key, at });
      } else return node;
    }
  }

  #selected(operand: Ast): Ast {
    const token = this.#advance();
    if (token.kind !== 'name') return this.#refuse(token.at, 'write a name after the dot');
    const name = token.text;
    if (this.#takes('(')) return this.#call(token, operand);
    if (this.#isAt('{')) return this.#refuse(token.at, 'messages are not supported');
    return this.#place({ kind: 'select', operand, field: name, at: token.at });
  }

  #call(token: Token & { readonly kind: 'name' }, target: Ast | undefined): Ast {
    const { at, text: name } = token;
    const list = this.#list(')', () => this.#expression());
    if (target === undefined) {
      if (name !== 'has') return this.#place({ kind: 'call', name, target, arguments: list, at });
      const [selection] = list;
      if (list.length !== 1 || selection?.kind !== 'select') {
        return this.#refuse(at, 'has() takes one selection: has(map.key)');
      }
      return this.#place({ kind: 'has', operand: selection.operand, field: selection.field, at });
    }
    if (!isMacro(name)) return this.#place({ kind: 'call', name, target, arguments: list, at });
    const [variable, ...bodies] = list;
    if (variable?.kind !== 'name' || MACROS.get(name)?.includes(list.length) !== true) {
      return this.#refuse(at, `${name}() takes a name and an expression: ${name}(x, x > 1)`);
    }
    const macro = { macro: name, range: target, variable: variable.name, bodies };
    return this.#place({ kind: 'macro', ...macro, at });
  }

  /** Elements up to the closing bracket, which it takes; a comma may follow the last. */
  #list<Element>(close: string, element: () => Element): readonly Element[] {
    const elements: Element[] = [];
    while (!this.#isAt(close)) {
      elements.push(element());
      if (!this.#takes(',')) break;
      if (close === ')' && this.#isAt(close))
        this.#refuse(this.#peek().at, 'an argument is missing');
    }
    this.#expect(close);
    return elements;
  }

  #entry(): readonly [Ast, Ast] {
    const key = this.#expression();
    this.#expect(':');
    return [key, this.#expression()];
  }

  #primary(): Ast {
    const token = this.#advance();
    const { at } = token;
    if (token.kind === 'literal') {
      if (token.value === 2n ** 63n) return this.#refuse(at, 'this number does not fit 64 bits');
      return this.#place({ kind: 'literal', value: token.value, at });
    }
    if (token.kind === 'end') return this.#refuse(at, 'the expression ends too early');
    if (token.kind === 'name') return this.#named(token);
    switch (token.text) {
      case '(': {
        const node = this.#expression();
        this.#expect(')');
        return node;
      }
      case '[':
        return this.#place({ kind: 'list', items: this.#list(']', () => this.#expression()), at });
      case '{':
        return this.#place({ kind: 'map', entries: this.#list('}', () => this.#entry()), at });
      default:
        return this.#refuse(at, 'write a value here');
    }
  }

  #named(token: Token & { readonly kind: 'name' }): Ast {
    const { at, text: name } = token;
    const constant = CONSTANTS.get(name);
    if (constant !== undefined) return this.#place({ kind: 'literal', value: constant, at });
    if (RESERVED.has(name)) return this.#refuse(at, `"${name}" is a reserved word`);
    if (this.#takes('(')) return this.#call(token, undefined);
    if (this.#isAt('{')) return this.#refuse(at, 'messages are not supported');
    return this.#place({ kind: 'name', name, at });
  }
}

/** The tree of a source, or the first problem; never throws. */
export function parseExpression(source: string, limits: SyntaxLimits = SYNTAX_LIMITS): Parsed {
  if (source.length > limits.sourceLength) {
    const message = `write at most ${limits.sourceLength} characters`;
    return { ok: false, problem: { at: limits.sourceLength, message } };
  }
  const lexed = lex(source);
  if (!lexed.ok) return lexed;
  const parser = new Parser(lexed.tokens, limits);
  const ast = parser.parse();
  return parser.problem === undefined ? { ok: true, ast } : { ok: false, problem: parser.problem };
}
