import { describe, expect, it } from 'vitest';
import { withLifetime } from '../bench/lifetime.ts';

function createThing(name: string, ended: string[]) {
  return {
    close: async () => {
      ended.push(name);
    },
  };
}

describe('the lifetime of what a benchmark started', () => {
  it('ends with the task, the last first', async () => {
    const ended: string[] = [];
    const result = await withLifetime(async (lifetime) => {
      await lifetime.add(createThing('folder', ended).close);
      await lifetime.hold(Promise.resolve(createThing('server', ended)));
      return 'report';
    });
    expect(result).toBe('report');
    expect(ended).toEqual(['server', 'folder']);
  });

  it('ends with a task that fails, and with one thing that does not start', async () => {
    const ended: string[] = [];
    const running = withLifetime(async (lifetime) => {
      await lifetime.hold(Promise.resolve(createThing('server', ended)));
      await lifetime.hold(Promise.reject(new Error('no browser')));
    });
    await expect(running).rejects.toThrow('no browser');
    expect(ended).toEqual(['server']);
  });
});
