/** The one JSON object of `npm run bench -- gate --json`. Owns its shape. */
import type { Summary, TargetReport } from './report.ts';

/** Beside the object's maps: no target of the issue's, measured because it is cheap. */
const EXTRA = 'challengeJson';

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

type Pick = (report: TargetReport) => Summary | undefined;

function mapMedians(reports: readonly TargetReport[], pick: Pick, digits: number): object {
  const entries = reports.flatMap((report) => {
    const summary = pick(report);
    return summary === undefined ? [] : [[report.name, round(summary.median, digits)] as const];
  });
  return Object.fromEntries(entries);
}

function mapRanges(reports: readonly TargetReport[], pick: Pick, digits: number): object {
  const entries = reports.flatMap((report) => {
    const summary = pick(report);
    if (summary === undefined) return [];
    return [[report.name, [round(summary.min, digits), round(summary.max, digits)]] as const];
  });
  return Object.fromEntries(entries);
}

function formatExtra(report: TargetReport | undefined): object {
  if (report === undefined) return {};
  const { rps, cpuMicros, ratio, cpuRatio } = report;
  return {
    [EXTRA]: {
      rps: round(rps.median, 0),
      cpuMicros: round(cpuMicros.median, 1),
      ...(ratio && { ratio: round(ratio.median, 3) }),
      ...(cpuRatio && { cpuRatio: round(cpuRatio.median, 3) }),
    },
  };
}

/** `run` is what does not depend on a target; its members come first. */
export function formatJson(run: object, reports: readonly TargetReport[]): string {
  const named = reports.filter(({ name }) => name !== EXTRA);
  const object = {
    ...run,
    rps: mapMedians(named, ({ rps }) => rps, 0),
    cpuMicros: mapMedians(named, ({ cpuMicros }) => cpuMicros, 1),
    ratio: mapMedians(named, ({ ratio }) => ratio, 3),
    cpuRatio: mapMedians(named, ({ cpuRatio }) => cpuRatio, 3),
    leastCpuRatio: Object.fromEntries(
      named.flatMap(({ name, leastCpuRatio }) =>
        leastCpuRatio === undefined ? [] : [[name, round(leastCpuRatio, 3)] as const],
      ),
    ),
    ...formatExtra(reports.find(({ name }) => name === EXTRA)),
    spread: {
      rps: mapRanges(named, ({ rps }) => rps, 0),
      cpuMicros: mapRanges(named, ({ cpuMicros }) => cpuMicros, 1),
      ratio: mapRanges(named, ({ ratio }) => ratio, 3),
      cpuRatio: mapRanges(named, ({ cpuRatio }) => cpuRatio, 3),
      busy: mapRanges(named, ({ busy }) => busy, 2),
    },
  };
  return `${JSON.stringify(object)}\n`;
}
