/**
 * The native reference as a program: compiled where there is a C compiler, run on one thread.
 *
 * Owns the compiler's options and the program's life.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Measured } from './measured.ts';
import { formatNativeSource } from './native-source.ts';
import type { NativeName } from './targets.ts';

const run = promisify(execFile);

const EXPECTED = 2 ** 20;
const THRESHOLD = 2 ** 32 / EXPECTED - 1;
const DIGEST = createHash('sha256').update('native reference').digest('hex');

export interface NativeProgram {
  readonly compiler: string;
  measure(seconds: number): Promise<Measured>;
}

function listOptions(name: NativeName): readonly string[] {
  if (arch() !== 'x64') return ['-O3'];
  return ['-O3', '-march=x86-64-v2', ...(name === 'native-vex' ? ['-mavx'] : [])];
}

/** Vectors of 128 bits are part of ARM's baseline, so there is nothing to ask for. */
function refuse(name: NativeName): string | undefined {
  if (platform() === 'win32') return 'not written for Windows';
  if (arch() !== 'x64' && arch() !== 'arm64') return `not written for ${arch()}`;
  return name === 'native-vex' && arch() !== 'x64' ? 'only on x64' : undefined;
}

/** "attempts cpu elapsed", the last line, and the solutions before it. */
function parseOutput(text: string): Measured {
  const lines = text.trim().split('\n');
  const [attempts = 0, cpuNanos = 0, elapsedNanos = 0] = (lines.pop() ?? '').split(' ').map(Number);
  const proofs = lines.map((line) => {
    const [index = 0, nonce = 0] = line.split(' ').map(Number);
    return { digest: DIGEST, threshold: THRESHOLD, index, nonce };
  });
  const seconds = elapsedNanos / 1e9;
  return { attempts, wallRate: attempts / seconds, cpuSeconds: cpuNanos / 1e9, seconds, proofs };
}

/** Writes and compiles into `directory`. Returns a reason where it cannot be had here. */
export async function compileNative(
  name: NativeName,
  directory: string,
): Promise<NativeProgram | string> {
  const reason = refuse(name);
  if (reason !== undefined) return reason;
  const compiler = process.env['CC'] ?? 'cc';
  const source = join(directory, `${name}.c`);
  const program = join(directory, name);
  await writeFile(source, formatNativeSource());
  let version: string;
  try {
    version = (await run(compiler, ['--version'])).stdout.split('\n')[0] ?? compiler;
    await run(compiler, [...listOptions(name), '-o', program, source]);
    // An instruction that this processor lacks ends the program here and not in a round.
    await run(program, [DIGEST, String(2 ** 24), '0']);
  } catch (error) {
    return `no C compiler that can make it: ${String(error).split('\n')[0]}`;
  }
  return {
    compiler: `${version} ${listOptions(name).join(' ')}`,
    measure: async (seconds) =>
      parseOutput((await run(program, [DIGEST, String(THRESHOLD), String(seconds)])).stdout),
  };
}
