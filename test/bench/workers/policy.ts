/**
 * Decisions and nothing else: judges as many requests in one call as it is asked to, so that HTTP
 * does not blur what one costs, and loads published policies.
 *
 *   POST /mix                              the requests
 *   POST /policy?policy=                     a published value, kept under a name
 *   GET  /judge?policy=&count=&agents=     judges `count` requests; `agents=same`: each comes 8 times
 *                                          in a row; `agents=new`: no agent comes twice
 *   POST /load?times=                      loads a published value so often, as an isolate does, and
 *                                          keeps it under the name "loaded"
 *
 * Owns the loops. Client and identity are made beforehand: the gate keeps them for visitors that come
 * again. Headers are real ones.
 */
import { createClientView, MAX_AGENT_FOR_RULES } from '../../../src/core/client/client-view.ts';
import type { ClientView } from '../../../src/core/client/client-view.ts';
import { createConnectionView } from '../../../src/core/client/connection-view.ts';
import type { Policy } from '../../../src/core/policy/compile-policy.ts';
import { compileDocument } from '../../../src/core/policy/document/complete-document.ts';
import { exercisePolicy } from '../../../src/core/policy/document/exercise-policy.ts';
import { readStoredPolicy } from '../../../src/core/policy/document/stored-policy.ts';
import { judgeRequest } from '../../../src/core/policy/evaluate-policy.ts';
import { readPath } from '../../../src/core/policy/path-views.ts';
import type { ConnectionView, RequestView } from '../../../src/core/policy/request-view.ts';
import { digestPolicy } from '../../../src/edge/policy-digest.ts';
import { policyBase } from '../../support/policy-fixtures.ts';
import type { BenchRequest, Tally } from '../policy/bench-request.ts';

interface Prepared {
  readonly request: BenchRequest;
  readonly client: ClientView;
  readonly view: RequestView;
  readonly connection: ConnectionView;
}

const BASE = policyBase();
const CF = { continent: 'EU', httpProtocol: 'HTTP/2', tlsVersion: 'TLSv1.3' };

// As the Worker does at its start.
exercisePolicy(BASE);

let mix: readonly Prepared[] = [];
const policies = new Map<string, Policy>();
/** Agents that were made, so that no two are the same. */
let made = 0;

function prepare(request: BenchRequest): Prepared {
  const { address, asn, country, search } = request;
  const headers = new Headers(request.headers);
  const userAgent = request.headers['User-Agent'];
  return {
    request,
    client: createClientView({ connectingIp: address, userAgent, asn, country }),
    view: { host: 'site.test', search, header: (name) => headers.get(name) ?? undefined },
    connection: createConnectionView(() => CF),
  };
}

/** Another client with an agent that nobody sent before, as long as rules read one. */
function renew(client: ClientView): ClientView {
  made += 1;
  const tail = ` v/${made.toString(36)}`;
  const userAgent = client.agentForRules.slice(0, MAX_AGENT_FOR_RULES - tail.length) + tail;
  return { ...client, userAgent, agentForRules: userAgent };
}

type Kind = keyof Tally;

/** @param policy `undefined` for the empty loop */
function judge({ request, client, view, connection }: Prepared, policy: Policy | undefined): Kind {
  if (policy === undefined) return 'none';
  const reading = readPath(request.pathname);
  if (!reading.ok) return 'none';
  const { decision } = judgeRequest(policy, {
    views: reading.views,
    method: request.method,
    hasQuery: request.search !== '',
    client,
    request: view,
    connection,
    identity: request.identity,
  });
  return decision.kind;
}

/** A visitor's requests come together: the page, and what is on it. */
const VISIT = 8;

function judgeMany(policy: Policy | undefined, count: number, isNew: boolean): Tally {
  const tally = { allow: 0, charge: 0, deny: 0, none: 0 };
  const repeats = isNew ? 1 : VISIT;
  for (let turn = 0; turn < count; turn += 1) {
    const prepared = mix[Math.floor(turn / repeats) % mix.length];
    if (prepared === undefined) break;
    const { client } = prepared;
    const asked = isNew ? { ...prepared, client: renew(client) } : prepared;
    // Makes one piece of the new agent's two, as a header's value is.
    asked.client.agentForRules.charCodeAt(0);
    tally[judge(asked, policy)] += 1;
  }
  return tally;
}

function readPolicy(text: string): Policy {
  const reading = readStoredPolicy(text, BASE);
  if (reading.kind !== 'policy') throw new Error(`not a policy: ${JSON.stringify(reading)}`);
  return compileDocument(reading.stored.document, BASE);
}

/** As `edge/kv-policy-store.ts` does. */
async function load(text: string, times: number): Promise<number> {
  let rules = 0;
  for (let time = 0; time < times; time += 1) {
    const policy = readPolicy(text);
    await digestPolicy(policy);
    rules = policy.rules.length;
    policies.set('loaded', policy);
  }
  return rules;
}

function findPolicy(name: string): Policy | undefined {
  if (name === 'empty') return undefined;
  const policy = policies.get(name);
  if (policy === undefined) throw new Error(`no policy is called ${name}`);
  return policy;
}

async function answer(request: Request): Promise<object> {
  const { pathname, searchParams } = new URL(request.url);
  const name = searchParams.get('policy') ?? '';
  switch (pathname) {
    case '/mix':
      mix = (await request.json<readonly BenchRequest[]>()).map(prepare);
      return { requests: mix.length };
    case '/policy':
      policies.set(name, readPolicy(await request.text()));
      return { name };
    case '/judge':
      return judgeMany(
        findPolicy(name),
        Number(searchParams.get('count')),
        searchParams.get('agents') === 'new',
      );
    case '/load':
      return { rules: await load(await request.text(), Number(searchParams.get('times'))) };
    default:
      throw new Error(`nothing is at ${pathname}`);
  }
}

// oxlint-disable-next-line import/no-default-export -- a Worker's handlers are its default export
export default {
  async fetch(request) {
    try {
      return Response.json(await answer(request));
    } catch (error) {
      return new Response(String(error), { status: 500 });
    }
  },
} satisfies ExportedHandler;
