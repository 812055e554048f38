/**
 * From signs to a class.
 *
 * Owns the threshold. A client that says that it is a browser is called automation where its signs
 * add up to e^2.5, about twelve times as likely for a program as for a person. With one client in ten a
 * program (the prior of `fleet-tally.ts`) that is more than one in two, and nearly everything that lies
 * above is far above: the cost of a mistake is a visitor who is called a robot.
 */
import type { ClientClass } from './client-class.ts';
import type { ClientRecord } from './client-record.ts';
import { sayGroup, type FleetTally } from './fleet-tally.ts';
import { SIGNALS } from './signals.ts';
import type { SiteFacts } from './site-facts.ts';

export const AUTOMATION_SCORE = 2.5;

/** One reason, for people. */
export interface Evidence {
  readonly signal: string;
  /** Logarithm of a likelihood ratio; below 0 it speaks for a person. */
  readonly weight: number;
  readonly sentence: string;
}

export interface Surroundings {
  readonly site: SiteFacts;
  readonly fleets: FleetTally;
  /** Of people, the part that looks bare. */
  readonly baseline: number;
}

/** Weight of the groups of a client with this score of its own. */
export function groupScoreOf(
  client: ClientRecord,
  ownScore: number,
  { fleets, baseline }: Surroundings,
): number {
  return fleets
    .evidenceOf(client, { baseline, ownScore })
    .reduce((sum, { weight }) => sum + weight, 0);
}

/** Contract: the client was added to the fleets with this score. */
export function judgeClient(
  client: ClientRecord,
  ownScore: number,
  around: Surroundings,
): ClientClass {
  if (client.knownClass !== undefined) return client.knownClass;
  const score = ownScore + groupScoreOf(client, ownScore, around);
  return score >= AUTOMATION_SCORE ? 'automation' : 'browser';
}

/** Everything that was weighed, the heaviest first. */
export function explainClient(
  client: ClientRecord,
  ownScore: number,
  around: Surroundings,
): readonly Evidence[] {
  const { site, fleets, baseline } = around;
  const own = SIGNALS.map(({ name, weigh, say }) => {
    const weight = weigh(client, site);
    return weight === 0 ? undefined : { signal: name, weight, sentence: say(client, site) };
  }).filter((evidence) => evidence !== undefined);
  const groups = fleets.evidenceOf(client, { baseline, ownScore });
  const shared = groups.map((group) => {
    return { signal: `fleet-${group.kind}`, weight: group.weight, sentence: sayGroup(group) };
  });
  return [...own, ...shared].toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
}
