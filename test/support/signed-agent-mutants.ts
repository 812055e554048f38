/**
 * Requests that no verifier may accept, each derived from one that it does accept.
 *
 * Owns the table (SECURITY-BAR D04); half of it is in the file beside this one.
 */
import {
  AGENT_LINE,
  alsoCover,
  appendParameters,
  AUTHORITY_LINE,
  change,
  cover,
  field,
  parameters,
} from './signed-agent-changes.ts';
import type { Mutant, MutantRow } from './signed-agent-changes.ts';
import { MUTANTS_OF_FORM } from './signed-agent-mutants-of-form.ts';
import { AGENT_FIELD, NOW_SECONDS, OTHER_HOST, OTHER_KEY, PLAN } from './signed-requests.ts';

const MANY_COMPONENTS = Array.from({ length: 17 }, (_, n) => [`"x-${n}"`, 'v'] as const);

const ROWS: readonly MutantRow[] = [
  // What is covered.
  ['an empty covered list', 'authority-not-covered', 'signed', cover()],
  ['no @authority', 'authority-not-covered', 'signed', cover(AGENT_LINE)],
  [
    'the host header instead of @authority',
    'authority-not-covered',
    'signed',
    (plan) => ({
      ...plan,
      covered: [['"host"', 'example.com'], AGENT_LINE],
      fields: { ...plan.fields, host: 'example.com' },
    }),
  ],
  [
    'another authority was signed',
    'bad-signature',
    'signed',
    cover(['"@authority"', 'example.org'], AGENT_LINE),
  ],
  [
    'the authority in upper case was signed',
    'bad-signature',
    'signed',
    cover(['"@authority"', 'EXAMPLE.COM'], AGENT_LINE),
  ],
  ['sent to another host', 'bad-signature', 'sent', change({ authority: 'example.org' })],
  ['sent to another port', 'bad-signature', 'sent', change({ authority: 'example.com:8443' })],
  ['signature-agent is not covered', 'agent-not-covered', 'signed', cover(AUTHORITY_LINE)],
  [
    'signature-agent is absent and not covered',
    'agent-absent',
    'signed',
    (plan) => ({ ...cover(AUTHORITY_LINE)(plan), fields: {} }),
  ],
  [
    'signature-agent is taken away',
    'agent-absent',
    'sent',
    field('signature-agent', () => undefined),
  ],
  [
    'signature-agent is swapped',
    'unknown-key',
    'sent',
    field('signature-agent', () => `"https://${OTHER_HOST}"`),
  ],
  [
    'signature-agent is covered twice',
    'components',
    'signed',
    cover(AUTHORITY_LINE, AGENT_LINE, AGENT_LINE),
  ],
  [
    '@authority is covered twice',
    'components',
    'signed',
    cover(AUTHORITY_LINE, AUTHORITY_LINE, AGENT_LINE),
  ],
  [
    'a component in upper case',
    'components',
    'signed',
    cover(AUTHORITY_LINE, ['"Signature-Agent"', AGENT_FIELD]),
  ],
  [
    'a derived component in upper case',
    'components',
    'signed',
    cover(['"@Authority"', 'example.com'], AGENT_LINE),
  ],
  ['an unknown derived component', 'components', 'signed', alsoCover(['"@whatever"', 'x'])],
  ['@status, which is of answers', 'components', 'signed', alsoCover(['"@status"', '200'])],
  ['@query-param', 'components', 'signed', alsoCover(['"@query-param";name="q"', '1'])],
  [
    'the parameter sf',
    'components',
    'signed',
    cover(AUTHORITY_LINE, ['"signature-agent";sf', AGENT_FIELD]),
  ],
  [
    'the parameter bs',
    'components',
    'signed',
    cover(AUTHORITY_LINE, ['"signature-agent";bs', ':IngiOg==:']),
  ],
  [
    'the parameter tr',
    'components',
    'signed',
    cover(AUTHORITY_LINE, ['"signature-agent";tr', AGENT_FIELD]),
  ],
  [
    'the parameter req',
    'components',
    'signed',
    cover(['"@authority";req', 'example.com'], AGENT_LINE),
  ],
  [
    'the parameter key of another field',
    'components',
    'signed',
    alsoCover(['"x-trace";key="a"', 'b']),
    PLAN,
  ],
  [
    'a component that is a token',
    'components',
    'signed',
    cover(['host', 'example.com'], AGENT_LINE),
  ],
  ['17 components', 'malformed', 'signed', alsoCover(...MANY_COMPONENTS)],
  ['a covered field that is absent', 'malformed', 'signed', alsoCover(['"x-absent"', ''])],
  [
    'the components in another order',
    'bad-signature',
    'sent',
    field('signature-input', (text) =>
      text.replace('("@authority" "signature-agent")', '("signature-agent" "@authority")'),
    ),
  ],
  // When, and by which key.
  [
    'expired',
    'expired',
    'signed',
    parameters({ created: String(NOW_SECONDS - 60), expires: String(NOW_SECONDS) }),
  ],
  [
    'expired long ago',
    'expired',
    'signed',
    parameters({ created: '1735689600', expires: '1735689700' }),
  ],
  [
    'created 31 seconds ahead',
    'not-yet-valid',
    'signed',
    parameters({ created: String(NOW_SECONDS + 31) }),
  ],
  ['no created', 'parameters', 'signed', parameters({ created: undefined })],
  ['no expires', 'parameters', 'signed', parameters({ expires: undefined })],
  [
    'a lifetime of 301 seconds',
    'lifetime',
    'signed',
    parameters({ created: String(NOW_SECONDS - 10), expires: String(NOW_SECONDS + 291) }),
  ],
  [
    'expires before created',
    'lifetime',
    'signed',
    parameters({ created: String(NOW_SECONDS + 20), expires: String(NOW_SECONDS + 10) }),
  ],
  [
    'expires with created',
    'lifetime',
    'signed',
    parameters({ created: String(NOW_SECONDS + 10), expires: String(NOW_SECONDS + 10) }),
  ],
  ['a negative created', 'lifetime', 'signed', parameters({ created: '-999999999999999' })],
  ['created as a string', 'parameters', 'signed', parameters({ created: `"${NOW_SECONDS}"` })],
  ['created as a decimal', 'malformed', 'signed', parameters({ created: `${NOW_SECONDS - 10}.0` })],
  ['expires of 16 digits', 'malformed', 'signed', parameters({ expires: '9999999999999999' })],
  ['another tag', 'none', 'signed', parameters({ tag: '"web-bot-auth2"' })],
  ['the tag in another case', 'none', 'signed', parameters({ tag: '"Web-Bot-Auth"' })],
  ['the tag as a token', 'none', 'signed', parameters({ tag: 'web-bot-auth' })],
  ['no tag', 'none', 'signed', parameters({ tag: undefined })],
  ['alg hmac-sha256', 'algorithm', 'signed', parameters({ alg: '"hmac-sha256"' })],
  ['alg rsa-pss-sha512', 'algorithm', 'signed', parameters({ alg: '"rsa-pss-sha512"' })],
  ['alg none', 'algorithm', 'signed', parameters({ alg: '"none"' })],
  ['alg as a token', 'algorithm', 'signed', parameters({ alg: 'ed25519' })],
  ['no keyid', 'parameters', 'signed', parameters({ keyid: undefined })],
  [
    'a keyid that is no thumbprint',
    'parameters',
    'signed',
    parameters({ keyid: '"test-key-ed25519"' }),
  ],
  [
    'a keyid with padding',
    'parameters',
    'signed',
    parameters({ keyid: `"${PLAN.key.thumbprint}="` }),
  ],
  ['a thumbprint of no key', 'unknown-key', 'signed', parameters({ keyid: `"${'A'.repeat(43)}"` })],
  [
    'the key of another agent',
    'unknown-key',
    'signed',
    (plan) => ({ ...parameters({ keyid: `"${OTHER_KEY.thumbprint}"` })(plan), key: OTHER_KEY }),
  ],
  ['our keyid, signed with another key', 'bad-signature', 'signed', change({ key: OTHER_KEY })],
  [
    'a nonce of 257 characters',
    'parameters',
    'signed',
    parameters({ nonce: `"${'n'.repeat(257)}"` }),
  ],
  ['an unknown parameter', 'parameters', 'signed', appendParameters(';extra=1')],
  ['a parameter twice', 'malformed', 'signed', appendParameters(`;created=${NOW_SECONDS - 10}`)],
  ['a parameter in upper case', 'malformed', 'signed', appendParameters(';Extra=1')],
  ['13 parameters', 'malformed', 'signed', appendParameters(';a;b;c;d;e;f;g')],
];

export const MUTANTS: readonly Mutant[] = [...ROWS, ...MUTANTS_OF_FORM].map(
  ([name, reason, when, apply, from = PLAN]) => ({ name, reason, from, [when]: apply }),
);
