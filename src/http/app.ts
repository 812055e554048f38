/**
 * The HTTP application: which handler answers which address.
 *
 * Owns the routes below the reserved prefix and hands everything else to the gate. Hono
 * is the router and nothing more: its decoded `c.req.path` is never read.
 */
import { errorName } from '../core/error-name.ts';
import type { Context } from 'hono';
import { HonoBase } from 'hono/hono-base';
import type { ClientView } from '../core/client/client-view.ts';
import type { Defer } from '../core/ports.ts';
import { createChallengeIssuer } from './challenge-issuer.ts';
import { readClient } from './client-facts.ts';
import { FirstMatchRouter } from './first-match-router.ts';
import { createGate } from './gate.ts';
import type { HandleVisit } from './gate.ts';
import { canonicalHost } from './host.ts';
import { createJudge } from './policy-request.ts';
import { createPricing } from './pricing.ts';
import { createRedemption } from './redemption.ts';
import { createRefusal } from './refusal.ts';
import { brandStyleName, formatBrandStyle } from './page/brand.ts';
import { jsonReply, problemReply, styleReply } from './reply.ts';
import { createChallengeRoute } from './routes/challenge.ts';
import { createKeySetRoute } from './routes/jwks.ts';
import { createRedeemRoute } from './routes/redeem.ts';
import type { GateSetup, Visit } from './visit.ts';

/** Where the default build puts the page's assets. */
const ASSET_PREFIX = '/.toll/';
const ASSET_NAME = /^[A-Za-z0-9._-]+$/;

function createDefer(c: Context, { ports }: GateSetup): Defer {
  return (task) => {
    const settled = task.catch((error: unknown) => {
      const name = errorName(error);
      ports.log.event('background.error', { error: name });
    });
    c.executionCtx.waitUntil(settled);
  };
}

function createVisit(c: Context, setup: GateSetup, defer: Defer): Visit {
  const request = c.req.raw;
  const url = new URL(request.url);
  let client: ClientView | undefined;
  const nowSeconds = Math.floor(setup.ports.clock.nowMs() / 1000);
  return {
    request,
    url,
    host: canonicalHost(url),
    get client() {
      client ??= readClient(request);
      return client;
    },
    active: setup.policies.current(),
    nowSeconds,
    defer,
  };
}

/** What `healthz` says. The digest is the claim `pol` of challenges that are issued now. */
function describeHealth({ policies, ports }: GateSetup) {
  const { digest, source, version, loadedAtMs } = policies.current();
  return {
    status: 'ok',
    policy: digest,
    policySource: source,
    policyVersion: version,
    policyAgeSeconds: Math.max(0, Math.floor((ports.clock.nowMs() - loadedAtMs) / 1000)),
    policyProblem: policies.problem(),
    ...ports.prices.facts(),
  };
}

function refuseMethod(allow: string) {
  return async (c: Context): Promise<Response> => {
    await c.req.raw.body?.cancel();
    return problemReply('method-not-allowed', { headers: { Allow: allow } });
  };
}

/** Files that the assets binding does not serve by itself. */
function addAssets(
  app: HonoBase,
  { settings, ports }: GateSetup,
  notFound: (c: Context) => Promise<Response>,
): void {
  const { prefix } = settings;
  const { accent } = settings.brand;
  if (accent !== undefined) {
    app.get(`${prefix}assets/${brandStyleName(accent)}`, () =>
      styleReply(formatBrandStyle(accent)),
    );
  }
  if (prefix !== ASSET_PREFIX) {
    app.get(`${prefix}assets/*`, (c) => {
      const name = new URL(c.req.url).pathname.slice(`${prefix}assets/`.length);
      return ASSET_NAME.test(name)
        ? ports.assets.fetch(`${ASSET_PREFIX}assets/${name}`, c.req.raw)
        : notFound(c);
    });
  }
}

export function createApp(setup: GateSetup): HonoBase {
  const { prefix, hosts } = setup.settings;
  const {
    policies,
    ports: { prices },
  } = setup;
  const priceTerms = createPricing(setup);
  const issuer = createChallengeIssuer(setup);
  const judge = createJudge(setup);
  const refuse = createRefusal(setup);
  const app = new HonoBase({ router: new FirstMatchRouter() });
  const follow = (defer: Defer) => {
    prices.follow(defer);
    return policies.follow(defer, prices.orders());
  };
  const handle = (handler: HandleVisit) => async (c: Context) => {
    const defer = createDefer(c, setup);
    const loading = follow(defer);
    if (loading !== undefined) await loading;
    const visit = createVisit(c, setup, defer);
    const isOurHost = hosts === undefined || hosts.has(visit.host);
    return isOurHost ? handler(visit) : refuse(visit, 'unknown-host');
  };

  app.get(
    `${prefix}challenge`,
    handle(createChallengeRoute(setup, { issuer, judge, priceTerms, refuse })),
  );
  app.all(`${prefix}challenge`, refuseMethod('GET, HEAD'));

  app.post(
    `${prefix}redeem`,
    handle(createRedeemRoute(setup, createRedemption(setup, priceTerms))),
  );
  app.all(`${prefix}redeem`, refuseMethod('POST'));

  app.get(`${prefix}healthz`, async (c) => {
    await follow(createDefer(c, setup));
    return jsonReply(describeHealth(setup));
  });
  app.all(`${prefix}healthz`, refuseMethod('GET, HEAD'));

  if (setup.assertions !== undefined) {
    app.get(`${prefix}jwks.json`, createKeySetRoute(setup.assertions));
    app.all(`${prefix}jwks.json`, refuseMethod('GET, HEAD'));
  }

  const notFound = handle((visit) => refuse(visit, 'not-found'));
  addAssets(app, setup, notFound);
  app.all(`${prefix}*`, notFound);

  app.all('*', handle(createGate(setup, { issuer, judge, priceTerms })));
  // The composition root owns the last word on a failure: it answers with an incident id.
  app.onError((error) => {
    throw error;
  });
  return app;
}
