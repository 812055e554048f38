import { describe, expect, it } from 'vitest';
import { readPlacedText } from '../../src/cli/placed-text.ts';
import { decodeDocument } from '../../src/core/policy/document/policy-document.ts';

/** Problems as `line:column: path: message`. */
function problemsOf(text: string): readonly string[] {
  return readPlacedText(text).problems.map(
    ({ line, column, path, message }) => `${line}:${column}: ${path}: ${message}`,
  );
}

/** What the decoder says, placed. */
function decoded(text: string): readonly string[] {
  const { value, locate } = readPlacedText(text);
  const result = decodeDocument(value);
  if (result.ok) return [];
  return result.problems.map(({ path }) => {
    const { line, column } = locate(path);
    return `${line}:${column} ${path}`;
  });
}

describe('places', () => {
  it('are those of the entry, or of the key', () => {
    const text = `schema: 1
rules:
  - name: a
    action: deny
    network:
      - 192.0.2.0/24
      - nowhere
    status: 999
  - { name: b, action: deny, "odd key": 1 }
odd top: 2
`;
    expect(decoded(text)).toEqual([
      '10:1 odd top',
      '8:5 rules[0].status',
      '7:9 rules[0].network[1]',
      '9:30 rules[1]["odd key"]',
    ]);
  });

  it('fall back to what holds the value that is missing', () => {
    expect(decoded('rules:\n  - action: deny\n')).toEqual(['1:1 schema', '2:5 rules[0].name']);
    expect(decoded('')).toEqual(['1:1 policy']);
    expect(decoded('- 1\n')).toEqual(['1:1 policy']);
  });

  it('are found in JSON as in YAML, tabs and all', () => {
    const text =
      '{\n\t"schema": 1,\n\t"rules": [\n\t\t{ "name": "a", "action": "deny", "path": ["x"] }\n\t]\n}';
    expect(decoded(text)).toEqual(['4:45 rules[0].path[0]']);
  });

  it('E09: reach keys that lead to prototypes, at any depth and in JSON too', () => {
    expect(decoded('schema: 1\n__proto__: { x: 1 }\n')).toEqual(['2:1 policy.__proto__']);
    expect(decoded('schema: 1\nrules:\n  - { name: a, constructor: 1 }\n')).toEqual([
      '3:16 policy.rules[0].constructor',
    ]);
    expect(decoded('{"schema":1,"a":{"b":{"__proto__":{"x":1}}}}')).toEqual([
      '1:23 policy.a.b.__proto__',
    ]);
    const { value } = readPlacedText('__proto__: { polluted: 1 }');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect('polluted' in (value as object)).toBe(false);
    expect('polluted' in {}).toBe(false);
  });
});

describe('YAML that is no policy', () => {
  it('names duplicate keys, and keys that are no text', () => {
    expect(problemsOf('a: 1\nb:\n  c: 1\n  c: 2\na: 3\n')).toEqual([
      '4:3: b.c: remove this key: the table has it already, further up',
      '5:1: a: remove this key: the table has it already, further up',
    ]);
    expect(problemsOf('? [a]\n: 1\n')[0]).toContain('write the keys of a table as text');
  });

  it('refuses a second document, other versions of YAML, and tags', () => {
    expect(problemsOf('a: 1\n---\nb: 2\n')[0]).toContain('write one document');
    expect(problemsOf('%YAML 1.1\n---\na: yes\n')[0]).toContain('write YAML 1.2');
    expect(problemsOf('a: !!binary aGk=\n')).toHaveLength(1);
    expect(problemsOf('a: !custom x\n')).toHaveLength(1);
    expect(problemsOf('a: !!set { b }\n')).toHaveLength(1);
    expect(problemsOf('a: !!str 1\n')).toEqual([]);
    expect(problemsOf('--- # one\na: 1\n')).toEqual([]);
  });

  it('reads YAML 1.2, where no and on are words', () => {
    expect(readPlacedText('a: no\nb: [on, 0x10, 1_000, 012]\n').value).toEqual({
      a: 'no',
      b: ['on', 16, '1_000', 12],
    });
  });

  it('follows aliases, and refuses those that lead nowhere or into themselves', () => {
    expect(readPlacedText('a: &x [1]\nb: *x\n').value).toEqual({ a: [1], b: [1] });
    expect(problemsOf('a: *y\n')).toEqual(['1:4: a: define &y above its use']);
    expect(problemsOf('a: &x [*x]\n')).toEqual(['1:8: a[0]: define &x above its use']);
  });

  it('names each error of syntax with its line', () => {
    const [first] = problemsOf('a: 1\n  b: [1\nc: "\n');
    expect(first).toMatch(/^\d:\d+: : correct the YAML: /);
  });

  it('E08: is bounded: aliases in aliases, depth, and thousands of errors', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) =>
        `l${level}: &l${level} [${Array(9)
          .fill(level === 0 ? '1' : `*l${level - 1}`)
          .join(', ')}]`,
    );
    expect(problemsOf(levels.join('\n'))).toEqual(['1:1: : use fewer than 200000 values in all']);
    expect(problemsOf(`${'['.repeat(64)}${']'.repeat(64)}`)).toEqual([]);
    expect(problemsOf(`${'['.repeat(66)}${']'.repeat(66)}`)[0]).toContain('nest at most 64');
    const bombs = [
      '['.repeat(262_144),
      '{a: '.repeat(65_536),
      '- '.repeat(131_072),
      '? '.repeat(131_072),
      `a: &a [x]\nb: [${'*a,'.repeat(80_000)}]`,
      '"a" b\n'.repeat(40_000),
      '!a '.repeat(80_000),
      '---\n'.repeat(65_536),
      `"${'\\n'.repeat(131_000)}`,
    ];
    for (const bomb of bombs) {
      const { problems } = readPlacedText(bomb);
      expect(problems.length).toBeLessThanOrEqual(25);
    }
    // Nine files of the greatest size: about a second each at worst.
  }, 60_000);

  it('E10: takes any text of Unicode, its controls and its odd line ends', () => {
    for (const text of [
      'a: "\u202E\u0000"',
      '\uFEFFschema: 1',
      'a: \u2028b',
      'ключ: "\uD83D\uDE00"',
      '\r\r\n',
    ]) {
      expect(() => readPlacedText(text)).not.toThrow();
    }
    expect(readPlacedText('\uFEFFschema: 1\n').value).toEqual({ schema: 1 });
  });
});
