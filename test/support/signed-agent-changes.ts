/**
 * Accepted requests of signed agents, and ways to change them.
 *
 * Owns what a mutant is (SECURITY-BAR D04). `signed` changes the plan before it is signed, so that
 * the signature itself is right and only a rule stands between the request and its acceptance;
 * `sent` changes what was signed.
 */
import type { SignatureRefusal } from '../../src/core/signed-agent/signed-agent.ts';
import { AGENT_FIELD, parametersOf, PLAN } from './signed-requests.ts';
import type { Plan } from './signed-requests.ts';

export interface Mutant {
  readonly name: string;
  readonly reason: SignatureRefusal | 'none';
  /** The accepted request. */
  readonly from: Plan;
  readonly signed?: (plan: Plan) => Plan;
  readonly sent?: (plan: Plan) => Plan;
}

/** The second version of the architecture: a dictionary of agents. */
export const PLAN_V2: Plan = {
  ...PLAN,
  covered: [
    ['"@authority"', 'example.com'],
    ['"signature-agent";key="agent2"', AGENT_FIELD],
  ],
  fields: { 'signature-agent': `agent2=${AGENT_FIELD}` },
};

/** Everything that can be covered. */
export const PLAN_WIDE: Plan = {
  ...PLAN,
  covered: [
    ['"@method"', 'GET'],
    ['"@authority"', 'example.com'],
    ['"@scheme"', 'https'],
    ['"@target-uri"', 'https://example.com/path/to/resource?q=1'],
    ['"@request-target"', '/path/to/resource?q=1'],
    ['"@path"', '/path/to/resource'],
    ['"@query"', '?q=1'],
    ['"signature-agent"', AGENT_FIELD],
    ['"x-trace"', 'a, b'],
    ['"x-empty"', ''],
  ],
  fields: { ...PLAN.fields, 'x-trace': 'a, b', 'x-empty': '' },
};

const [AUTHORITY, AGENT] = PLAN.covered;
export const AUTHORITY_LINE = AUTHORITY ?? ['', ''];
export const AGENT_LINE = AGENT ?? ['', ''];

export const cover =
  (...covered: Plan['covered'][number][]) =>
  (plan: Plan): Plan => ({ ...plan, covered });
export const alsoCover =
  (...more: Plan['covered'][number][]) =>
  (plan: Plan): Plan => ({ ...plan, covered: [...plan.covered, ...more] });
export const parameters =
  (change: Readonly<Record<string, string | undefined>>) =>
  (plan: Plan): Plan => ({ ...plan, parameters: parametersOf(change) });
export const appendParameters =
  (text: string) =>
  (plan: Plan): Plan => ({ ...plan, parameters: plan.parameters + text });
/** The field, and its covered value with it. */
export const agent =
  (field: string) =>
  (plan: Plan): Plan => ({
    ...plan,
    covered: [AUTHORITY_LINE, ['"signature-agent"', field]],
    fields: { ...plan.fields, 'signature-agent': field },
  });
export const change =
  (part: Partial<Plan>) =>
  (plan: Plan): Plan => ({ ...plan, ...part });
export const field =
  (name: string, write: (value: string) => string | undefined) =>
  (plan: Plan): Plan => {
    const { [name]: value = '', ...others } = plan.fields;
    const written = write(value);
    return { ...plan, fields: written === undefined ? others : { ...others, [name]: written } };
  };

/** From `PLAN` where nothing else stands last. */
export type MutantRow = readonly [
  name: string,
  reason: Mutant['reason'],
  when: 'signed' | 'sent',
  change: (plan: Plan) => Plan,
  from?: Plan,
];
