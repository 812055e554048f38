/** User agents and paths by regular expression (RE2 syntax). Owns the two kinds. */
import { parsePattern } from '../pattern/parse-pattern.ts';
import type { PatternNode } from '../pattern/pattern-node.ts';
import type { ConditionKind } from './condition-kind.ts';
import { compilePatternList, decodePatternText } from './pattern-list.ts';
import type { Truth } from './condition-kind.ts';

/** Every entry was decoded: it compiles. */
function compileTexts(sources: readonly string[]): (text: string) => Truth {
  const compiled = compilePatternList(sources);
  return compiled.ok ? compiled.matches : () => undefined;
}

export const agentPatternCondition: ConditionKind<string> = {
  maxEntries: 1024,
  takesScalar: true,
  scope: 'request',
  decodeEntry: decodePatternText,
  formatEntry: (pattern) => pattern,
  confines: () => false,
  compile(patterns) {
    const matches = compileTexts(patterns);
    return ({ client }) => matches(client.agentForRules);
  },
};

const SLASH = 0x2f;

/** One letter, in one or both cases. */
function isLiteral(set: readonly number[]): boolean {
  const [from = 0, to = from] = set;
  return set.length <= 4 && from === to && from !== SLASH && set[2] === set[3];
}

/** Whether every text that matches holds something literal beside slashes, as in `path`. */
function holdsLiteral(node: PatternNode): boolean {
  switch (node.kind) {
    case 'char':
      return isLiteral(node.set);
    case 'sequence':
      return node.items.some(holdsLiteral);
    case 'choice':
      return node.items.every(holdsLiteral);
    case 'repeat':
      return node.count.min > 0 && holdsLiteral(node.item);
    case 'empty':
    case 'behind':
    case 'ahead':
      return false;
    default:
      return node satisfies never;
  }
}

export const pathPatternCondition: ConditionKind<string> = {
  maxEntries: 256,
  takesScalar: true,
  scope: 'reading',
  decodeEntry: decodePatternText,
  formatEntry: (pattern) => pattern,
  confines(pattern) {
    const parsed = parsePattern(pattern);
    return parsed.ok && holdsLiteral(parsed.root);
  },
  compile(patterns, { caseInsensitivePaths }) {
    const folded = caseInsensitivePaths ? patterns.map((text) => `(?i:${text})`) : patterns;
    const matches = compileTexts(folded);
    return ({ path }) => matches(path);
  },
};
