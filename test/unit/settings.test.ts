/** The operator's variables: every bound just inside and outside, all problems at once (B06, E08). */
import { describe, expect, it } from 'vitest';
import { decodeSettings, VARIABLES } from '../../src/core/settings.ts';
import type { Settings, SettingsProblem } from '../../src/core/settings.ts';

/** Test only. */
const SECRET = 'Zt8_kQ2vLw5yHc1RjXn4Pb7MaUe9SgDo3FiTmKz6YVg';
const PREVIOUS_SECRET = 'pL4xWq9_Tz7nRb2KcVy5Hd8MjGf3UsEo6AiBm1XvC0k';

type Variables = Readonly<Record<string, unknown>>;

function read(variables: Variables): Settings {
  const reading = decodeSettings({ TOLL_SECRET: SECRET, ...variables });
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.settings;
}

function problemsOf(variables: Variables): readonly SettingsProblem[] {
  const reading = decodeSettings({ TOLL_SECRET: SECRET, ...variables });
  return reading.ok ? [] : reading.problems;
}

function pathsOf(variables: Variables): readonly string[] {
  return problemsOf(variables).map(({ path }) => path);
}

describe('defaults', () => {
  it('B06: a secret is all that is needed', () => {
    const settings = read({});
    expect(settings.secret).toHaveLength(32);
    expect({ ...settings, secret: undefined }).toEqual({
      secret: undefined,
      previousSecret: undefined,
      hosts: undefined,
      prefix: '/.toll/',
      binding: 'network',
      caseInsensitivePaths: false,
      terms: {
        tier: 0,
        minSolutions: 32,
        maxSolutions: 256,
        attemptsPerSolution: 16_384,
        requestPrice: 4369,
        ttlSeconds: 3600,
        remember: false,
      },
      patienceWaitSeconds: 10,
      originUrl: undefined,
      reportsBalance: false,
      brand: {
        title: undefined,
        logo: undefined,
        accent: undefined,
        contact: undefined,
        footer: undefined,
      },
      preset: undefined,
      rules: [],
      signedAgents: [],
      assertionKeys: undefined,
      policyRefreshSeconds: 60,
      price: {
        networkTarget: 600,
        siteTarget: 30_000,
        budget: { medianSeconds: 3, p95Seconds: 10 },
        yieldPerThousand: undefined,
        callsPerDay: 50_000,
        reportWebhook: undefined,
      },
    });
  });

  it('B06: without a secret, or with a weak one, there are no settings', () => {
    expect(decodeSettings({})).toMatchObject({ ok: false, problems: [{ path: 'TOLL_SECRET' }] });
    for (const secret of ['', 'x', 'changeme'.repeat(8), 'A'.repeat(43), 1, null, undefined]) {
      expect(pathsOf({ TOLL_SECRET: secret })).toEqual(['TOLL_SECRET']);
    }
  });

  it('B07: a previous secret is read by the same rules', () => {
    const { previousSecret } = read({ TOLL_SECRET_PREVIOUS: PREVIOUS_SECRET });
    expect(previousSecret).toHaveLength(32);
    for (const secret of ['', 'x', 'changeme'.repeat(8)]) {
      expect(pathsOf({ TOLL_SECRET_PREVIOUS: secret })).toEqual(['TOLL_SECRET_PREVIOUS']);
    }
  });
});

describe('PRESET', () => {
  it('names a preset; anything else is refused by name', () => {
    for (const preset of ['monitor', 'balanced', 'strict', 'lockdown']) {
      expect(read({ PRESET: preset }).preset).toBe(preset);
    }
    for (const PRESET of ['', 'Monitor', 'none', 1, null, ['monitor']]) {
      expect(pathsOf({ PRESET })).toEqual(['PRESET']);
    }
  });
});

interface IntegerCase {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly pick: (settings: Settings) => number;
  /** What else has to be set for both bounds to make sense. */
  readonly beside: Variables;
}

const INTEGERS: readonly IntegerCase[] = [
  {
    name: 'MIN_SOLUTIONS',
    min: 1,
    max: 256,
    beside: { REQUEST_PRICE: 1 },
    pick: ({ terms }) => terms.minSolutions,
  },
  {
    name: 'MAX_SOLUTIONS',
    min: 1,
    max: 256,
    beside: { MIN_SOLUTIONS: 1 },
    pick: ({ terms }) => terms.maxSolutions,
  },
  {
    name: 'ATTEMPTS_PER_SOLUTION',
    min: 1,
    max: 2 ** 26,
    beside: { REQUEST_PRICE: 1 },
    pick: ({ terms }) => terms.attemptsPerSolution,
  },
  {
    name: 'PASS_TTL_SECONDS',
    min: 600,
    max: 86400,
    beside: {},
    pick: ({ terms }) => terms.ttlSeconds,
  },
  {
    name: 'POLICY_REFRESH_SECONDS',
    min: 30,
    max: 3600,
    beside: {},
    pick: (settings) => settings.policyRefreshSeconds,
  },
  {
    name: 'PATIENCE_WAIT_SECONDS',
    min: 1,
    max: 240,
    beside: {},
    pick: (settings) => settings.patienceWaitSeconds,
  },
];

describe('numbers', () => {
  it('E08: are accepted at each bound, as numbers and as digits', () => {
    for (const { name, min, max, pick, beside } of INTEGERS) {
      for (const value of [min, max]) {
        expect(pick(read({ ...beside, [name]: value }))).toBe(value);
        expect(pick(read({ ...beside, [name]: String(value) }))).toBe(value);
      }
    }
  });

  it('E08: are refused just outside, and in every other form', () => {
    for (const { name, min, max, beside } of INTEGERS) {
      const outside: unknown[] = [min - 1, max + 1, String(min - 1), String(max + 1)];
      const forms: unknown[] = [
        Number.NaN,
        Number.POSITIVE_INFINITY,
        1.5,
        '',
        ' 64',
        '64 ',
        '6e1',
        '0x40',
        '+64',
        '64.0',
        '1'.repeat(16),
        true,
        null,
        [64],
        {},
        '６４',
      ];
      for (const value of [...outside, ...forms]) {
        expect([name, value, pathsOf({ ...beside, [name]: value })]).toEqual([name, value, [name]]);
      }
    }
  });

  it('E08: REQUEST_PRICE goes up to what an entry fee pays, and not one attempt beyond', () => {
    expect(read({ REQUEST_PRICE: 1 }).terms.requestPrice).toBe(1);
    expect(read({ REQUEST_PRICE: 32 * 16_384 }).terms.requestPrice).toBe(524_288);
    for (const value of [0, -1, 32 * 16_384 + 1, 2 ** 40, 2 ** 40 + 1]) {
      expect(pathsOf({ REQUEST_PRICE: value })).toEqual(['REQUEST_PRICE']);
    }
  });

  it('E08: MIN_SOLUTIONS may equal MAX_SOLUTIONS and not exceed it', () => {
    expect(read({ MIN_SOLUTIONS: 40, MAX_SOLUTIONS: 40 }).terms.maxSolutions).toBe(40);
    expect(pathsOf({ MIN_SOLUTIONS: 41, MAX_SOLUTIONS: 40 })).toEqual(['MIN_SOLUTIONS']);
  });
});

interface TextCase {
  readonly name: string;
  readonly good: readonly unknown[];
  readonly bad: readonly unknown[];
}

const TEXTS: readonly TextCase[] = [
  { name: 'TOKEN_VERSION', good: [1, '1'], bad: [0, 2, '2', '', 'one', null, true, 1.5, '01'] },
  {
    name: 'PREFIX',
    good: ['/.toll/', '/ab/', `/${'a'.repeat(64)}/`, '/A-Z_0~9/'],
    bad: [
      '',
      '/',
      '//',
      '/a/',
      `/${'a'.repeat(65)}/`,
      '/.toll',
      '.toll/',
      '/a/b/',
      '/a b/',
      '/é/',
      '/%2e/',
      '/ab/\n',
      '/a?b/',
      '/a#b/',
      'https://x/',
      1,
      null,
    ],
  },
  {
    name: 'BINDING',
    good: ['network', 'roaming'],
    bad: ['', 'Network', 'none', 'network ', 1, null],
  },
  {
    name: 'TOP_UP',
    good: ['on', 'off'],
    bad: ['', 'On', 'true', 'on ', true, false, 1, null],
  },
  {
    name: 'CASE_INSENSITIVE_PATHS',
    good: [true, false, 'true', 'false'],
    bad: ['', 'yes', 'TRUE', 0, 1, null, []],
  },
  {
    name: 'ORIGIN_URL',
    good: ['https://origin.test', 'http://10.0.0.1:8080', 'http://localhost:65535'],
    bad: [
      '',
      'origin.test',
      '//origin.test',
      'ftp://origin.test',
      'https://',
      'https://origin.test/',
      'https://origin.test/x',
      'https://u:p@origin.test',
      'https://origin.test?x',
      'javascript:x',
      'https://origin.test:',
      'https://origin.test:123456',
      'https://origin.test\n',
      1,
      null,
    ],
  },
  {
    name: 'HOSTS',
    good: [['site.test'], ['a.test', 'b.test:8080', 'xn--bcher-kva.test']],
    bad: [
      'site.test',
      '',
      [],
      {},
      null,
      true,
      [''],
      ['Site.test'],
      ['site.test/'],
      ['https://a.test'],
      ['a b'],
      ['a.test', 1],
      ['bücher.test'],
      ['a.test:'],
      ['*.test'],
      ['a.test', ''],
      ['a.test.'],
      ['a.test:443'],
      ['a.test:80'],
      ['a.test:99999'],
      ['a.test:0'],
      ['.'],
      ['-'],
      ['a..b'],
      ['-a.test'],
    ],
  },
  { name: 'RULES', good: [[]], bad: ['', 'x', {}, null, 1, [1], [{}], [null]] },
];

describe('words', () => {
  it('E08: good values are accepted', () => {
    for (const { name, good } of TEXTS) {
      for (const value of good)
        expect([name, value, pathsOf({ [name]: value })]).toEqual([name, value, []]);
    }
  });

  it('E08: bad values are refused under the name of the variable', () => {
    for (const { name, bad } of TEXTS) {
      for (const value of bad) {
        const paths = pathsOf({ [name]: value });
        expect([name, value, paths.length]).not.toEqual([name, value, 0]);
        for (const path of paths) expect(path).toMatch(new RegExp(`^${name}(?:$|[.[])`));
      }
    }
  });

  it('E08: what is read is what was written', () => {
    expect(read({ BINDING: 'roaming' }).binding).toBe('roaming');
    expect(read({ CASE_INSENSITIVE_PATHS: 'true' }).caseInsensitivePaths).toBe(true);
    expect(read({ PREFIX: '/gate/' }).prefix).toBe('/gate/');
    expect(read({ ORIGIN_URL: 'https://origin.test' }).originUrl).toBe('https://origin.test');
    expect(read({ HOSTS: ['a.test', 'b.test'] }).hosts).toEqual(new Set(['a.test', 'b.test']));
  });
});

describe('all at once', () => {
  it('E08: every problem is reported, not the first alone', () => {
    const wrong = Object.fromEntries(VARIABLES.map((name) => [name, 'not this\n']));
    const reading = decodeSettings(wrong);
    expect(reading.ok).toBe(false);
    const paths = reading.ok ? [] : reading.problems.map(({ path }) => path);
    expect(new Set(paths)).toEqual(new Set(VARIABLES));
  });

  it('E08: a plain value of an unknown name is refused, a binding is not', () => {
    for (const value of ['x', '', 1, 0, true, false, ['x'], []]) {
      expect(pathsOf({ TOLL_SECRETS: value })).toEqual(['TOLL_SECRETS']);
    }
    expect(
      pathsOf({ PASSES: { get: () => undefined }, ASSETS: { fetch: () => undefined } }),
    ).toEqual([]);
    expect(pathsOf({ min_solutions: 1, Rules: [] })).toEqual(['min_solutions', 'Rules']);
    expect(pathsOf({ constructor: 'x', toString: 'y' })).toEqual(['constructor', 'toString']);
  });

  it('B06: no message and no path repeats a value', () => {
    const marker = 'Canary7Value';
    const values: unknown[] = [
      marker,
      [marker],
      [{ name: marker }],
      { [marker]: marker },
      [[marker]],
      [{ name: 'rule', action: marker }],
      [{ name: 'rule', action: 'deny', path: [`${marker}\0`] }],
      [{ name: 'rule', action: 'deny', network: [marker], country: [marker], asn: [marker] }],
      [{ name: `${marker} ${marker}`, action: 'deny', method: [marker], agent: [1] }],
    ];
    let problems = 0;
    for (const name of VARIABLES) {
      for (const value of values) {
        const reading = decodeSettings({ TOLL_SECRET: SECRET, [name]: value });
        if (reading.ok) continue;
        problems += reading.problems.length;
        expect(JSON.stringify(reading.problems)).not.toContain(marker);
      }
    }
    expect(problems).toBeGreaterThan(50);
  });

  it('B06: the value of an unknown variable is not repeated either', () => {
    const [problem] = problemsOf({ SPARE_SECRET: 'Canary7Value' });
    expect(problem?.path).toBe('SPARE_SECRET');
    expect(problem?.message).not.toContain('Canary7Value');
  });
});
