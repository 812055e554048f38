/**
 * A policy for nobody, decoded, compiled and asked once.
 *
 * Owns a document that takes the usual ways through the code, so that V8 has compiled them when a
 * published policy arrives: in a new isolate that is a third of what loading it costs
 * (`npm run bench -- policy`). Must not leave anything behind.
 */
import { createClientView } from '../../client/client-view.ts';
import { judgeRequest } from '../evaluate-policy.ts';
import { NO_IDENTITY, UNKNOWN_CONNECTION } from '../request-view.ts';
import { compileDocument, type PolicyBase } from './complete-document.ts';
import { packDocument } from './pack-document.ts';
import { decodeDocument } from './policy-document.ts';

const NETWORKS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((n) => [
  `192.0.${2 * n}.0/24`,
  `2001:db8:${n}::/48`,
]);
const WORDS = 'Abot|Bbot|Cbot|Dbot|Ebot|Fbot|Gbot|Hbot|Ibot|Jbot/1.0|K bot|Lbot';

const EXERCISE = {
  schema: 1,
  conditions: {
    agents: { agentPattern: [WORDS, '^(?i:tool)/[0-9.]+$', String.raw`\bcrawl(?:er)?\b`] },
  },
  rules: [
    { name: 'network', action: 'deny', network: NETWORKS, agent: ['none'] },
    { name: 'agents', action: 'weigh', points: 5, use: ['agents'] },
    { name: 'path', action: 'deny', pathPattern: [String.raw`^/[.\w-]{1,64}\.(?:atom|rss)$`] },
    {
      name: 'expression',
      action: 'weigh',
      points: 10,
      expression: [
        '"Accept" in headers && headers["Accept"].contains("none") && !(method == "HEAD")',
        'userAgent.matches("(?i:none)") || userAgent.startsWith("none") || path.startsWith("/none/")',
      ],
      header: [{ name: 'Accept', pattern: 'text/.*' }],
      not: { country: ['DE'], asn: [64_500] },
    },
  ],
  thresholds: [
    { name: 'many', from: 20, action: 'deny' },
    { name: 'few', below: 20, action: 'charge', minSolutions: 64 },
  ],
};

/** Takes milliseconds the first time, so it is for the start of an isolate alone. */
export function exercisePolicy(base: PolicyBase): void {
  const decoded = decodeDocument(JSON.parse(JSON.stringify(packDocument(EXERCISE))));
  if (!decoded.ok) return;
  const policy = compileDocument(decoded.document, base);
  judgeRequest(policy, {
    views: ['/exercise'],
    method: 'GET',
    hasQuery: false,
    client: createClientView({
      connectingIp: '203.0.113.1',
      userAgent: 'Mozilla/5.0',
      asn: 64_501,
      country: 'FR',
    }),
    request: { host: 'site.test', search: '', header: () => 'text/html' },
    connection: UNKNOWN_CONNECTION,
    identity: NO_IDENTITY,
  });
}
