/**
 * The policies that are measured, as `policy push` publishes them.
 *
 * Owns the documents: none, a preset, the default policy of Anubis, and generated ones of any size.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { importAnubis } from '../../../src/core/policy/anubis/import-anubis.ts';
import { packDocument } from '../../../src/core/policy/document/pack-document.ts';
import { formatStoredPolicy } from '../../../src/core/policy/document/stored-policy.ts';
import { folderFiles } from '../../../src/cli/anubis-files.ts';
import { createRandom, type Random } from './random.ts';

export interface PublishedPolicy {
  /** As published: long lists of networks packed. */
  readonly packed: string;
  /** The same document as it was written. */
  readonly plain: string;
}

type Document = Readonly<Record<string, unknown>>;

const TIME = '2026-11-01T00:00:00Z';
const DIGEST_LENGTH = 16;

export function publish(document: Document): PublishedPolicy {
  const text = JSON.stringify(document);
  const digest = createHash('sha256').update(text).digest('base64url').slice(0, DIGEST_LENGTH);
  const names = { version: `${TIME}-${digest}`, digest };
  return {
    packed: formatStoredPolicy(packDocument(document), names),
    plain: formatStoredPolicy(document, names),
  };
}

/** Nothing but the built-in allows and the default charge. */
export const NO_POLICY: Document = { schema: 1 };
/** What a first deploy has before anything is published. */
export const MONITOR: Document = { schema: 1, preset: 'monitor' };
export const BALANCED: Document = { schema: 1, preset: 'balanced' };

const ENTRY = 'botPolicies.yaml';
/** Beside the project, or where `EDGETOLL_CORPORA` says; `test/support/corpora.ts` looks there too. */
const CORPORA = process.env['EDGETOLL_CORPORA'] ?? '../shared/corpora';

export interface ImportedPolicy {
  readonly document: Document;
  readonly rules: number;
  readonly networks: number;
}

/**
 * The default policy of Anubis. Throws a sentence that says what is missing.
 * @param folder its `data`; `undefined`: that of the corpora
 */
export function importDefaultPolicy(folder: string | undefined): ImportedPolicy {
  const data = resolve(folder ?? `${CORPORA}/anubis/data`);
  if (!existsSync(resolve(data, ENTRY))) {
    throw new Error(
      `${ENTRY} of Anubis is not in ${data}: name its data folder with --anubis, or the corpora in EDGETOLL_CORPORA`,
    );
  }
  const imported = importAnubis(ENTRY, folderFiles(data, data), { geo: false });
  if (!imported.ok) {
    const [first] = imported.problems;
    throw new Error(`${ENTRY} is not imported: ${JSON.stringify(first)}`);
  }
  const { rules, networks } = imported.counts;
  return { document: imported.document, rules, networks };
}

const SEED = 7919;

function wordOf(random: Random): string {
  return Array.from({ length: 8 }, () => String.fromCharCode(97 + random.below(26))).join('');
}

function networkOf(random: Random): string {
  const octet = (): number => random.below(256);
  if (random.below(10) === 0) {
    return `2001:${random.below(65_536).toString(16)}:${random.below(65_536).toString(16)}::/48`;
  }
  const host = 16 + random.below(200);
  const bits = random.pick([24, 24, 27, 32]);
  const last = octet() & (256 - 2 ** (32 - bits));
  return `${host}.${octet()}.${octet()}.${last}/${bits}`;
}

/** Kinds of rule in turn; none applies to an ordinary request, so that each of them is asked. */
const RULE_KINDS: readonly ((random: Random) => Document)[] = [
  (random) => ({ action: 'deny', agentPattern: [`${wordOf(random)}(?:Bot|/\\d+)`] }),
  (random) => ({ action: 'weigh', points: 5, agent: [wordOf(random), wordOf(random)] }),
  (random) => ({ action: 'charge', tier: 1, path: [`/${wordOf(random)}/*`] }),
  (random) => ({ action: 'weigh', points: 5, expression: `"X-${wordOf(random)}" in headers` }),
  (random) => ({
    action: 'allow',
    network: Array.from({ length: 8 }, () => networkOf(random)),
    agentPattern: [`${wordOf(random)}-crawler`],
  }),
  (random) => ({ action: 'weigh', points: 5, header: [{ name: `X-${wordOf(random)}` }] }),
  (random) => ({ action: 'deny', pathPattern: [`^/${wordOf(random)}/.*\\.php$`] }),
  (random) => ({
    action: 'weigh',
    points: 5,
    expression: `userAgent.contains("${wordOf(random)}") && method == "GET"`,
  }),
];

/** A policy of so many rules. The same for the same count. */
export function generateRules(count: number): Document {
  const random = createRandom(SEED);
  const rules = Array.from({ length: count }, (_, index) => {
    const make = RULE_KINDS[index % RULE_KINDS.length];
    return { name: `rule-${index}`, ...make?.(random) };
  });
  return { schema: 1, rules };
}

/** A policy of one rule on so many distinct networks, a tenth of them of IPv6. */
export function generateNetworks(count: number): Document {
  const random = createRandom(SEED);
  const networks = new Set<string>();
  while (networks.size < count) networks.add(networkOf(random));
  return { schema: 1, rules: [{ name: 'networks', action: 'deny', network: [...networks] }] };
}
