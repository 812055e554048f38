/**
 * robots.txt (RFC 9309) to groups.
 *
 * Owns the format: lines, groups, what belongs together; must not know what is made of it.
 * `Crawl-delay` is no part of the RFC and read all the same: many files have it.
 */

/** RFC 9309 2.5: at least so much is read; here no more than that. */
export const MAX_ROBOTS_CHARACTERS = 500 * 1024;

/** One path pattern and its line, from 1. */
export interface RobotsPath {
  readonly pattern: string;
  readonly line: number;
}

/** What one agent, or several alike, may and may not. */
export interface RobotsGroup {
  /** As written first; `*` stands for every agent. */
  readonly agents: readonly string[];
  /** Of its first `User-agent`. */
  readonly line: number;
  readonly allows: readonly RobotsPath[];
  readonly disallows: readonly RobotsPath[];
  readonly crawlDelay: { readonly seconds: number; readonly line: number } | undefined;
}

export interface Robots {
  readonly groups: readonly RobotsGroup[];
  /** Lines that say nothing that is understood, from 1. */
  readonly unknownLines: readonly number[];
  /** Rules that no `User-agent` precedes. */
  readonly strayLines: readonly number[];
  readonly isCut: boolean;
}

interface OpenGroup {
  readonly agents: string[];
  readonly line: number;
  readonly allows: RobotsPath[];
  readonly disallows: RobotsPath[];
  crawlDelay: RobotsGroup['crawlDelay'];
}

const LINE = /^[ \t]*([A-Za-z-]+)[ \t]*:[ \t]*(.*?)[ \t]*$/;
/** Understood, and of no use here. */
const OTHER: ReadonlySet<string> = new Set(['sitemap', 'host', 'clean-param']);

class RobotsReader {
  readonly groups: OpenGroup[] = [];
  readonly unknownLines: number[] = [];
  readonly strayLines: number[] = [];
  /** Whether the last line of a group named an agent: a further one joins it. */
  #takesAgents = false;

  #agent(agent: string, line: number): void {
    const current = this.groups.at(-1);
    if (this.#takesAgents && current !== undefined) current.agents.push(agent);
    else
      this.groups.push({ agents: [agent], line, allows: [], disallows: [], crawlDelay: undefined });
    this.#takesAgents = true;
  }

  #rule(key: string, value: string, line: number): void {
    this.#takesAgents = false;
    const group = this.groups.at(-1);
    if (group === undefined) this.strayLines.push(line);
    else if (key === 'allow' && value !== '') group.allows.push({ pattern: value, line });
    else if (key === 'disallow' && value !== '') group.disallows.push({ pattern: value, line });
    else if (key === 'crawl-delay') {
      const seconds = Number(/^\d{1,6}(?:\.\d+)?/.exec(value)?.[0] ?? Number.NaN);
      if (Number.isNaN(seconds)) this.unknownLines.push(line);
      else group.crawlDelay = { seconds, line };
    }
  }

  read(text: string, line: number): void {
    const content = text.replace(/#.*$/, '').trim();
    if (content === '') return;
    const [, name = '', value = ''] = LINE.exec(content) ?? [];
    const key = name.toLowerCase();
    if (key === 'user-agent' && value !== '') this.#agent(value, line);
    else if (['allow', 'disallow', 'crawl-delay'].includes(key)) this.#rule(key, value, line);
    else if (!OTHER.has(key)) this.unknownLines.push(line);
  }
}

/** Groups that name the same agent are one (2.2.1), and agents of the same rules are one group. */
function combine(groups: readonly OpenGroup[]): readonly RobotsGroup[] {
  const byAgent = new Map<string, OpenGroup>();
  for (const { agents, line, allows, disallows, crawlDelay } of groups) {
    for (const agent of agents) {
      const key = agent.toLowerCase();
      const known = byAgent.get(key) ?? {
        agents: [agent],
        line,
        allows: [],
        disallows: [],
        crawlDelay: undefined,
      };
      known.allows.push(...allows);
      known.disallows.push(...disallows);
      known.crawlDelay ??= crawlDelay;
      byAgent.set(key, known);
    }
  }
  const byRules = new Map<string, OpenGroup>();
  for (const [agent, group] of byAgent) {
    const { allows, disallows, crawlDelay } = group;
    // What holds for everybody is a group of its own.
    const key = JSON.stringify([agent === '*', allows, disallows, crawlDelay]);
    const known = byRules.get(key);
    if (known === undefined) byRules.set(key, group);
    else known.agents.push(...group.agents);
  }
  return [...byRules.values()];
}

/** Never fails: what is not understood is counted (2.2). */
export function parseRobots(text: string): Robots {
  const reader = new RobotsReader();
  const read = text.replace(/^\uFEFF/, '').slice(0, MAX_ROBOTS_CHARACTERS);
  for (const [index, line] of read.split(/\r\n|\r|\n/).entries()) reader.read(line, index + 1);
  const { groups, unknownLines, strayLines } = reader;
  return {
    groups: combine(groups),
    unknownLines,
    strayLines,
    isCut: text.length > MAX_ROBOTS_CHARACTERS,
  };
}
