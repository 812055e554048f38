/**
 * CPU time of a process to the microsecond: loading a policy takes a fraction of the 10 ms that
 * /proc/PID/stat counts in.
 *
 * Owns the reading of /proc/PID/task/TID/schedstat: nanoseconds on a CPU, of each thread.
 */
import { readdirSync, readFileSync } from 'node:fs';

const NANOS_A_MICRO = 1000;

/** Microseconds of a line of schedstat. Throws where it does not have the known form. */
export function parseRunMicros(schedstat: string): number {
  const [nanos = ''] = schedstat.split(' ');
  if (!/^\d+$/.test(nanos)) throw new Error('schedstat does not have the known form');
  return Number(nanos) / NANOS_A_MICRO;
}

export interface CpuReading {
  /** Of all threads: those that compile and collect garbage beside the Worker too. */
  readonly allMicros: number;
  /** Of the thread that runs the Worker, which is workerd's first. */
  readonly mainMicros: number;
}

/**
 * A function that reads the CPU time of process `pid`. It is exact while its threads sleep; one that
 * runs is some ticks behind. Throws where the system does not count.
 */
export function createFineCpuMeter(pid: number): () => CpuReading {
  const folder = `/proc/${pid}/task`;
  const microsOf = (thread: string): number =>
    parseRunMicros(readFileSync(`${folder}/${thread}/schedstat`, 'latin1'));
  const read = (): CpuReading => ({
    allMicros: readdirSync(folder).reduce((sum, thread) => sum + microsOf(thread), 0),
    mainMicros: microsOf(String(pid)),
  });
  try {
    read();
  } catch {
    throw new Error('CPU time is read from /proc/PID/task/TID/schedstat: run this on Linux.');
  }
  return read;
}
