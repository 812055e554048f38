/**
 * JSON Schema of one entry of each kind of condition.
 *
 * Owns no bound and no pattern: all are the decoders' own, so that the two cannot drift. A schema
 * may take more than its decoder (a CIDR, a regular expression), never less.
 */
import { MAX_NEEDLE } from '../conditions/agent-condition.ts';
import { MAX_ASN } from '../conditions/asn-condition.ts';
import { BOT_NAME } from '../conditions/bot-conditions.ts';
import { CONTINENTS } from '../conditions/continent-condition.ts';
import { COUNTRY } from '../conditions/country-condition.ts';
import { FIELD_NAME, MAX_TEXT, TEXT_TESTS } from '../conditions/header-condition.ts';
import { HOST, MAX_HOST } from '../conditions/host-condition.ts';
import { METHOD } from '../conditions/method-condition.ts';
import { MAX_PATTERN } from '../conditions/path-condition.ts';
import { PROTOCOL } from '../conditions/protocol-condition.ts';
import { MAX_PARAMETER } from '../conditions/query-condition.ts';
import { TAG } from '../conditions/tag-condition.ts';
import { TLS_FACTS, TLS_VALUE } from '../conditions/tls-condition.ts';
import type { ConditionName } from '../rule.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Schemas know no flags: letters of a pattern that ignores case are written in both cases. */
export function patternOf({ source, ignoreCase }: RegExp): string {
  return ignoreCase ? source.replaceAll('a-z', 'a-zA-Z') : source;
}

function text(pattern: RegExp): JsonSchema {
  return { type: 'string', pattern: patternOf(pattern) };
}

function header(): JsonSchema {
  const tests = Object.fromEntries(
    TEXT_TESTS.map((test) => [test, { type: 'string', maxLength: MAX_TEXT }]),
  );
  return {
    anyOf: [
      text(FIELD_NAME),
      {
        type: 'object',
        required: ['name'],
        properties: { name: text(FIELD_NAME), ...tests, present: { type: 'boolean' } },
        additionalProperties: false,
        maxProperties: 2,
      },
    ],
  };
}

const EXPRESSION: JsonSchema = { type: 'string' };
const TLS = new RegExp(`^(?:${TLS_FACTS.join('|')})=${TLS_VALUE.source.slice(1)}`);

export interface EntrySchema {
  readonly description: string;
  readonly entry: JsonSchema;
}

/** By name of the condition; a kind without one is a type error. */
export const ENTRY_SCHEMAS: Readonly<Record<ConditionName, EntrySchema>> = {
  method: {
    description: 'Methods in capitals; GET does not include HEAD.',
    entry: text(METHOD),
  },
  asn: {
    description: 'Autonomous systems of the client.',
    entry: { type: 'integer', minimum: 1, maximum: MAX_ASN },
  },
  country: {
    description: 'Countries as two capitals; T1 is Tor, XX unknown.',
    entry: text(COUNTRY),
  },
  continent: { description: 'Continents as two capitals.', entry: { enum: CONTINENTS } },
  protocol: { description: 'HTTP versions, such as HTTP/2.', entry: text(PROTOCOL) },
  host: {
    description: 'Hosts in lower case; "*." at the start stands for any labels.',
    entry: { ...text(HOST), maxLength: MAX_HOST },
  },
  tag: { description: 'Tags that earlier rules left.', entry: text(TAG) },
  verifiedBot: {
    description: 'Known bots whose identity is proven; "*" for any.',
    entry: text(BOT_NAME),
  },
  claimedBot: {
    description: 'Known bots that the user agent claims to be: anybody’s word.',
    entry: text(BOT_NAME),
  },
  falseBot: {
    description: 'Known bots that the client claims to be and provably is not.',
    entry: text(BOT_NAME),
  },
  tls: { description: 'Facts of the TLS connection: "fact=value".', entry: text(TLS) },
  path: {
    description: 'Paths; "*" stands for any run of characters, "/" included.',
    entry: { type: 'string', maxLength: MAX_PATTERN, pattern: String.raw`^[/*][^?#\\]*$` },
  },
  network: {
    description: 'Networks of the client in CIDR notation.',
    entry: { type: 'string', pattern: String.raw`^[\dA-Fa-f.:]+(?:/\d{1,3})?$` },
  },
  query: {
    description: 'Query parameters: "name", or "name=value".',
    entry: { type: 'string', maxLength: MAX_PARAMETER, pattern: '^[^=]' },
  },
  agent: {
    description: 'Parts of the user agent, in any case.',
    entry: { type: 'string', minLength: 1, maxLength: MAX_NEEDLE },
  },
  header: {
    description: 'Header fields: a name, or a name with one test of its value.',
    entry: header(),
  },
  agentPattern: {
    description: 'Regular expressions (RE2 syntax) found in the user agent.',
    entry: EXPRESSION,
  },
  pathPattern: {
    description: 'Regular expressions (RE2 syntax) found in the path.',
    entry: EXPRESSION,
  },
  expression: { description: 'Expressions in CEL; any of them.', entry: EXPRESSION },
};
