/** Following a store by itself: late answers, compilations, the interval's bounds. */
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/core/policy/compile-policy.ts';
import type { PolicyDocument } from '../../src/core/policy/document/policy-document.ts';
import { formatStoredPolicy, TOMBSTONE } from '../../src/core/policy/document/stored-policy.ts';
import type { ActivePolicy, LogFacts } from '../../src/core/ports.ts';
import { compilePublishedPolicy, policyBaseOf } from '../../src/core/settings-policy.ts';
import { decodeSettings } from '../../src/core/settings.ts';
import { createKvPolicies } from '../../src/edge/kv-policy-store.ts';

/** Test only. */
const SECRET = 'Zt8_kQ2vLw5yHc1RjXn4Pb7MaUe9SgDo3FiTmKz6YVg';
const REFRESH_SECONDS = 60;

function settingsOf() {
  const reading = decodeSettings({ TOLL_SECRET: SECRET });
  if (!reading.ok) throw new Error('settings');
  return reading.settings;
}

const settings = settingsOf();
const variables: ActivePolicy = {
  policy: compilePublishedPolicy(settings, {
    preset: undefined,
    isDryRun: false,
    named: new Map(),
    rules: [],
    thresholds: [],
    otherwise: undefined,
  }),
  digest: 'variables',
  source: 'variables',
  version: undefined,
  loadedAtMs: 0,
};

function publish(version: string): string {
  const rules = [{ name: version, action: 'deny', path: [`/${version}`] }];
  return formatStoredPolicy({ schema: 1, rules }, { version, digest: 'AAAAAAAA' });
}

/** A source whose store answers when the test says so. */
function createFollowing(
  compile = (document: PolicyDocument): Policy => {
    return compilePublishedPolicy(settings, document);
  },
) {
  let nowMs = 0;
  const reads: PromiseWithResolvers<string | null>[] = [];
  const events: { readonly name: string; readonly facts: LogFacts }[] = [];
  const tasks: Promise<unknown>[] = [];
  let compilations = 0;
  const policies = createKvPolicies({
    store: {
      get: () => {
        const read = Promise.withResolvers<string | null>();
        reads.push(read);
        return read.promise;
      },
    },
    clock: { nowMs: () => nowMs },
    log: { event: (name, facts = {}) => events.push({ name, facts }) },
    refreshSeconds: REFRESH_SECONDS,
    base: policyBaseOf(settings),
    compile: (document) => {
      compilations += 1;
      return compile(document);
    },
    variables,
  });
  return {
    policies,
    events,
    tasks,
    reads,
    compilations: () => compilations,
    follow(afterSeconds: number) {
      nowMs += afterSeconds * 1000;
      return policies.follow((task) => void tasks.push(task));
    },
    async answer(read: number, text: string | null) {
      reads[read]?.resolve(text);
      await tasks[read];
    },
  };
}

describe('following a store', () => {
  it('reads at the end of the interval, not a millisecond before, once', () => {
    const source = createFollowing();
    expect(source.follow(0)).toBeInstanceOf(Promise);
    expect(source.follow(REFRESH_SECONDS - 0.001)).toBeUndefined();
    expect(source.reads).toHaveLength(1);
    expect(source.follow(0.001)).toBeUndefined();
    expect(source.follow(0)).toBeUndefined();
    expect(source.reads).toHaveLength(2);
  });

  it('an answer that is overtaken by a later one changes nothing', async () => {
    const source = createFollowing();
    void source.follow(0);
    void source.follow(REFRESH_SECONDS);
    await source.answer(1, publish('new'));
    await source.answer(0, publish('old'));
    expect(source.policies.current().version).toBe('new');
    expect(source.compilations()).toBe(1);
  });

  it('compiles a text once, whatever comes between', async () => {
    const source = createFollowing();
    const texts = [publish('a'), publish('a'), '{', '{', publish('a'), null, publish('a')];
    for (const [read, text] of texts.entries()) {
      void source.follow(REFRESH_SECONDS);
      await source.answer(read, text);
      expect(source.policies.current().version).toBe('a');
    }
    expect(source.compilations()).toBe(1);
    const rejected = source.events.filter(({ name }) => name === 'policy.rejected');
    expect(rejected.map(({ facts }) => facts)).toEqual([
      { reason: 'malformed', problems: 0, kept: 'a' },
      { reason: 'missing', problems: 0, kept: 'a' },
    ]);
    expect(source.policies.problem()).toBeUndefined();
  });

  it('goes back to the variables for a tombstone, and from there to anything', async () => {
    const source = createFollowing();
    const texts = [publish('a'), TOMBSTONE, null, publish('a')];
    const seen: (string | undefined)[] = [];
    for (const [read, text] of texts.entries()) {
      void source.follow(REFRESH_SECONDS);
      await source.answer(read, text);
      seen.push(source.policies.current().version);
      expect(source.policies.problem()).toBeUndefined();
    }
    expect(seen).toEqual(['a', undefined, undefined, 'a']);
  });

  it('survives a compiler that throws, and does not ask it twice', async () => {
    const source = createFollowing(() => {
      throw new RangeError('bug');
    });
    for (const read of [0, 1]) {
      const wait = source.follow(REFRESH_SECONDS);
      await source.answer(read, publish('a'));
      expect(await wait).toBeUndefined();
    }
    expect(source.compilations()).toBe(1);
    expect(source.policies.current()).toBe(variables);
    expect(source.policies.problem()).toBe('invalid');
    expect(source.events[0]).toEqual({ name: 'policy.bug', facts: { error: 'RangeError' } });
  });

  it('different texts have different digests, the same rules one', async () => {
    const source = createFollowing();
    const digests: string[] = [];
    const again = publish('a').replace('"version":"a"', '"version":"later"');
    for (const [read, text] of [publish('a'), publish('b'), again].entries()) {
      void source.follow(REFRESH_SECONDS);
      await source.answer(read, text);
      digests.push(source.policies.current().digest);
    }
    expect(digests[0]).toBe(digests[2]);
    expect(digests[0]).not.toBe(digests[1]);
    expect(digests[0]).toMatch(/^[\w-]{16}$/);
  });
});
