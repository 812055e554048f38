import { describe, expect, it } from 'vitest';
import { readCount, readNames, readNumber } from '../bench/command-line.ts';

describe('the options of a benchmark', () => {
  it('are numbers within their bounds, and these included', () => {
    expect(readNumber('seconds', '0.5', [0.5, 2])).toBe(0.5);
    expect(readNumber('seconds', '2', [0.5, 2])).toBe(2);
    for (const text of ['0.49', '2.01', '', ' ', 'x', 'NaN']) {
      expect(() => readNumber('seconds', text, [0.5, 2])).toThrow(
        new RangeError('--seconds takes a number from 0.5 to 2'),
      );
    }
    expect(readCount('rounds', '1.9', [1, 9])).toBe(1);
  });

  it('are names that exist, in the order that is measured', () => {
    const known = ['noop', 'forward', 'pass'] as const;
    expect(readNames('pass,noop,pass', known)).toEqual(['noop', 'pass']);
    expect(() => readNames('noop,toString', known)).toThrow('not toString');
    expect(() => readNames('', known)).toThrow(RangeError);
  });
});
