import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  conjunctsOf,
  confinementOf,
  locate,
  readsVariables,
  visitAst,
  type Ast,
} from '../../src/core/policy/cel/ast.ts';
import { formatExpression } from '../../src/core/policy/cel/format-expression.ts';
import { parseExpression } from '../../src/core/policy/cel/parse.ts';
import { anySource } from './cel-arbitraries.ts';

function parse(source: string): Ast {
  const parsed = parseExpression(source);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.ast;
}

/** A tree without its positions. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([name]) => name !== 'at');
  return Object.fromEntries(members.map(([name, member]) => [name, shapeOf(member)]));
}

describe('analysis of expressions', () => {
  it.each([
    ['a.b["c"].startsWith(d) ? e : -f', ['a', 'd', 'e', 'f']],
    ['list.exists(x, x == y)', ['list', 'y']],
    ['list.exists(x, x == y) && x == 1', ['list', 'y', 'x']],
    ['x.map(x, x)', ['x']],
    ['has(m.k) && "t" in [u, {v: w}]', ['m', 'u', 'v', 'w']],
    ['1 + 2 == 3', []],
  ])('%s reads %j', (source, names) => {
    expect([...readsVariables(parse(source))]).toEqual(names);
  });

  it('tells the terms that all have to hold', () => {
    const conjuncts = (source: string) => conjunctsOf(parse(source)).map(formatExpression);
    expect(conjuncts('a && (b && c) && (d || e)')).toEqual(['a', 'b', 'c', 'd || e']);
    expect(conjuncts('a || b')).toEqual(['a || b']);
  });

  it('visits every node, parents first', () => {
    const kinds: string[] = [];
    visitAst(parse('f(a)[1] == !b'), ({ kind }) => kinds.push(kind));
    expect(kinds).toEqual(['binary', 'index', 'call', 'name', 'literal', 'not', 'name']);
  });

  it.each([
    ['address', true],
    ['!address', false],
    ['!!address', true],
    ['agent', false],
    ['agent && address', true],
    ['agent || address', false],
    ['address || address && agent', true],
    ['!(agent || !address)', true],
    ['!(agent && !address)', false],
    ['agent ? address : address', true],
    ['agent ? address : agent', false],
    ['agent ? address : false', true],
    ['address ? agent : false', true],
    ['address ? agent : agent', false],
    ['!address ? false : agent', true],
    ['true', false],
    ['false', true],
    ['!false', false],
    ['[agent].exists(x, address)', false],
  ])('D03 %s confines: %s', (source, confines) => {
    const ofLeaf = (leaf: Ast) => ({
      whenTrue: leaf.kind === 'name' && leaf.name === 'address',
      whenFalse: false,
    });
    expect(confinementOf(parse(source), ofLeaf).whenTrue).toBe(confines);
  });

  it('reads deep conditionals in linear time', () => {
    let nested = 'agent';
    for (let level = 0; level < 28; level += 1) nested = `(${nested} ? agent : agent)`;
    let asked = 0;
    confinementOf(parse(nested), () => {
      asked += 1;
      return { whenTrue: false, whenFalse: false };
    });
    expect(asked).toBe(2 * 28 + 1);
  });

  it.each([
    ['a', 0, { line: 1, column: 1 }],
    ['a\nbc', 2, { line: 2, column: 1 }],
    ['a\nbc', 4, { line: 2, column: 3 }],
  ])('%j at %i is %j', (source, at, place) => {
    expect(locate(source, at)).toEqual(place);
  });
});

describe('canonical text of expressions', () => {
  it.each([
    ['a&&(b&&c)', 'a && b && c'],
    ['(a||b)&&c', '(a || b) && c'],
    ['a||(b&&c)', 'a || b && c'],
    ['(a+b)+c', 'a + b + c'],
    ['a+(b+c)', 'a + (b + c)'],
    ['a-(b-c)', 'a - (b - c)'],
    ['(a*b)+c', 'a * b + c'],
    ['(a==b)==c', 'a == b == c'],
    ['(a?b:c)?d:e', '(a ? b : c) ? d : e'],
    ['a?(b?c:d):(e?f:g)', 'a ? (b ? c : d) : e ? f : g'],
    ['!(a&&b)', '!(a && b)'],
    ['! ! a', '!(!a)'],
    ['-(1)', '-(1)'],
    ['(-1).f()', '(-1).f()'],
    ['(a+b).f ( c,d )[0].e', '(a + b).f(c, d)[0].e'],
    [`'it' + r"\\d"`, '"it" + "\\\\d"'],
    ['1.0 + 1e21 + .5', '1.0 + 1e+21 + 0.5'],
    ['0x10', '16'],
    ['[1,2,]', '[1, 2]'],
    ['{"a":1,}', '{"a": 1}'],
    ['has( a.b )', 'has(a.b)'],
    ['a.map(x,x>1,x)', 'a.map(x, x > 1, x)'],
    ['"a" in b // why', '"a" in b'],
  ])('%s is %s', (source, text) => {
    expect(formatExpression(parse(source))).toBe(text);
  });

  it('parses to the tree it was made from', () => {
    fc.assert(
      fc.property(anySource, (source) => {
        const parsed = parseExpression(source);
        if (!parsed.ok) return;
        const text = formatExpression(parsed.ast);
        expect(shapeOf(parse(text))).toEqual(shapeOf(parsed.ast));
        expect(formatExpression(parse(text))).toBe(text);
      }),
      { numRuns: 2000 },
    );
  }, 60_000);
});
