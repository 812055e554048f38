/**
 * What a policy does with known crawlers.
 *
 * Owns the two questions (from a published address, from any other) and what a crawler's
 * description has to hold; which crawlers are known is the affair of `core/bots`.
 */
import { createClientView } from '../client/client-view.ts';
import type { Policy } from './compile-policy.ts';
import type { Decision } from './decision.ts';
import { evaluatePolicy } from './evaluate-policy.ts';
import { readPath } from './path-views.ts';
import type { BotIdentity, RequestView } from './request-view.ts';

export interface KnownCrawler {
  /** As `verifiedBot` names it. */
  readonly name: string;
  /** A whole user agent that it sends. */
  readonly agent: string;
  /** One address of its published list; `undefined` where it publishes none. */
  readonly addressSample: string | undefined;
  /** What it crawls for, such as "search". */
  readonly purpose: string;
}

export interface CrawlerReport {
  readonly crawler: KnownCrawler;
  /** `undefined` where no address proves who it is. */
  readonly fromPublished: Decision | undefined;
  readonly fromElsewhere: Decision;
}

/** Reserved for benchmarks (RFC 2544): no bot has it, and no example of a policy names it. */
const ORDINARY_ADDRESS = '198.18.0.1';

interface Visit {
  readonly crawler: KnownCrawler;
  readonly address: string;
  readonly isVerified: boolean;
}

export interface CrawledPage {
  readonly host: string;
  /** As in `URL.pathname`. */
  readonly path: string;
}

function decide(policy: Policy, page: CrawledPage, visit: Visit): Decision {
  const { crawler, address, isVerified } = visit;
  const reading = readPath(page.path);
  if (!reading.ok) return { kind: 'deny', rule: 'path', status: 400 };
  const { name, agent, addressSample } = crawler;
  const unproven = addressSample === undefined || isVerified ? [] : [name];
  const identity: BotIdentity = { claimed: [name], verified: isVerified ? [name] : [], unproven };
  const request: RequestView = {
    host: page.host,
    search: '',
    header: (field) => (field.toLowerCase() === 'user-agent' ? agent : undefined),
  };
  return evaluatePolicy(policy, {
    views: reading.views,
    method: 'GET',
    hasQuery: false,
    client: createClientView({
      connectingIp: address,
      userAgent: agent,
      asn: undefined,
      country: undefined,
    }),
    request,
    identity,
  });
}

/** What `policy` decides about one page for each of `crawlers`. */
export function reportCrawlers(
  policy: Policy,
  crawlers: readonly KnownCrawler[],
  page: CrawledPage,
): readonly CrawlerReport[] {
  return crawlers.map((crawler) => {
    const { addressSample } = crawler;
    return {
      crawler,
      fromPublished:
        addressSample === undefined
          ? undefined
          : decide(policy, page, { crawler, address: addressSample, isVerified: true }),
      fromElsewhere: decide(policy, page, {
        crawler,
        address: ORDINARY_ADDRESS,
        isVerified: false,
      }),
    };
  });
}
