/** Where the output of every command goes: what becomes of it when it cannot go there. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, it, vi } from 'vitest';

// Each test starts processes.
vi.setConfig({ testTimeout: 60_000 });

function printSchema(redirection: string): { status: number | null; stderr: string } {
  const script = `"$0" src/cli/edgetoll.ts policy schema ${redirection}`;
  return spawnSync('sh', ['-c', script, process.execPath], { encoding: 'utf8' });
}

it.skipIf(!existsSync('/dev/full'))('fails where the output cannot be written', () => {
  const { status, stderr } = printSchema('>/dev/full');
  expect(status).toBe(1);
  expect(stderr).toMatch(/^The output cannot be written: .*ENOSPC/);
});

it('lets a reader go that has seen enough', () => {
  const { status, stderr } = printSchema('| head -c 1');
  expect([status, stderr]).toEqual([0, '']);
});
