/**
 * The policy document as JSON Schema (draft 2020-12), for editors.
 *
 * Owns the translation of the decoder's tables: conditions, keys of actions, ranges, names. What
 * a schema cannot say (an allow that rests on headers, a duplicate name) `check` says.
 */
import { CONDITION_NAMES, CONDITIONS } from '../conditions/condition-table.ts';
import { TAG } from '../conditions/tag-condition.ts';
import {
  ACTION_KEYS,
  CHARGE_NUMBERS,
  DENY_STATUS,
  isActionKind,
  MAX_POINTS,
  MAX_TAGS,
  NUMBER_KEYS,
  PRICE_KEYS,
  type ActionKind,
  type WholeNumber,
} from '../decode-action.ts';
import { COMBINATION_NAMES, MAX_ALTERNATIVES, MAX_USES } from '../decode-conditions.ts';
import {
  MAX_RULES,
  MODES,
  ON_ERROR,
  ON_FAILURE,
  RESERVED_NAMES,
  RULE_NAME,
} from '../decode-rules.ts';
import type { ConditionName } from '../rule.ts';
import { ENTRY_SCHEMAS, patternOf, type JsonSchema } from './json-schema-entries.ts';
import {
  DEFINED_NAME,
  type DOCUMENT_KEYS,
  MAX_NAMED,
  MAX_PRICES,
  MAX_SUM,
  MAX_THRESHOLDS,
  PRESET_NAMES,
  SCHEMA,
} from './policy-document.ts';

type Properties = Readonly<Record<string, unknown>>;

function integer({ min, max }: WholeNumber): JsonSchema {
  return { type: 'integer', minimum: min, maximum: max };
}

function listOf(items: JsonSchema, maxItems: number): JsonSchema {
  return { type: 'array', minItems: 1, maxItems, items };
}

function reference(name: string): JsonSchema {
  return { $ref: `#/$defs/${name}` };
}

function condition(name: ConditionName): JsonSchema {
  const { description, entry } = ENTRY_SCHEMAS[name];
  const { maxEntries, takesScalar } = CONDITIONS[name];
  const list = listOf(entry, maxEntries);
  if (takesScalar !== true) return { description, ...list };
  return { description, anyOf: [entry, list] };
}

const CONDITION_PROPERTIES: Properties = Object.fromEntries(
  [...CONDITION_NAMES, ...COMBINATION_NAMES].map((name) => [name, reference(name)]),
);

const TABLES = listOf(reference('conditions'), MAX_ALTERNATIVES);
const DEFINED: JsonSchema = { type: 'string', pattern: patternOf(DEFINED_NAME) };
const COMBINATIONS: Properties = {
  all: { description: 'Tables of conditions, all of which have to hold.', ...TABLES },
  any: { description: 'Tables of conditions, any of which has to hold.', ...TABLES },
  not: { description: 'A table of conditions that must not hold.', ...reference('conditions') },
  use: {
    description: 'Names of conditions that are defined under "conditions"; any of them.',
    anyOf: [DEFINED, listOf(DEFINED, MAX_USES)],
  },
};

const CHARGE_PROPERTIES: Properties = {
  ...Object.fromEntries(NUMBER_KEYS.map((key) => [key, integer(CHARGE_NUMBERS[key])])),
  remember: { type: 'boolean' },
  puzzle: { enum: ['work', 'patience'] },
};

const TAG_NAME: JsonSchema = { type: 'string', pattern: patternOf(TAG) };
const ACTION_PROPERTIES: Properties = {
  ...CHARGE_PROPERTIES,
  price: { description: 'A price class that is defined under "prices".', type: 'string' },
  onFailure: { description: 'Where the gate itself fails.', enum: ON_FAILURE },
  limited: {
    description: 'Stays below the ceiling of the client’s network.',
    type: 'boolean',
  },
  spoofable: {
    description: 'Says that anybody can send what this asks for, and that it is meant.',
    type: 'boolean',
  },
  status: integer(DENY_STATUS),
  points: integer({ min: -MAX_POINTS, max: MAX_POINTS }),
  tags: { anyOf: [TAG_NAME, listOf(TAG_NAME, MAX_TAGS)] },
};

const ACTIONS: readonly ActionKind[] = Object.keys(ACTION_KEYS).filter(isActionKind);
const TERMINAL_ACTIONS: readonly ActionKind[] = ['allow', 'deny', 'charge'];
const REQUIRED: Readonly<Partial<Record<ActionKind, readonly string[]>>> = {
  weigh: ['points'],
  tag: ['tags'],
};

/** Which keys go with which action; the others are refused. */
function keysOf(kinds: readonly ActionKind[], required: typeof REQUIRED): readonly JsonSchema[] {
  const all = new Set(kinds.flatMap((kind) => ACTION_KEYS[kind]));
  return kinds.map((kind) => {
    const foreign = [...all].filter((key) => !ACTION_KEYS[kind].includes(key));
    return {
      if: { required: ['action'], properties: { action: { const: kind } } },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: {
        properties: Object.fromEntries(foreign.map((key) => [key, false])),
        required: required[kind] ?? [],
      },
    };
  });
}

const NAME: JsonSchema = {
  type: 'string',
  pattern: patternOf(RULE_NAME),
  not: { enum: [...RESERVED_NAMES] },
};

function rule(): JsonSchema {
  return {
    type: 'object',
    required: ['name', 'action'],
    properties: {
      name: NAME,
      action: { enum: ACTIONS },
      mode: { description: 'dry-run: only reports.', enum: MODES },
      onError: { description: 'Where a condition cannot be evaluated.', enum: ON_ERROR },
      ...ACTION_PROPERTIES,
      ...CONDITION_PROPERTIES,
    },
    additionalProperties: false,
    allOf: keysOf(ACTIONS, REQUIRED),
  };
}

/** An action where no rule decided: an allow has to say that it is meant. */
function outcome(more: Properties, required: readonly string[]): JsonSchema {
  const keys = new Set(TERMINAL_ACTIONS.flatMap((kind) => ACTION_KEYS[kind]));
  const properties = Object.entries(ACTION_PROPERTIES).filter(([key]) => keys.has(key));
  return {
    type: 'object',
    required: [...required, 'action'],
    properties: { ...more, action: { enum: TERMINAL_ACTIONS }, ...Object.fromEntries(properties) },
    additionalProperties: false,
    allOf: keysOf(TERMINAL_ACTIONS, { allow: ['spoofable'] }),
  };
}

function definedBy(value: JsonSchema, maxProperties: number): JsonSchema {
  return { type: 'object', maxProperties, propertyNames: DEFINED, additionalProperties: value };
}

const SUM = integer({ min: -MAX_SUM, max: MAX_SUM });

const DOCUMENT: Readonly<Record<(typeof DOCUMENT_KEYS)[number], JsonSchema>> = {
  schema: { const: SCHEMA },
  preset: {
    description: 'Its rules come after yours; monitor reports and touches nothing.',
    enum: PRESET_NAMES,
  },
  mode: { description: 'dry-run: the whole policy only reports.', enum: MODES },
  conditions: {
    description: 'Named conditions, for "use"; a later one may use an earlier one.',
    ...definedBy(reference('conditions'), MAX_NAMED),
  },
  prices: {
    description: 'Price classes, for "price".',
    ...definedBy(reference('price'), MAX_PRICES),
  },
  rules: {
    description: 'Asked in order; the first allow, deny or charge that applies decides.',
    type: 'array',
    maxItems: MAX_RULES,
    items: reference('rule'),
  },
  thresholds: {
    description: 'Asked in order by the sum of points when no rule decided.',
    ...listOf(outcome({ name: NAME, from: SUM, below: SUM }, ['name']), MAX_THRESHOLDS),
  },
  default: {
    description: 'When neither a rule nor a threshold decided.',
    ...outcome({}, []),
  },
};

/** The schema; plain JSON, the same each time. */
export function policySchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Edgetoll policy',
    type: 'object',
    required: ['schema'],
    properties: DOCUMENT,
    additionalProperties: false,
    $defs: {
      ...Object.fromEntries(CONDITION_NAMES.map((name) => [name, condition(name)])),
      ...COMBINATIONS,
      conditions: {
        type: 'object',
        minProperties: 1,
        properties: CONDITION_PROPERTIES,
        additionalProperties: false,
      },
      price: {
        type: 'object',
        properties: Object.fromEntries(PRICE_KEYS.map((key) => [key, CHARGE_PROPERTIES[key]])),
        additionalProperties: false,
      },
      rule: rule(),
    },
  };
}
