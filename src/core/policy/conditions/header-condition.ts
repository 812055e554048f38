/** Header fields: present, absent, equal, containing, or matching. A client writes what it likes. */
import type { Decoded } from '../policy-problem.ts';
import { readTable } from '../policy-problem.ts';
import type { HeaderTest } from '../rule.ts';
import type { ConditionKind, Predicate, Truth } from './condition-kind.ts';
import { compilePatternList, decodePatternText } from './pattern-list.ts';
import { anyTruth } from './truth.ts';

export const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9a-z-]{1,64}$/i;
export const MAX_TEXT = 512;
/** Rules read this much of a value, as of a user agent. */
export const MAX_FIELD_FOR_RULES = 512;
export const TEXT_TESTS = ['equals', 'contains', 'pattern'] as const;

const ADVICE =
  'write a header field as a name, or as { name: "Accept" } with one of equals, contains, pattern or present';

function decodeTest(table: ReadonlyMap<string, unknown>): Decoded<HeaderTest['test']> {
  const keys = [...table.keys()].filter((key) => key !== 'name');
  const [key] = keys;
  if (keys.length > 1) return { ok: false, message: ADVICE };
  if (key === undefined) return { ok: true, value: { kind: 'present' } };
  const value = table.get(key);
  if (key === 'present' && typeof value === 'boolean') {
    return { ok: true, value: { kind: value ? 'present' : 'absent' } };
  }
  const kind = TEXT_TESTS.find((each) => each === key);
  if (kind === undefined || typeof value !== 'string' || value.length > MAX_TEXT) {
    return { ok: false, message: ADVICE };
  }
  if (kind !== 'pattern') return { ok: true, value: { kind, text: value } };
  const pattern = decodePatternText(value);
  return pattern.ok ? { ok: true, value: { kind, text: value } } : pattern;
}

function compileText({ test }: HeaderTest): (value: string) => Truth {
  switch (test.kind) {
    case 'present':
      return () => true;
    case 'absent':
      return () => false;
    case 'equals':
      return (value) => value === test.text;
    case 'contains':
      return (value) => value.includes(test.text);
    case 'pattern': {
      const compiled = compilePatternList([test.text]);
      return compiled.ok ? compiled.matches : () => undefined;
    }
    default:
      return test satisfies never;
  }
}

function compileOne(entry: HeaderTest): Predicate {
  const whenAbsent = entry.test.kind === 'absent';
  const matches = compileText(entry);
  return ({ request }) => {
    const value = request.header(entry.name);
    return value === undefined ? whenAbsent : matches(value.slice(0, MAX_FIELD_FOR_RULES));
  };
}

export const headerCondition: ConditionKind<HeaderTest> = {
  maxEntries: 64,
  scope: 'request',
  decodeEntry(value) {
    const table = typeof value === 'string' ? new Map([['name', value]]) : readTable(value);
    const name = table?.get('name');
    if (table === undefined || typeof name !== 'string' || !FIELD_NAME.test(name)) {
      return { ok: false, message: ADVICE };
    }
    const test = decodeTest(table);
    return test.ok ? { ok: true, value: { name: name.toLowerCase(), test: test.value } } : test;
  },
  formatEntry: ({ name, test }) =>
    JSON.stringify([name, test.kind, 'text' in test ? test.text : '']),
  confines: () => false,
  compile(entries): Predicate {
    return anyTruth(entries.map(compileOne));
  },
};
