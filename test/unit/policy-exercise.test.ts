import { describe, expect, it } from 'vitest';
import { exercisePolicy } from '../../src/core/policy/document/exercise-policy.ts';
import { policyBase } from '../support/policy-fixtures.ts';

describe('the exercise at start', () => {
  it('takes the whole way: its document decodes, compiles and is asked', () => {
    let asked = 0;
    const base = policyBase();
    const watched = {
      ...base,
      get terms() {
        asked += 1;
        return base.terms;
      },
    };
    exercisePolicy(watched);
    expect(asked).toBeGreaterThan(0);
  });
});
