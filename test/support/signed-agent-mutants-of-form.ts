/**
 * Mutants by agent, spelling and the request that is signed. Owns that half of the table.
 */
import {
  agent,
  AUTHORITY_LINE,
  change,
  cover,
  field,
  PLAN_V2,
  PLAN_WIDE,
} from './signed-agent-changes.ts';
import type { MutantRow } from './signed-agent-changes.ts';
import { AGENT_FIELD, AGENT_HOST } from './signed-requests.ts';

/** The next letter of the base64 alphabet whose low four bits are not zero. */
function nextLetter(letter: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  return alphabet.charAt(alphabet.indexOf(letter) + 1);
}

export const MUTANTS_OF_FORM: readonly MutantRow[] = [
  // Who.
  ['an agent that is not listed', 'agent-not-listed', 'signed', agent('"https://stranger.test"')],
  [
    'a subdomain of a listed agent',
    'agent-not-listed',
    'signed',
    agent(`"https://a.${AGENT_HOST}"`),
  ],
  ['an agent over http', 'agent-malformed', 'signed', agent(`"http://${AGENT_HOST}"`)],
  ['an agent with a path', 'agent-malformed', 'signed', agent(`"https://${AGENT_HOST}/x"`)],
  ['an agent with a slash', 'agent-malformed', 'signed', agent(`"https://${AGENT_HOST}/"`)],
  ['an agent with a query', 'agent-malformed', 'signed', agent(`"https://${AGENT_HOST}?x"`)],
  ['an agent with a fragment', 'agent-malformed', 'signed', agent(`"https://${AGENT_HOST}#x"`)],
  ['an agent with a user', 'agent-malformed', 'signed', agent(`"https://user@${AGENT_HOST}"`)],
  [
    'an agent as a user of another host',
    'agent-malformed',
    'signed',
    agent(`"https://${AGENT_HOST}@stranger.test"`),
  ],
  ['an agent with a port', 'agent-malformed', 'signed', agent(`"https://${AGENT_HOST}:443"`)],
  [
    'an agent in upper case',
    'agent-malformed',
    'signed',
    agent(`"https://${AGENT_HOST.toUpperCase()}"`),
  ],
  ['an agent with a trailing dot', 'agent-malformed', 'signed', agent(`"https://${AGENT_HOST}."`)],
  ['an agent that is an address', 'agent-malformed', 'signed', agent('"https://169.254.169.254"')],
  [
    'an agent that is a name without a dot',
    'agent-malformed',
    'signed',
    agent('"https://localhost"'),
  ],
  [
    'an agent with a line break in its text',
    'agent-malformed',
    'sent',
    field('signature-agent', () => `"https://${AGENT_HOST}\n"`),
  ],
  [
    'an agent that is inline data',
    'agent-malformed',
    'signed',
    agent('"data:application/json,{}"'),
  ],
  ['an agent that is a token', 'agent-malformed', 'signed', agent(AGENT_HOST)],
  ['an agent with a parameter', 'agent-malformed', 'signed', agent(`${AGENT_FIELD};a=1`)],
  [
    'signature-agent sent twice',
    'agent-malformed',
    'sent',
    field('signature-agent', (text) => `${text}, "https://stranger.test"`),
  ],
  [
    'the same signature-agent sent twice',
    'agent-malformed',
    'sent',
    field('signature-agent', (text) => `${text}, ${text}`),
  ],
  ['a dictionary covered as a whole', 'agent-malformed', 'signed', agent(`agent2=${AGENT_FIELD}`)],
  [
    'the key of a member that is not there',
    'agent-malformed',
    'signed',
    cover(AUTHORITY_LINE, ['"signature-agent";key="agent3"', AGENT_FIELD]),
    PLAN_V2,
  ],
  [
    'a member that stands there twice',
    'agent-malformed',
    'sent',
    field('signature-agent', (text) => `agent2="https://stranger.test", ${text}`),
    PLAN_V2,
  ],
  [
    'another member than the one that was signed',
    'bad-signature',
    'sent',
    (plan) =>
      field('signature-input', (text) => text.replace('key="agent2"', 'key="agent1"'))(
        field('signature-agent', (text) => `agent1=${AGENT_FIELD}, ${text}`)(plan),
      ),
    PLAN_V2,
  ],
  [
    'two members covered',
    'agent-not-covered',
    'signed',
    (plan) => ({
      ...plan,
      covered: [...plan.covered, ['"signature-agent";key="b"', AGENT_FIELD]],
      fields: { 'signature-agent': `agent2=${AGENT_FIELD}, b=${AGENT_FIELD}` },
    }),
    PLAN_V2,
  ],
  [
    'a member that is an inner list',
    'agent-malformed',
    'sent',
    field('signature-agent', () => `agent2=(${AGENT_FIELD})`),
    PLAN_V2,
  ],
  // How it is written.
  [
    'the label twice in signature-input',
    'malformed',
    'sent',
    field('signature-input', (text) => `${text}, ${text}`),
  ],
  [
    'the label twice in signature',
    'malformed',
    'sent',
    field('signature', (text) => `${text}, ${text}`),
  ],
  [
    'two signatures with the tag',
    'several-signatures',
    'sent',
    (plan) =>
      field(
        'signature-input',
        (text) => `${text}, ${text.replace('sig1', 'sig2')}`,
      )(field('signature', (text) => `${text}, ${text.replace('sig1', 'sig2')}`)(plan)),
  ],
  [
    'text after signature-input',
    'malformed',
    'sent',
    field('signature-input', (text) => `${text} x`),
  ],
  [
    'a comma after signature-input',
    'malformed',
    'sent',
    field('signature-input', (text) => `${text},`),
  ],
  ['text after signature', 'malformed', 'sent', field('signature', (text) => `${text}x`)],
  [
    'signature-input is an item',
    'malformed',
    'sent',
    field('signature-input', () => 'sig1="@authority";tag="web-bot-auth"'),
  ],
  ['signature-input is empty', 'malformed', 'sent', field('signature-input', () => '')],
  ['no signature', 'malformed', 'sent', field('signature', () => undefined)],
  [
    'the signature under another label',
    'malformed',
    'sent',
    field('signature', (text) => text.replace('sig1', 'sig2')),
  ],
  [
    'a signature that is a string',
    'malformed',
    'sent',
    field('signature', (text) => text.replaceAll(':', '"')),
  ],
  [
    'a signature without padding',
    'malformed',
    'sent',
    field('signature', (text) => text.replace('==:', ':')),
  ],
  [
    'a signature with other unused bits',
    'malformed',
    'sent',
    field('signature', (text) =>
      text.replace(/.(?===:$)/, (last) => (last === 'A' ? 'B' : nextLetter(last))),
    ),
  ],
  [
    'a signature in base64url',
    'malformed',
    'sent',
    field('signature', (text) => `${text.slice(0, 8)}_-${text.slice(10)}`),
  ],
  [
    'a signature of 63 bytes',
    'malformed',
    'sent',
    field('signature', () => `sig1=:${btoa('s'.repeat(63))}:`),
  ],
  [
    'a signature of 65 bytes',
    'malformed',
    'sent',
    field('signature', () => `sig1=:${btoa('s'.repeat(65))}:`),
  ],
  [
    'a signature of zeros',
    'bad-signature',
    'sent',
    field('signature', () => `sig1=:${btoa('\0'.repeat(64))}:`),
  ],
  ['a signature with a parameter', 'malformed', 'sent', field('signature', (text) => `${text};a`)],
  [
    'one character of the signature changed',
    'bad-signature',
    'sent',
    field('signature', (text) =>
      text.replace(/:(.)/, (_, first: string) => `:${first === 'A' ? 'B' : 'A'}`),
    ),
  ],
  [
    'signature-input longer than 8,192 characters',
    'malformed',
    'sent',
    field('signature-input', (text) => `${text}, a="${'x'.repeat(8192)}"`),
  ],
  [
    'signature longer than 8,192 characters',
    'malformed',
    'sent',
    field('signature', (text) => `${text}, a="${'x'.repeat(8192)}"`),
  ],
  [
    'nine labels',
    'malformed',
    'sent',
    field(
      'signature-input',
      (text) => `${text}${Array.from({ length: 8 }, (_, n) => `, s${n}=()`).join('')}`,
    ),
  ],
  [
    'tabs between components',
    'malformed',
    'sent',
    field('signature-input', (text) => text.replace('" "', '"\t"')),
  ],
  [
    'no space between components',
    'malformed',
    'sent',
    field('signature-input', (text) => text.replace('" "', '""')),
  ],
  // The request itself, where it is covered.
  ['another method', 'bad-signature', 'sent', change({ method: 'POST' }), PLAN_WIDE],
  ['the method in lower case', 'bad-signature', 'sent', change({ method: 'get' }), PLAN_WIDE],
  ['another path', 'bad-signature', 'sent', change({ path: '/admin' }), PLAN_WIDE],
  ['another query', 'bad-signature', 'sent', change({ query: '?q=2' }), PLAN_WIDE],
  ['no query', 'bad-signature', 'sent', change({ query: '' }), PLAN_WIDE],
  ['another scheme', 'bad-signature', 'sent', change({ scheme: 'http' }), PLAN_WIDE],
  ['another field value', 'bad-signature', 'sent', field('x-trace', () => 'a, c'), PLAN_WIDE],
  [
    'a field sent once more',
    'bad-signature',
    'sent',
    field('x-trace', (text) => `${text}, b`),
    PLAN_WIDE,
  ],
  ['a folded field', 'malformed', 'sent', field('x-trace', () => 'a,\r\n b'), PLAN_WIDE],
  [
    'a field that writes a line of its own',
    'malformed',
    'sent',
    field('x-trace', () => 'a, b\n"@method": GET'),
    PLAN_WIDE,
  ],
  ['a field outside ASCII', 'malformed', 'sent', field('x-trace', () => 'ä, b'), PLAN_WIDE],
  [
    'a field longer than 8,192 characters',
    'malformed',
    'sent',
    field('x-trace', () => 'a'.repeat(8193)),
    PLAN_WIDE,
  ],
  ['a field taken away', 'malformed', 'sent', field('x-empty', () => undefined), PLAN_WIDE],
];
