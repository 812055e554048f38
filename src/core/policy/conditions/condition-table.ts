/**
 * All kinds of condition, cheapest first: rules test them in this order.
 *
 * Owns the table; a further kind is one row and one file.
 */
import type { ConditionEntries, ConditionName } from '../rule.ts';
import { agentCondition } from './agent-condition.ts';
import { agentPatternCondition, pathPatternCondition } from './pattern-conditions.ts';
import { asnCondition } from './asn-condition.ts';
import { claimedBotCondition, falseBotCondition, verifiedBotCondition } from './bot-conditions.ts';
import type { ConditionKind } from './condition-kind.ts';
import { continentCondition } from './continent-condition.ts';
import { countryCondition } from './country-condition.ts';
import { expressionCondition } from './expression-condition.ts';
import { headerCondition } from './header-condition.ts';
import { hostCondition } from './host-condition.ts';
import { methodCondition } from './method-condition.ts';
import { networkCondition } from './network-condition.ts';
import { pathCondition } from './path-condition.ts';
import { protocolCondition } from './protocol-condition.ts';
import { queryCondition } from './query-condition.ts';
import { tagCondition } from './tag-condition.ts';
import { tlsCondition } from './tls-condition.ts';

export type ConditionTable = {
  readonly [Name in ConditionName]: ConditionKind<ConditionEntries[Name]>;
};

export const CONDITIONS: ConditionTable = {
  method: methodCondition,
  asn: asnCondition,
  country: countryCondition,
  continent: continentCondition,
  protocol: protocolCondition,
  host: hostCondition,
  tag: tagCondition,
  verifiedBot: verifiedBotCondition,
  claimedBot: claimedBotCondition,
  falseBot: falseBotCondition,
  tls: tlsCondition,
  path: pathCondition,
  network: networkCondition,
  query: queryCondition,
  agent: agentCondition,
  header: headerCondition,
  agentPattern: agentPatternCondition,
  pathPattern: pathPatternCondition,
  expression: expressionCondition,
};

function isConditionName(name: string): name is ConditionName {
  return Object.hasOwn(CONDITIONS, name);
}

export const CONDITION_NAMES: readonly ConditionName[] =
  Object.keys(CONDITIONS).filter(isConditionName);
