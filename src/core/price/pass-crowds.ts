/**
 * Who has to go when there are too many passes.
 *
 * Owns the fairness between networks alone: who holds many loses first, so that filling the book costs
 * an attacker networks, not only passes.
 */
import type { PassEntry } from './pass-entry.ts';

/**
 * Most passes of one network, so that `excess` of all of them have to go: networks that hold many lose
 * them first. Passes of patience cost nothing and count as one network.
 */
function fairShare(counts: ReadonlyMap<string, number>, excess: number): number {
  let share = Math.max(0, ...counts.values());
  for (let freed = 0; freed < excess && share > 0;) {
    share -= 1;
    for (const count of counts.values()) if (count > share) freed += 1;
  }
  return share;
}

function crowdOf({ network, isPatience }: PassEntry): string {
  return isPatience ? 'patience' : network;
}

function crowdsOf(entries: ReadonlyMap<string, PassEntry>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries.values()) {
    const crowd = crowdOf(entry);
    counts.set(crowd, (counts.get(crowd) ?? 0) + 1);
  }
  return counts;
}

/** Ids of `excess` passes: of those who hold most, the oldest first. */
export function choosePassesToRetire(
  entries: ReadonlyMap<string, PassEntry>,
  excess: number,
): readonly string[] {
  const counts = crowdsOf(entries);
  const share = fairShare(counts, excess);
  const chosen: string[] = [];
  for (const [passId, entry] of entries) {
    if (chosen.length >= excess) break;
    const crowd = crowdOf(entry);
    const count = counts.get(crowd) ?? 0;
    if (count <= share) continue;
    counts.set(crowd, count - 1);
    chosen.push(passId);
  }
  return chosen;
}
