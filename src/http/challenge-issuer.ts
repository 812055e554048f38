/**
 * Issues challenges: from a decision's terms and a client to a challenge object.
 *
 * Owns the translation of terms into a puzzle and the binding to the client. Stateless:
 * no storage is touched (SECURITY-BAR H01). Must not know why a challenge is asked for.
 */
import { BoundedMap } from '../core/bounded-map.ts';
import type { ChargeTerms } from '../core/policy/rule.ts';
import { isPatienceEnough } from '../core/puzzle/patience.ts';
import { thresholdFor } from '../core/puzzle/work.ts';
import type { Puzzle } from '../core/puzzle/puzzle.ts';
import { createBinding } from '../core/token/binding.ts';
import type { Binding } from '../core/token/binding.ts';
import { CHALLENGE_TTL_SECONDS, issueChallenge } from '../core/token/challenge-token.ts';
import { JTI_BYTES } from '../core/token/claims.ts';
import { encodeBase64url } from '../core/wire/base64url.ts';
import { WIRE_VERSION } from '../core/wire/challenge-object.ts';
import type { ChallengeObject } from '../core/wire/challenge-object.ts';
import type { GateSetup, Visit } from './visit.ts';

export interface ChallengeOrder {
  readonly terms: ChargeTerms;
  /** Name of the rule that charges. */
  readonly rule: string;
  /** Checked path of this origin. */
  readonly returnPath: string;
}

export interface ChallengeIssuer {
  /** The puzzle that the terms ask for first: patience only where it can pay for a request. */
  issueFirst(visit: Visit, order: ChallengeOrder): Promise<ChallengeObject>;
  /** The puzzle that computes. */
  issueWork(visit: Visit, order: ChallengeOrder): Promise<ChallengeObject>;
  /** The puzzle that waits. */
  issuePatience(visit: Visit, order: ChallengeOrder): Promise<ChallengeObject>;
}

const BINDING_BOUNDS = { maxEntries: 2000, maxBytes: 1_000_000 };
const BINDING_BYTES = 160;

export function createChallengeIssuer(setup: GateSetup): ChallengeIssuer {
  const { settings, ring, ports } = setup;
  const bindings = new BoundedMap<Binding>(BINDING_BOUNDS);

  async function bindingOf({ client }: Visit): Promise<Binding> {
    const key = [client.network, client.asn, client.country, client.userAgent].join('\0');
    const known = bindings.get(key);
    if (known !== undefined) return known;
    const binding = await createBinding(ring.current, client, settings.binding);
    bindings.set(key, binding, BINDING_BYTES);
    return binding;
  }

  async function issue(
    visit: Visit,
    order: ChallengeOrder,
    puzzle: Puzzle,
  ): Promise<ChallengeObject> {
    const terms = {
      aud: visit.host,
      jti: encodeBase64url(ports.random.bytes(JTI_BYTES)),
      puz: puzzle,
      tier: order.terms.tier,
      bind: await bindingOf(visit),
      ttl: order.terms.ttlSeconds,
      rule: order.rule,
      pol: visit.active.digest,
      ret: order.returnPath,
    };
    return {
      version: WIRE_VERSION,
      challenge: await issueChallenge(terms, ring, visit.nowSeconds),
      puzzle,
      expires: visit.nowSeconds + CHALLENGE_TTL_SECONDS,
      redeem: `${settings.prefix}redeem`,
    };
  }

  function issueWork(visit: Visit, order: ChallengeOrder): Promise<ChallengeObject> {
    const { attemptsPerSolution, minSolutions, maxSolutions } = order.terms;
    const threshold = thresholdFor(attemptsPerSolution);
    return issue(visit, order, { name: 'sha256', threshold, minSolutions, maxSolutions });
  }

  function issuePatience(visit: Visit, order: ChallengeOrder): Promise<ChallengeObject> {
    const notBefore = visit.nowSeconds + settings.patienceWaitSeconds;
    return issue(visit, order, { name: 'patience', notBefore });
  }

  return {
    issueWork,
    issuePatience,
    issueFirst(visit, order) {
      const waits = order.terms.puzzle === 'patience' && isPatienceEnough(order.terms);
      return waits ? issuePatience(visit, order) : issueWork(visit, order);
    },
  };
}
