/**
 * A robots.txt as a policy document: who ignores it is denied, or pays.
 *
 * Owns what groups become. A user agent is anybody's word, so a group of its own exempts nobody from
 * what holds for `*`: where RFC 9309 gives an agent its own rules instead, here they come on top, as
 * with Anubis's robots2policy. Within a group the longer pattern wins (2.2.2).
 */
import { MAX_RULES } from '../decode-rules.ts';
import { decodeDocument } from '../document/policy-document.ts';
import {
  parseRobots,
  MAX_ROBOTS_CHARACTERS,
  type Robots,
  type RobotsGroup,
  type RobotsPath,
} from './parse-robots.ts';
import { translateRobotsPath, type PathTable, type QuestionMark } from './robots-path.ts';

export interface RobotsImportOptions {
  /** What happens on paths that a group names. */
  readonly action: 'deny' | 'charge';
  /** What happens to agents that a group keeps off the whole site. */
  readonly blockedAction: 'deny' | 'charge';
  /** What happens otherwise. */
  readonly base: 'allow' | 'charge';
  /** Begins the name of every rule. */
  readonly name: string;
  /** Points for agents with a crawl delay; 0: none. */
  readonly crawlDelayPoints: number;
  readonly questionMark: QuestionMark;
}

export const ROBOTS_DEFAULTS: RobotsImportOptions = {
  action: 'charge',
  blockedAction: 'deny',
  base: 'charge',
  name: 'robots',
  crawlDelayPoints: 0,
  questionMark: 'query',
};

export interface RobotsNote {
  readonly line: number;
  readonly kind: 'changed' | 'dropped';
  readonly what: string;
  readonly why: string;
}

export interface RobotsImport {
  /** Schema 1; `decodeDocument` takes it. */
  readonly document: Readonly<Record<string, unknown>>;
  readonly notes: readonly RobotsNote[];
  readonly counts: {
    readonly groups: number;
    readonly disallows: number;
    readonly allows: number;
    readonly rules: number;
    readonly unknownLines: number;
  };
}

type RuleTable = Readonly<Record<string, unknown>>;

/** Most patterns of one list, most tables of one combination. */
const MAX_LIST = 64;

/** A pattern and its conditions. */
interface NamedPath extends RobotsPath {
  readonly table: PathTable;
}

function chunks<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const found: Item[][] = [];
  for (let at = 0; at < items.length; at += MAX_LIST) found.push(items.slice(at, at + MAX_LIST));
  return found;
}

/** Any of the tables: those of one kind in one list. */
function anyOf(tables: readonly PathTable[]): PathTable {
  const listed = (key: string): readonly unknown[] =>
    tables.flatMap((table) => {
      const value = table[key];
      return Object.keys(table).length === 1 && Array.isArray(value) ? value : [];
    });
  const path = listed('path');
  const pathPattern = listed('pathPattern');
  const others = tables.filter((table) => {
    const keys = Object.keys(table);
    return keys.length > 1 || !['path', 'pathPattern'].includes(keys[0] ?? '');
  });
  const parts: readonly PathTable[] = [
    ...(path.length > 0 ? [{ path }] : []),
    ...(pathPattern.length > 0 ? [{ pathPattern }] : []),
    ...others,
  ];
  return parts.length === 1 ? (parts[0] ?? {}) : { any: parts };
}

class RobotsImporter {
  readonly notes: RobotsNote[] = [];
  readonly rules: RuleTable[] = [];
  readonly #options: RobotsImportOptions;

  constructor(options: RobotsImportOptions) {
    this.#options = options;
  }

  #add(kind: string, line: number, members: RuleTable): void {
    const rule = { name: `${this.#options.name}-${kind}-${this.rules.length + 1}`, ...members };
    const decoded = decodeDocument({ schema: 1, rules: [rule] });
    if (decoded.ok && this.rules.length < MAX_RULES) {
      this.rules.push(rule);
      return;
    }
    const why = decoded.ok
      ? `a policy has at most ${MAX_RULES} rules`
      : `it would be refused: ${decoded.problems[0]?.message ?? ''}`;
    this.notes.push({ line, kind: 'dropped', what: `rule ${rule.name}`, why });
  }

  #paths(paths: readonly RobotsPath[], key: string): readonly NamedPath[] {
    return paths.flatMap((path) => {
      const { pattern, line } = path;
      const what = `${key}: ${pattern.slice(0, 80)}`;
      const translated = translateRobotsPath(pattern, this.#options.questionMark);
      if (!translated.ok) {
        this.notes.push({ line, kind: 'dropped', what, why: translated.why });
        return [];
      }
      const { table, change } = translated;
      if (change !== undefined) this.notes.push({ line, kind: 'changed', what, why: change });
      return [{ ...path, table }];
    });
  }

  /** The rules of one group; disallows with the same exceptions are one. */
  group(group: RobotsGroup): void {
    const isEveryone = group.agents.includes('*');
    const needles = group.agents.map((agent) => agent.replace(/\*+$/, ''));
    const who = isEveryone ? {} : { agent: needles };
    const { crawlDelayPoints } = this.#options;
    if ((group.crawlDelay?.seconds ?? 0) > 0 && crawlDelayPoints > 0) {
      const { line } = group.crawlDelay ?? group;
      this.#add('crawl-delay', line, { action: 'weigh', points: crawlDelayPoints, ...who });
    }
    const allows = this.#paths(group.allows, 'Allow');
    const byException = new Map<string, { paths: NamedPath[]; except: readonly NamedPath[] }>();
    for (const path of this.#paths(group.disallows, 'Disallow')) {
      // The longest pattern wins, and an allow where both are as long.
      const except = allows.filter(({ pattern }) => pattern.length >= path.pattern.length);
      const key = except.map(({ pattern }) => pattern).join(' ');
      const known = byException.get(key);
      if (known === undefined) byException.set(key, { paths: [path], except });
      else known.paths.push(path);
    }
    for (const each of byException.values()) this.#disallow(each, who, isEveryone);
  }

  #disallow(
    {
      paths,
      except,
    }: { readonly paths: readonly NamedPath[]; readonly except: readonly NamedPath[] },
    who: RuleTable,
    isEveryone: boolean,
  ): void {
    const not = except.length > 0 ? { not: anyOf(except.map(({ table }) => table)) } : {};
    const root = paths.find(({ pattern }) => /^\/\**$/.test(pattern));
    if (root !== undefined) {
      const { line } = root;
      if (isEveryone) {
        const why = 'this keeps everybody off the site: whoever comes is charged';
        this.notes.push({ line, kind: 'changed', what: `Disallow: ${root.pattern}`, why });
      }
      const action = isEveryone ? 'charge' : this.#options.blockedAction;
      this.#add('blocked', line, { action, ...who, ...not });
      return;
    }
    for (const some of chunks(paths)) {
      const where = anyOf(some.map(({ table }) => table));
      const { action } = this.#options;
      this.#add('disallow', some[0]?.line ?? 1, { action, ...who, ...where, ...not });
    }
  }

  /** What of the file was not understood. */
  review({ unknownLines, strayLines, isCut }: Robots): void {
    for (const line of unknownLines) {
      const why = 'it is no line of a robots.txt (RFC 9309)';
      this.notes.push({ line, kind: 'dropped', what: 'a line', why });
    }
    for (const line of strayLines) {
      const why = 'no User-agent precedes it';
      this.notes.push({ line, kind: 'dropped', what: 'a line', why });
    }
    if (!isCut) return;
    const why = `only the first ${MAX_ROBOTS_CHARACTERS} characters are read (RFC 9309 2.5)`;
    this.notes.push({ line: 1, kind: 'dropped', what: 'the rest of the file', why });
  }
}

/** Never fails: a robots.txt is read as far as it is understood. */
export function importRobots(
  text: string,
  options: Partial<RobotsImportOptions> = {},
): RobotsImport {
  const settled = { ...ROBOTS_DEFAULTS, ...options };
  const robots = parseRobots(text);
  const importer = new RobotsImporter(settled);
  for (const group of robots.groups) importer.group(group);
  importer.review(robots);
  const { rules, notes } = importer;
  const byDefault =
    settled.base === 'allow' ? { default: { action: 'allow', spoofable: true } } : {};
  const count = (key: 'allows' | 'disallows'): number =>
    robots.groups.reduce((sum, group) => sum + group[key].length * group.agents.length, 0);
  return {
    document: { schema: 1, rules, ...byDefault },
    notes: notes.toSorted((a, b) => a.line - b.line),
    counts: {
      groups: robots.groups.length,
      disallows: count('disallows'),
      allows: count('allows'),
      rules: rules.length,
      unknownLines: robots.unknownLines.length,
    },
  };
}
