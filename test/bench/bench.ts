/**
 * `npm run bench -- <name>`: runs one benchmark.
 *
 * Owns the list of benchmarks; each one reads its own options. Times only report, nothing
 * here passes or fails for being slow.
 */
import { argv, stderr, stdout } from 'node:process';

interface Benchmark {
  readonly summary: string;
  /** @param args what follows the name on the command line */
  readonly run: (args: readonly string[]) => Promise<void>;
}

const BENCHMARKS: ReadonlyMap<string, Benchmark> = new Map([
  [
    'assess',
    {
      summary: 'lines per second and peak memory of an assessment of a generated log',
      run: async (args: readonly string[]) =>
        (await import('./assess.ts')).runAssessBenchmark(args),
    },
  ],
  [
    'gate',
    {
      summary: 'requests per second and CPU per request of the Worker, in raw workerd',
      run: async (args: readonly string[]) => (await import('./gate.ts')).runGateBenchmark(args),
    },
  ],
  [
    'policy',
    {
      summary: 'CPU per decision, per load and per request of policies, in raw workerd',
      run: async (args: readonly string[]) =>
        (await import('./policy.ts')).runPolicyBenchmark(args),
    },
  ],
  [
    'solve',
    {
      summary: 'time to solve the default entry fee, and its spread, in Chromium',
      run: async (args: readonly string[]) => (await import('./solve.ts')).runSolveBenchmark(args),
    },
  ],
  [
    'solver',
    {
      summary: 'hashes per second of the engines and of other solvers, in Chromium',
      run: async (args: readonly string[]) =>
        (await import('./solver.ts')).runSolverBenchmark(args),
    },
  ],
  [
    'visit',
    {
      summary: 'a cold visit from end to end, in Chromium through the gate',
      run: async (args: readonly string[]) => (await import('./visit.ts')).runVisitBenchmark(args),
    },
  ],
]);

function formatUsage(): string {
  const names = [...BENCHMARKS].map(([name, { summary }]) => `  ${name.padEnd(8)} ${summary}\n`);
  return `Usage: npm run bench -- <name> [options]\n\n${names.join('')}\n  <name> --help  its options\n`;
}

async function main([name, ...rest]: readonly string[]): Promise<void> {
  if (name === undefined || name === '--help' || name === '-h') {
    stdout.write(formatUsage());
    return;
  }
  const benchmark = BENCHMARKS.get(name);
  if (benchmark === undefined) {
    stderr.write(`No benchmark is called "${name}".\n\n${formatUsage()}`);
    process.exitCode = 2;
    return;
  }
  try {
    await benchmark.run(rest);
  } catch (error) {
    stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

await main(argv.slice(2));
