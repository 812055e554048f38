/** Random sources of expressions: well typed ones, and ones in which anything stands anywhere. */
import * as fc from 'fast-check';

const INTS = ['0', '1', '2', '-3', '7', '9223372036854775807', '-9223372036854775808', '100'];
const DOUBLES = ['0.0', '1.0', '-1.5', '2.5', '1e10', '0.1'];
const STRINGS = ['""', '"a"', '"b"', '"ab"', '"abc"', '"😀"', '"A b"', '"1"', '"a,b"', '"-12"'];
const BOOLS = ['true', 'false'];

export interface Atoms {
  readonly ints: readonly string[];
  readonly doubles: readonly string[];
  readonly strings: readonly string[];
  readonly bools: readonly string[];
}

interface Sources {
  readonly int: string;
  readonly double: string;
  readonly string: string;
  readonly bool: string;
  readonly ints: string;
  readonly strings: string;
}

function binary(operators: readonly string[], operand: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(operand, fc.constantFrom(...operators), operand)
    .map(([left, operator, right]) => `(${left} ${operator} ${right})`);
}

function form(
  build: (...operands: string[]) => string,
  ...operands: readonly fc.Arbitrary<string>[]
): fc.Arbitrary<string> {
  return fc.tuple(...operands).map((chosen) => build(...chosen));
}

const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='];

/** Well-typed sources by type, made of these. */
export function typedSourcesOf(atoms: Atoms): fc.LetrecValue<Sources> {
  return fc.letrec<Sources>((tie: fc.LetrecTypedTie<Sources>) => {
    const int = tie('int');
    const double = tie('double');
    const string = tie('string');
    const bool = tie('bool');
    const ints = tie('ints');
    const strings = tie('strings');
    const branch = (of: fc.Arbitrary<string>) =>
      form((c, a, b) => `(${c} ? ${a} : ${b})`, bool, of, of);
    return {
      int: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom(...atoms.ints),
        binary(['+', '-', '*', '/', '%'], int),
        form((a) => `-(${a})`, int),
        form((a) => `size(${a})`, fc.oneof(string, ints, strings)),
        form((a, b) => `${a}[${b}]`, ints, int),
        form((a) => `int(${a})`, fc.constantFrom(...atoms.doubles)),
        form((a) => `int(string(${a}))`, int),
        form((a, b) => `${a}.indexOf(${b})`, string, string),
        branch(int),
      ),
      double: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom(...atoms.doubles),
        binary(['+', '-', '*', '/'], double),
        form((a) => `double(${a})`, int),
        branch(double),
      ),
      string: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom(...atoms.strings),
        binary(['+'], string),
        form((a) => `string(${a})`, fc.oneof(int, bool)),
        form((a, f) => `${a}.${f}()`, string, fc.constantFrom('trim', 'lowerAscii', 'upperAscii')),
        form((a, b) => `${a}.substring(${b})`, string, int),
        form((a, b) => `${a}.join(${b})`, strings, string),
        form((a, b) => `${a}[${b}]`, strings, int),
        branch(string),
      ),
      bool: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom(...atoms.bools),
        binary(COMPARISONS, int),
        binary(COMPARISONS, double),
        binary(COMPARISONS, string),
        binary(['==', '!='], ints),
        binary(['&&', '||'], bool),
        form((a) => `!${a}`, bool),
        form((a, b) => `(${a} in ${b})`, int, ints),
        form((a, b) => `(${a} in ${b})`, string, strings),
        form(
          (a, f, b) => `${a}.${f}(${b})`,
          string,
          fc.constantFrom('contains', 'startsWith', 'endsWith'),
          string,
        ),
        form(
          (a, m, b) => `${a}.${m}(x, x > ${b})`,
          ints,
          fc.constantFrom('all', 'exists', 'exists_one'),
          int,
        ),
        form((a, b) => `${a}.exists(y, ${b} / y == 1)`, ints, int),
        branch(bool),
      ),
      ints: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc
          .array(fc.constantFrom(...atoms.ints), { minLength: 1, maxLength: 3 })
          .map((all) => `[${all.join(', ')}]`),
        form((a, b) => `[${a}, ${b}]`, int, int),
        form((a, b) => `${a}.filter(x, x != ${b})`, ints, int),
        form((a, b) => `${a}.map(x, x + ${b})`, ints, int),
        binary(['+'], ints),
      ),
      strings: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc
          .array(fc.constantFrom(...atoms.strings), { minLength: 1, maxLength: 3 })
          .map((all) => `[${all.join(', ')}]`),
        form((a, b) => `[${a}, ${b}]`, string, string),
        form((a, b) => `${a}.split(${b})`, string, string),
        form((a) => `${a}.map(s, s + "x")`, strings),
      ),
    };
  });
}

/** Values that differ in what they do. */
export const LITERALS: Atoms = { ints: INTS, doubles: DOUBLES, strings: STRINGS, bools: BOOLS };

const FRAGMENTS: readonly string[] = [
  INTS,
  DOUBLES,
  STRINGS,
  BOOLS,
  ['null', 'one', 'zero', 'any', 'anyNull', 'numbers', 'words', 'ages', 'headers', 'nan'],
  ['(', ')', '[', ']', '{', '}', '.', ',', '?', ':', '!', '-', '+', '*', '/', '%', '==', '<'],
  ['&&', '||', 'in', 'has(', 'size(', '.map(x, ', '.all(x, ', '.exists(x, ', '.split(', 'x'],
  ['.contains(', '.matches(', '.replace(', '"', "'", '\\', '\n', ' ', '//', 'r"', '@', '\uD800'],
].flat();

const anyNode: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => {
  const node = tie('node');
  return {
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...FRAGMENTS.slice(0, 40)),
      binary([...COMPARISONS, '+', '-', '*', '/', '%', 'in', '&&', '||'], node),
      form((a, b) => `${a} ? ${b} : ${a}`, node, node),
      form((a) => `!${a}`, node),
      form((a) => `-${a}`, node),
      form((a, b) => `${a}[${b}]`, node, node),
      form((a, b) => `[${a}, ${b}]`, node, node),
      form((a, b) => `{${a}: ${b}}`, node, node),
      form((a, b) => `${a}.exists(x, ${b})`, node, node),
      form((a, b) => `${a}.map(x, x == ${b}, x)`, node, node),
      form((a) => `has(${a}.field)`, node),
      form((a, b) => `${a}.replace(${b}, ${a})`, node, node),
      form((a) => `dyn(${a})`, node),
    ),
  };
}).node;

/** Sources of any kind: trees without regard to types, fragments side by side, any text. */
export const anySource: fc.Arbitrary<string> = fc.oneof(
  { arbitrary: anyNode, weight: 4 },
  { arbitrary: typedSourcesOf(LITERALS).bool, weight: 2 },
  {
    arbitrary: fc
      .array(fc.constantFrom(...FRAGMENTS), { maxLength: 30 })
      .map((all) => all.join(' ')),
    weight: 2,
  },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 60 }), weight: 1 },
);
