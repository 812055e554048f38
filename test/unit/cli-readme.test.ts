/** What README.md and the example at the top level say of the commands. */
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { COMMANDS } from '../../src/cli/command-table.ts';
import { callOf } from '../../src/cli/command.ts';
import { edgetoll } from '../support/edgetoll-command.ts';

// Each test starts processes.
vi.setConfig({ testTimeout: 60_000 });

describe('the example policy', () => {
  it('is right, and its table holds', async () => {
    expect((await edgetoll(['policy', 'check'])).code).toBe(0);
    const ran = await edgetoll(['policy', 'test']);
    expect(ran.out).toMatch(/^\d+ as expected, 0 not\n$/);
  });
});

describe('README.md', () => {
  it('names only commands and options that there are, and all commands', () => {
    const text = readFileSync('README.md', 'utf8');
    const calls = [...text.matchAll(/^ *(npx edgetoll (?:policy )?\S+)([^\n#]*)/gm)];
    expect(new Set(calls.map(([, call]) => call))).toEqual(new Set(COMMANDS.map(callOf)));
    for (const [, call, rest = ''] of calls) {
      const help = COMMANDS.find((command) => callOf(command) === call)?.help ?? '';
      for (const [option] of rest.matchAll(/--[\w-]+/g)) expect(help).toContain(option);
    }
  });

  it('has a recorded request that diff takes', async () => {
    const [, line = ''] =
      /```json\n(\{"url".*\})\n```/.exec(readFileSync('README.md', 'utf8')) ?? [];
    const words = ['diff', 'policy.yaml', 'policy.yaml', '--requests', '-'];
    const ran = await edgetoll(['policy', ...words], { input: line });
    expect(ran).toMatchObject({ code: 0, out: '0 of 1 requests are decided otherwise\n' });
  });
});
