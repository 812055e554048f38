/**
 * What a simulation means, in plain words: visitors against their budget, attackers against the yield.
 *
 * Owns the sentences; must not know how they are laid out.
 */
import type { AttackerResult } from '../core/simulation/attackers.ts';
import type { SimulationResult } from '../core/simulation/simulate.ts';
import { formatCount, formatDollars, formatSeconds } from './amounts.ts';
import type { SimulationSetup } from './simulate-setup.ts';

/** One simulation and what it ran with. */
export interface SimulationRun {
  /** "now", or "then" for what it is compared with. */
  readonly label: string;
  /** Settings or policy as `--compare` names them; empty for "now". */
  readonly changes: string;
  readonly setup: SimulationSetup;
  readonly result: SimulationResult;
}

/** What a simulation ran with, in a line. */
export function describeRun({ changes, setup }: Omit<SimulationRun, 'result'>): string {
  const { policyName, isDryRun, price, terms } = setup;
  const { requestPrice, minSolutions, attemptsPerSolution } = price.terms;
  const fee = formatCount(minSolutions * attemptsPerSolution);
  return [
    ...(changes === '' ? [] : [changes.replaceAll(',', ', ')]),
    isDryRun ? `${policyName} (only watches: taken as if it charged)` : policyName,
    `entry ${fee} attempts, a request ${formatCount(requestPrice)}`,
    terms.createBook === undefined ? 'no price book' : 'with the price book',
    ...(terms.hasTopUp ? ['top-up on'] : []),
  ].join('; ');
}

/** Dollars that a thousand answers are worth to an attacker: its own figure, or the settings'. */
export function yieldOf(
  { yieldPerThousand }: AttackerResult,
  { price }: SimulationSetup,
): number | undefined {
  return yieldPerThousand ?? price.yieldPerThousand;
}

function named(attackers: readonly AttackerResult[]): string {
  const names = attackers.map(({ name }) => `"${name}"`);
  const last = names.pop() ?? '';
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`;
}

/** Visitors within or above the budget. */
export function visitorVerdict({ result, setup }: SimulationRun): string {
  const { wait, timesAsked } = result.visitors;
  if (timesAsked === 0) return 'No visitor was asked to wait.';
  const { medianSeconds, p95Seconds } = setup.price.budget;
  const isWithin = wait.medianSeconds <= medianSeconds && wait.p95Seconds <= p95Seconds;
  const waited = `median ${formatSeconds(wait.medianSeconds)} of ${formatSeconds(medianSeconds)}, p95 ${formatSeconds(wait.p95Seconds)} of ${formatSeconds(p95Seconds)}`;
  return `Visitors wait ${isWithin ? 'within' : 'longer than'} the budget (${waited}).`;
}

/** Who took answers below their worth, who paid more or gave up. */
export function attackerVerdict({ result, setup }: SimulationRun): string {
  const served = result.attackers.filter((attacker) => attacker.served > 0);
  const gaveUp = result.attackers.filter(({ gaveUpHour }) => gaveUpHour !== undefined);
  const isProfit = (attacker: AttackerResult): boolean => {
    const worth = yieldOf(attacker, setup);
    const cost = attacker.dollarsPerThousand ?? Infinity;
    return worth !== undefined && cost < worth && attacker.gaveUpHour === undefined;
  };
  const winners = served.filter(isProfit);
  const sentences = [
    ...(gaveUp.length > 0 ? [`${named(gaveUp)} gave up: an hour cost more than it brought.`] : []),
    ...(winners.length > 0
      ? [
          `For ${named(winners)} a thousand answers cost less than they are worth (${winners
            .map(({ dollarsPerThousand = 0 }) => `$${formatDollars(dollarsPerThousand)}`)
            .join(', ')}): this toll does not price them out, it bounds what they take.`,
        ]
      : []),
  ];
  if (result.attackers.length === 0) return 'Nobody attacks.';
  if (sentences.length > 0) return sentences.join(' ');
  const isStated = result.attackers.some((attacker) => yieldOf(attacker, setup) !== undefined);
  return isStated
    ? 'No attacker gains.'
    : 'Nobody stated what an answer is worth: set YIELD_PER_THOUSAND, or yieldPerThousand of an attacker.';
}

/** The origin's load with the gate and without. */
export function originVerdict({ result: { origin } }: SimulationRun): string {
  const { peak, openPeak, capacity } = origin;
  const isWithin = peak <= capacity;
  return `The origin's load peaks at ${formatCount(peak)} pages/s of ${formatCount(capacity)}${isWithin ? '' : ', more than it can answer'}; without a gate at ${formatCount(openPeak)}.`;
}

/** Which attackers of a log leave at this price and yield; `undefined` where no log was replayed. */
export function replayVerdict({ result: { replay } }: SimulationRun): string | undefined {
  if (replay === undefined) return undefined;
  const attackers = replay.groups.filter(({ kind }) => kind === 'attacker');
  const sum = (value: (group: (typeof attackers)[number]) => number): number =>
    attackers.reduce((total, group) => total + value(group), 0);
  const clients = sum((group) => group.clients);
  if (clients === 0) return 'The log has no clients that behave like attackers.';
  const worth = `$${formatDollars(replay.yieldPerThousand)}`;
  return `Of ${formatCount(clients)} attacking clients ${formatCount(sum(({ gaveUp }) => gaveUp))} give up at this price and a yield of ${worth} for a thousand; ${formatCount(sum(({ avoided }) => avoided))} of their ${formatCount(sum(({ requests }) => requests))} requests are not made any more.`;
}

/** All of it, a sentence or two each. */
export function verdictOf(run: SimulationRun): readonly string[] {
  const replay = replayVerdict(run);
  return [
    visitorVerdict(run),
    ...(replay === undefined ? [] : [replay]),
    ...(replay !== undefined && run.result.attackers.length === 0 ? [] : [attackerVerdict(run)]),
    originVerdict(run),
  ];
}
