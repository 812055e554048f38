/**
 * From the rounds of a run to medians, ratios and a table.
 *
 * Owns the arithmetic and the text; must not know how anything was measured.
 */

export interface Sample {
  /** Requests per second. */
  readonly rps: number;
  /** CPU time per request of the process under test, microseconds. */
  readonly cpuMicros: number;
  /** Share of the elapsed time that the process spent on a CPU; near 1 when it was the limit. */
  readonly busy: number;
}

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The middle value, or the mean of the middle two; throws for no values. */
export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  const min = sorted[0];
  const max = sorted.at(-1);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (min === undefined || max === undefined || upper === undefined || lower === undefined) {
    throw new RangeError('no values to summarize');
  }
  return { median: (lower + upper) / 2, min, max };
}

/** Quotients round by round: both sides met the same noise, which a quotient of medians keeps. */
export function ratiosOf(values: readonly number[], baseline: readonly number[]): Summary {
  return summarize(values.map((value, round) => value / (baseline[round] ?? Number.NaN)));
}

export interface TargetReport {
  readonly name: string;
  readonly rps: Summary;
  readonly cpuMicros: Summary;
  readonly busy: Summary;
  /** Against the baseline's requests per second; more is better. */
  readonly ratio: Summary | undefined;
  /** Baseline's CPU per request over the target's; more is better. */
  readonly cpuRatio: Summary | undefined;
  /** The same of the least CPU per request of any round: what a shared machine blurs least. */
  readonly leastCpuRatio: number | undefined;
  readonly baseline: string | undefined;
}

interface ReportParts {
  readonly name: string;
  readonly samples: readonly Sample[];
  /** Samples of the same rounds; `undefined` for a target that is one, or that was left out. */
  readonly baseline: { readonly name: string; readonly samples: readonly Sample[] } | undefined;
}

const rpsOf = (samples: readonly Sample[]): readonly number[] => samples.map(({ rps }) => rps);
const cpuOf = (samples: readonly Sample[]): readonly number[] =>
  samples.map(({ cpuMicros }) => cpuMicros);

export function reportTarget({ name, samples, baseline }: ReportParts): TargetReport {
  const cpuMicros = summarize(cpuOf(samples));
  return {
    name,
    rps: summarize(rpsOf(samples)),
    cpuMicros,
    busy: summarize(samples.map(({ busy }) => busy)),
    ratio: baseline && ratiosOf(rpsOf(samples), rpsOf(baseline.samples)),
    cpuRatio: baseline && ratiosOf(cpuOf(baseline.samples), cpuOf(samples)),
    leastCpuRatio: baseline && summarize(cpuOf(baseline.samples)).min / cpuMicros.min,
    baseline: baseline?.name,
  };
}

function formatSummary({ median, min, max }: Summary, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}..${max.toFixed(digits)})`;
}

function formatRow(report: TargetReport): readonly string[] {
  const { name, rps, cpuMicros, busy, ratio, cpuRatio, leastCpuRatio, baseline } = report;
  return [
    name,
    formatSummary(rps, 0),
    formatSummary(cpuMicros, 0),
    busy.median.toFixed(2),
    ratio === undefined ? '-' : formatSummary(ratio, 2),
    cpuRatio === undefined ? '-' : formatSummary(cpuRatio, 2),
    leastCpuRatio?.toFixed(2) ?? '-',
    baseline ?? '-',
  ];
}

const TITLES = ['target', 'requests/s', 'CPU us/request', 'busy', 'ratio', 'by CPU', 'least', 'to'];

/**
 * One line per target: medians, and the range of all rounds in parentheses; `least` is the
 * ratio of the least CPU time per request of any round.
 */
export function formatTable(reports: readonly TargetReport[]): string {
  const rows = [TITLES, ...reports.map(formatRow)];
  const widths = TITLES.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '),
  );
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}
