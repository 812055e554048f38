/**
 * How much a list of conditions leaves open: 0 for one page or one bot, 1 for everything.
 *
 * Owns a rough measure for places and addresses, so that an allow cannot be opened to everybody by
 * many narrow entries, nor by a pattern that nearly every path matches (SECURITY-BAR D03). It is no
 * probability: one literal letter says nothing, each further one a thirty-second.
 */
import { isRanges } from './conditions/network-condition.ts';
import type { CharSet } from './pattern/char-set.ts';
import { parsePattern } from './pattern/parse-pattern.ts';
import type { PatternNode } from './pattern/pattern-node.ts';
import type { ConditionEntries, ConditionName, NetworkEntry } from './rule.ts';

const LETTERS = 32;
const SLASH = 0x2f;
/** As many as there are, roughly. */
const COUNTRIES = 250;
const SYSTEMS = 4096;
/** Half of what is routed: 2^31 addresses of IPv4, half of 2000::/3. */
const HALF_OF_V4 = 2 ** 31;
const HALF_OF_V6_BITS = 4;

/** Of texts that hold `literal`; the slash before a name is in every path. */
export function breadthOfLiteral(literal: string): number {
  const telling = literal.replace(/^\/+/, '').length;
  return telling === 0 ? 1 : LETTERS ** (1 - telling);
}

function breadthOfGlob(pattern: string): number {
  if (!pattern.includes('*')) return 0;
  return Math.min(...pattern.split('*').map(breadthOfLiteral));
}

function sumOf(breadths: readonly number[]): number {
  return breadths.reduce((sum, each) => sum + each, 0);
}

/** Letters of a set; both cases of one letter count as one. */
function lettersOf(set: CharSet): number {
  const [from = 0, to = from] = set;
  if (set.length <= 4 && from === to && set[2] === set[3]) return 1;
  let letters = 0;
  for (let at = 0; at < set.length; at += 2) letters += (set[at + 1] ?? 0) - (set[at] ?? 0) + 1;
  return letters;
}

function flatten(node: PatternNode): readonly PatternNode[] {
  return node.kind === 'sequence' ? node.items.flatMap(flatten) : [node];
}

/** The letters that stand side by side in a sequence; the narrowest such run counts. */
class Runs {
  narrowest = 1;
  #isOpen = false;
  #run = 1;

  add(set: CharSet): void {
    const isSlash = set.length === 2 && set[0] === SLASH && set[1] === SLASH;
    if (isSlash && !this.#isOpen) return;
    this.#isOpen = true;
    this.#run *= Math.min(1, lettersOf(set) / LETTERS);
    this.narrowest = Math.min(this.narrowest, this.#run * LETTERS);
  }

  end(): void {
    this.#isOpen = false;
    this.#run = 1;
  }
}

function breadthOfSequence(nodes: readonly PatternNode[]): number {
  const runs = new Runs();
  const others: number[] = [];
  for (const node of nodes) {
    if (node.kind === 'char') {
      runs.add(node.set);
    } else if (node.kind === 'repeat') {
      const isThere = node.count.min > 0;
      if (isThere && node.item.kind === 'char') runs.add(node.item.set);
      else if (isThere) others.push(breadthOfNode(node.item));
      runs.end();
    } else if (node.kind === 'choice') {
      others.push(sumOf(node.items.map(breadthOfNode)));
      runs.end();
    }
  }
  return Math.min(runs.narrowest, ...others);
}

function breadthOfNode(node: PatternNode): number {
  return Math.min(1, breadthOfSequence(flatten(node)));
}

function breadthOfPattern(source: string): number {
  const parsed = parsePattern(source);
  return parsed.ok ? breadthOfNode(parsed.root) : 1;
}

function breadthOfNetwork(entry: NetworkEntry): number {
  if (!isRanges(entry)) {
    return entry.version === 4 ? 2 ** (1 - entry.bits) : 2 ** (HALF_OF_V6_BITS - entry.bits);
  }
  let breadth = 0;
  for (let at = 0; at < entry.count; at += 1) {
    if (entry.version === 4) {
      breadth += ((entry.last[at] ?? 0) - (entry.first[at] ?? 0) + 1) / HALF_OF_V4;
    } else {
      // Words of 32 bits, the first of four: the rest is less than a network of this size.
      const words = (entry.last[4 * at] ?? 0) - (entry.first[4 * at] ?? 0);
      breadth += words * 2 ** (HALF_OF_V6_BITS - 32);
    }
  }
  return breadth;
}

const MEASURES: {
  readonly [Name in ConditionName]?: (entries: readonly ConditionEntries[Name][]) => number;
} = {
  path: (patterns) => sumOf(patterns.map(breadthOfGlob)),
  pathPattern: (sources) => sumOf(sources.map(breadthOfPattern)),
  network: (networks) => sumOf(networks.map(breadthOfNetwork)),
  country: (countries) => new Set(countries).size / COUNTRIES,
  asn: (asns) => new Set(asns).size / SYSTEMS,
};

/** The measure of one list whose entries confine each by itself; lists of other kinds are narrow. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- ties list and table row
export function breadthOfList<Name extends ConditionName>(
  name: Name,
  entries: readonly ConditionEntries[Name][],
): number {
  return MEASURES[name]?.(entries) ?? 0;
}
