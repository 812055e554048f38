/**
 * What is measured: the requests of each target and how its answers are recognised.
 *
 * Owns request bytes and markers; must not know how load is made. All requests are those of one
 * browser, so a ratio compares Workers and never header counts; `forward` gets what `pass` gets.
 */
import type { ChallengeObject } from '../../src/core/wire/challenge-object.ts';
import { solve } from '../support/solve.ts';
import { CF_FIELD } from './capnp-config.ts';
import { exchange, type Answer, type PreparedRequest } from './load.ts';

export const TARGET_NAMES = [
  'noop',
  'forward',
  'pass',
  'challenge',
  'challengeJson',
  'redeem',
  'garbage',
] as const;
export type TargetName = (typeof TARGET_NAMES)[number];

/** What a ratio of the target is taken to. */
export const BASELINES: Readonly<Record<TargetName, 'noop' | 'forward' | undefined>> = {
  noop: undefined,
  forward: undefined,
  pass: 'forward',
  challenge: 'noop',
  challengeJson: 'noop',
  redeem: 'noop',
  garbage: 'noop',
};

export interface Target {
  readonly port: number;
  readonly requests: readonly PreparedRequest[];
  /** Part of every answer: head or body. */
  readonly marker: string;
}

const HOST = 'site.test';
const REDEEM = '/.toll/redeem';
const PAGE = '/articles/a-page?from=search';
const CF = {
  asn: 64_500,
  country: 'DE',
  colo: 'FRA',
  httpProtocol: 'HTTP/2',
  tlsVersion: 'TLSv1.3',
};

/** Fields of Chromium on Linux, and what Cloudflare adds. */
const BROWSER = {
  Host: HOST,
  'User-Agent':
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36',
  'Accept-Language': 'de,en;q=0.8',
  'Accept-Encoding': 'gzip, br',
  'CF-Connecting-IP': '192.0.2.7',
  [CF_FIELD]: JSON.stringify(CF),
};
const NAVIGATION = {
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Sec-Fetch-Site': 'none',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Dest': 'document',
};
const SCRIPT = { Accept: '*/*', 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'cors' };

type Fields = Readonly<Record<string, string>>;

function formatRequest(line: string, fields: Fields, body = ''): Uint8Array {
  const length = body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  const all = Object.entries({ ...BROWSER, ...fields, ...length });
  const head = all.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.from(`${line} HTTP/1.1\r\n${head}\r\n${body}`);
}

function post(body: string): Uint8Array {
  const fields = { ...SCRIPT, Origin: `http://${HOST}`, 'Content-Type': 'application/json' };
  return formatRequest(`POST ${REDEEM}`, fields, body);
}

function expecting(expectedStatus: number, bytes: Uint8Array): PreparedRequest {
  return { bytes, expectedStatus };
}

function readMember(answer: Answer, name: string): unknown {
  const body: unknown = JSON.parse(answer.body);
  if (typeof body !== 'object' || body === null) return undefined;
  return Object.getOwnPropertyDescriptor(body, name)?.value;
}

function isChallenge(value: unknown): value is ChallengeObject {
  if (typeof value !== 'object' || value === null) return false;
  return 'challenge' in value && typeof value.challenge === 'string' && 'puzzle' in value;
}

/** The token with another signature of the same form. */
function breakSignature(token: string): string {
  const at = token.lastIndexOf('.') + 1;
  const first = token[at] === 'A' ? 'B' : 'A';
  return token.slice(0, at) + first + token.slice(at + 1);
}

/** The token with a key id of the right form that nobody has. */
function renameKey(token: string): string {
  const [header = '', ...rest] = token.split('.');
  const text = Buffer.from(header, 'base64url').toString('latin1');
  const renamed = text.replace(/"kid":"[^"]{8}"/, '"kid":"AAAAAAAA"');
  return [Buffer.from(renamed, 'latin1').toString('base64url'), ...rest].join('.');
}

function createGarbage(challenge: string, solutions: string): readonly PreparedRequest[] {
  const format = (token: string): string => JSON.stringify({ challenge: token, solutions });
  return [
    expecting(400, post('not JSON at all'.padEnd(900, '.'))),
    expecting(400, post(JSON.stringify({ challenge, solutions, extra: true }))),
    expecting(403, post(format(renameKey(challenge)))),
    expecting(403, post(format(breakSignature(challenge)))),
  ];
}

interface Paid {
  readonly challenge: string;
  readonly solutions: string;
  readonly pass: string;
}

/** Meets the gate, solves the entry fee with the reference engine and redeems it. */
async function payToll(port: number): Promise<Paid> {
  const met = await exchange(port, formatRequest(`GET ${PAGE}`, SCRIPT));
  const toll = readMember(met, 'toll');
  if (!isChallenge(toll)) throw new Error(`the gate gave no challenge: ${met.head}${met.body}`);
  const { challenge } = toll;
  const solutions = await solve(toll);
  const redeemed = await exchange(port, post(JSON.stringify({ challenge, solutions })));
  const pass = readMember(redeemed, 'pass');
  if (typeof pass !== 'string') throw new Error(`the gate gave no pass: ${redeemed.body}`);
  return { challenge, solutions, pass };
}

export type Ports = Readonly<Record<'noop' | 'forward' | 'gate', number>>;

/**
 * All targets, with a pass bought just now: a challenge lives for 300 s and credit is finite, so
 * this is called once per round.
 */
export async function createTargets(ports: Ports): Promise<Readonly<Record<TargetName, Target>>> {
  const { challenge, solutions, pass } = await payToll(ports.gate);
  const navigation = formatRequest(`GET ${PAGE}`, NAVIGATION);
  const paid = formatRequest(`GET ${PAGE}`, { ...NAVIGATION, Cookie: `__Host-toll=${pass}` });
  const redemption = post(JSON.stringify({ challenge, solutions }));
  const api = formatRequest(`GET ${PAGE}`, SCRIPT);
  const { noop, forward, gate } = ports;
  return {
    noop: { port: noop, requests: [expecting(200, navigation)], marker: 'nothing to do here' },
    forward: { port: forward, requests: [expecting(200, paid)], marker: 'toll paid. ' },
    pass: { port: gate, requests: [expecting(200, paid)], marker: 'toll paid. ' },
    challenge: { port: gate, requests: [expecting(403, navigation)], marker: 'id="toll-data"' },
    challengeJson: { port: gate, requests: [expecting(403, api)], marker: '"toll":{' },
    redeem: { port: gate, requests: [expecting(200, redemption)], marker: `"pass":"${pass}"` },
    garbage: {
      port: gate,
      requests: createGarbage(challenge, solutions),
      marker: 'application/problem+json',
    },
  };
}

/** Sends each request of `target` once. Throws where an answer is not the expected one. */
export async function checkTarget(name: TargetName, target: Target): Promise<void> {
  for (const { bytes, expectedStatus } of target.requests) {
    const { status, head, body } = await exchange(target.port, bytes);
    if (status === expectedStatus && (head + body).includes(target.marker)) continue;
    throw new Error(
      `${name}: expected ${expectedStatus} with ${target.marker}, got\n${head}${body.slice(0, 500)}`,
    );
  }
}
