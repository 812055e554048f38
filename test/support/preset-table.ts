/**
 * Requests as a preset judges them: from a line of the table, or from a bot's published network.
 *
 * Owns the reading of `test/vectors/preset-decisions.txt` and what stands for "an ordinary
 * household"; the judgement is the gate's own code, with the identity of the snapshot.
 */
import { readFileSync } from 'node:fs';
import { createBotIdentifier } from '../../src/core/bots/identify-bot.ts';
import { readSnapshot } from '../../src/core/bots/bot-lists.ts';
import { KNOWN_BOTS } from '../../src/core/bots/known-bots.ts';
import { unpackNetworks } from '../../src/core/bots/pack-networks.ts';
import { formatAddress } from '../../src/core/client/address.ts';
import { createClientView } from '../../src/core/client/client-view.ts';
import { lastBytes } from '../../src/core/client/network.ts';
import type { Policy } from '../../src/core/policy/compile-policy.ts';
import type { Decision } from '../../src/core/policy/decision.ts';
import { compileDocument } from '../../src/core/policy/document/complete-document.ts';
import { decodeDocument } from '../../src/core/policy/document/policy-document.ts';
import type { PresetName } from '../../src/core/policy/document/policy-document.ts';
import { judgeRequest } from '../../src/core/policy/evaluate-policy.ts';
import { readPath } from '../../src/core/policy/path-views.ts';
import type { BotIdentity } from '../../src/core/policy/request-view.ts';

export const TERMS = {
  tier: 0,
  minSolutions: 32,
  maxSolutions: 256,
  attemptsPerSolution: 16_384,
  requestPrice: 4369,
  ttlSeconds: 3600,
  remember: false,
};

export function compilePreset(preset: PresetName): Policy {
  const decoded = decodeDocument({ schema: 1, preset });
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problems));
  const base = { terms: TERMS, caseInsensitivePaths: false, allowedPaths: [] };
  return compileDocument(decoded.document, base);
}

export interface Place {
  readonly ip: string | undefined;
  readonly asn: number | undefined;
}

export const HOME: Place = { ip: '88.64.1.2', asn: 3320 };
const PLACES: Readonly<Record<string, Place>> = {
  home: HOME,
  nowhere: { ip: undefined, asn: undefined },
  cloud: { ip: '5.9.10.11', asn: 24_940 },
  meta: { ip: '173.252.87.1', asn: 32_934 },
  x: { ip: '199.16.156.1', asn: 13_414 },
  linkedin: { ip: '108.174.2.200', asn: 14_413 },
  telegram: { ip: '149.154.161.1', asn: 62_041 },
};

export interface Asked {
  readonly method: string;
  /** Path and query, as a client writes them. */
  readonly target: string;
  readonly agent: string;
  readonly place: Place;
  readonly headers: ReadonlyMap<string, string>;
}

const identifier = createBotIdentifier(readSnapshot());

/** The decision; `undefined` for a path that no rule sees. */
export function decide(policy: Policy, asked: Asked): Decision | undefined {
  const { pathname, search } = new URL(asked.target, 'https://site.test');
  const reading = readPath(pathname);
  if (!reading.ok) return undefined;
  const client = createClientView({
    connectingIp: asked.place.ip,
    userAgent: asked.agent,
    asn: asked.place.asn,
    country: 'DE',
  });
  const found = identifier.identifyByAddress(client, client.agentForRules.toLowerCase());
  const unproven = found.isFalse === true ? found.claimed : [];
  const identity: BotIdentity = {
    claimed: found.claimed,
    verified: found.verified,
    unproven: found.isFalse === undefined ? undefined : unproven,
  };
  return judgeRequest(policy, {
    views: reading.views,
    method: asked.method,
    hasQuery: search !== '',
    client,
    request: { host: 'site.test', search, header: (name) => asked.headers.get(name.toLowerCase()) },
    identity,
  }).decision;
}

/** First and last address of each network of the lists that prove a bot. */
export function edgesOf(name: string): readonly string[] {
  const proofs = KNOWN_BOTS.find((bot) => bot.name === name)?.proofs ?? [];
  const lists = readSnapshot();
  return proofs.flatMap((proof) => {
    const packed = proof.by === 'list' ? lists.get(proof.list)?.packed : undefined;
    return (unpackNetworks(packed ?? '') ?? []).flatMap((network) => [
      formatAddress(network),
      formatAddress({ version: network.version, bytes: lastBytes(network) }),
    ]);
  });
}

export interface Row extends Asked {
  readonly line: number;
  readonly preset: string;
  /** `kind rule` as the table writes it. */
  readonly expected: string;
  readonly text: string;
}

function placeOf(name: string): Place {
  const [ip] = edgesOf(name);
  const place = PLACES[name] ?? (ip === undefined ? undefined : { ip, asn: HOME.asn });
  if (place === undefined) throw new Error(`no such place: ${name}`);
  return place;
}

function readHeaders(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(' ; ').map((field): [string, string] => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
    }),
  );
}

/** Reads the table; a name that it does not define is a mistake. */
class TableReader {
  readonly rows: Row[] = [];
  readonly #agents = new Map<string, string>();
  readonly #headers = new Map<string, ReadonlyMap<string, string>>();
  #preset = '';
  #expected = '';

  read(line: number, text: string): void {
    const definition = /^(agent|headers) (\S+) =\s*(.*)$/.exec(text);
    const group = /^== (\S+) (\S+ \S+)$/.exec(text);
    if (definition !== null) {
      const [, kind, name = '', value = ''] = definition;
      if (kind === 'agent') this.#agents.set(name, value);
      else this.#headers.set(name, readHeaders(value));
    } else if (group !== null) {
      [, this.#preset = '', this.#expected = ''] = group;
    } else if (text !== '' && !text.startsWith('#')) {
      this.#row(line, text);
    }
  }

  #row(line: number, text: string): void {
    const [request = '', agentName = '', place = 'home', headersName] = text.split(' | ');
    const [method = '', target = ''] = request.split(' ');
    const agent = this.#agents.get(agentName);
    const headers = headersName === undefined ? new Map() : this.#headers.get(headersName);
    if (agent === undefined || headers === undefined) throw new Error(`line ${line}: ${text}`);
    this.rows.push({
      line,
      text,
      method,
      target,
      agent,
      headers,
      place: placeOf(place),
      preset: this.#preset,
      expected: this.#expected,
    });
  }
}

/** Every request of the table, in its order. */
export function readPresetTable(): readonly Row[] {
  const reader = new TableReader();
  const text = readFileSync('test/vectors/preset-decisions.txt', 'utf8');
  for (const [index, line] of text.split('\n').entries()) reader.read(index + 1, line.trimEnd());
  return reader.rows;
}

/** `kind rule`, as the table writes it. */
export function formatDecision(decision: Decision | undefined): string {
  return decision === undefined ? 'refused path' : `${decision.kind} ${decision.rule}`;
}
