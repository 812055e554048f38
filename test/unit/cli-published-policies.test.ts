import { describe, expect, it } from 'vitest';
import { createPublication, readPublication } from '../../src/cli/publication.ts';
import {
  publish,
  readPublished,
  readVersion,
  versionBefore,
  type PolicyKeys,
} from '../../src/cli/published-policies.ts';

/** A store in memory that writes down what is asked of it. */
function createKeys() {
  const values = new Map<string, { value: string; metadata: unknown }>();
  const log: string[] = [];
  const keys: PolicyKeys = {
    list: async (prefix) =>
      [...values].flatMap(([name, { metadata }]) =>
        name.startsWith(prefix) ? [{ name, metadata }] : [],
      ),
    get: async (key) => values.get(key)?.value ?? '',
    put: async (key, value, metadata) => {
      log.push(`put ${key}`);
      values.set(key, { value, metadata });
    },
    remove: async (key) => {
      log.push(`remove ${key}`);
      values.delete(key);
    },
  };
  return { keys, values, log };
}

const DAY = Date.UTC(2026, 10, 1);

function version(minute: number) {
  return createPublication({ schema: 1, minute }, new Date(DAY + minute * 60_000));
}

async function push(keys: PolicyKeys, minute: number): Promise<string> {
  const next = version(minute);
  await publish(keys, await readPublished(keys), next);
  return next.version;
}

async function rollBack(keys: PolicyKeys): Promise<string | undefined> {
  const published = await readPublished(keys);
  const before = versionBefore(published);
  if (before === undefined) return undefined;
  const publication = await readVersion(keys, before);
  if (publication !== undefined) await publish(keys, published, publication);
  return (await readPublished(keys)).current?.version;
}

describe('publications', () => {
  it('sort by age and are read as they were written', () => {
    const [first, second] = [version(1), version(2)];
    expect(first.version < second.version).toBe(true);
    expect(readPublication(first.text)).toEqual(first);
    expect(JSON.parse(first.text)).toEqual({
      format: 1,
      schema: 1,
      version: first.version,
      digest: first.digest,
      document: { schema: 1, minute: 1 },
    });
  });

  it('have equal digests for equal documents alone', () => {
    const one = createPublication({ a: 1 }, new Date(DAY));
    expect(one.digest).toBe(createPublication({ a: 1 }, new Date(DAY + 1)).digest);
    expect(one.digest).not.toBe(createPublication({ a: 2 }, new Date(DAY)).digest);
    expect(one.digest).toMatch(/^[\w-]{16}$/);
  });

  it('are not read from a tombstone or anything else', () => {
    for (const text of [
      '',
      '{',
      '[]',
      '{"format":1,"removed":true}',
      '{"version":"a b","digest":""}',
    ]) {
      expect(readPublication(text)).toBeUndefined();
    }
  });
});

describe('the history', () => {
  it('keeps a version before it is replaced', async () => {
    const { keys, log } = createKeys();
    const first = await push(keys, 1);
    await push(keys, 2);
    expect(log).toEqual([
      'put policy/current',
      `put policy/version/${first}`,
      'put policy/current',
    ]);
  });

  it('E08: keeps the last ten versions, not eleven', async () => {
    const { keys, values } = createKeys();
    const versions: string[] = [];
    for (let minute = 0; minute < 11; minute += 1) versions.push(await push(keys, minute));
    expect((await readPublished(keys)).versions).toEqual(versions.slice(0, 10));
    versions.push(await push(keys, 11));
    expect((await readPublished(keys)).versions).toEqual(versions.slice(1, 11));
    expect(values.size).toBe(11);
  });

  it('goes back one by one, also over a version that was gone back to', async () => {
    const { keys } = createKeys();
    const a = await push(keys, 1);
    const b = await push(keys, 2);
    const c = await push(keys, 3);
    expect(await rollBack(keys)).toBe(b);
    const d = await push(keys, 4);
    // c was not in force before d.
    expect(await rollBack(keys)).toBe(b);
    expect(await rollBack(keys)).toBe(a);
    expect(await rollBack(keys)).toBeUndefined();
    expect((await readPublished(keys)).versions).toEqual([b, c, d]);
  });

  it('survives a current value that is no policy', async () => {
    const { keys, values } = createKeys();
    const a = await push(keys, 1);
    await push(keys, 2);
    values.set('policy/current', { value: '{"format":1,"removed":true}', metadata: null });
    const published = await readPublished(keys);
    expect(published.current).toBeUndefined();
    expect(versionBefore(published)).toBe(a);
  });
});
