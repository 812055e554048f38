/**
 * The native kernel: compiles sha256.cu and runs it.
 *
 * Owns the compiler's command line. With `host` the same attempts are compiled for the CPU, which
 * checks the kernel where there is no GPU and measures nothing of interest.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { formatInput, type Job, type Measurement } from './job.ts';

const SOURCE = fileURLToPath(new URL('sha256.cu', import.meta.url).href);
const COMPILERS = {
  cuda: ['nvcc', '-O3', '-arch=native'],
  host: ['g++', '-O2', '-x', 'c++'],
} as const;

export type NativeKind = keyof typeof COMPILERS;

export interface NativeReport {
  readonly device: string;
  readonly cudaRuntime: number;
  readonly cudaDriver: number;
  readonly variants: readonly Measurement[];
}

const run = promisify(execFile);

/** Throws the compiler's or the program's own words. */
export async function measureNative(
  kind: NativeKind,
  job: Job,
  runs: number,
): Promise<NativeReport> {
  const folder = await mkdtemp(join(tmpdir(), 'edgetoll-gpu-'));
  try {
    const [compiler, ...flags] = COMPILERS[kind];
    const program = join(folder, 'sha256');
    await run(compiler, [...flags, '-o', program, SOURCE]);
    const input = join(folder, 'input');
    await writeFile(input, formatInput(job));
    const { stdout } = await run(program, [input, String(job.puzzles), String(runs)], {
      maxBuffer: 2 ** 26,
    });
    return JSON.parse(stdout) as NativeReport;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
