/**
 * CPU time of another process, and what the machine is.
 *
 * Owns the reading of /proc; other systems are refused with a clear message.
 */
import { readFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';

/** USER_HZ: 100 on every architecture that Node runs on, whatever the kernel's own tick. */
const TICKS_A_SECOND = 100;
const MICROS_A_TICK = 1_000_000 / TICKS_A_SECOND;
/** Of the fields after the command's closing parenthesis (proc_pid_stat(5), 14 and 15). */
const UTIME = 11;
const STIME = 12;

/** utime + stime of a line of /proc/PID/stat, in microseconds, to 10 ms. */
export function parseCpuMicros(stat: string): number {
  // The command is in parentheses and may hold spaces and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[UTIME]) + Number(fields[STIME]);
  if (!Number.isInteger(ticks)) throw new Error('/proc/PID/stat does not have the known form');
  return ticks * MICROS_A_TICK;
}

/** A function that reads the CPU time of process `pid`. Throws where the system has no /proc. */
export function createCpuMeter(pid: number): () => number {
  if (platform() !== 'linux') {
    throw new Error(
      `CPU time per request is read from /proc, which ${platform()} does not have: run this on Linux.`,
    );
  }
  return () => parseCpuMicros(readFileSync(`/proc/${pid}/stat`, 'latin1'));
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly system: string;
  readonly node: string;
}

export function describeMachine(): Machine {
  const [first, ...others] = cpus();
  return {
    cpu: first?.model.trim() ?? 'unknown',
    cores: 1 + others.length,
    system: `${platform()} ${arch()}`,
    node: process.versions.node,
  };
}
