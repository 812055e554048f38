/**
 * The HTTP application: which handler answers which address.
 *
 * Owns the routes below the reserved prefix and hands everything else to the gate. Hono
 * is the router and nothing more: its decoded `c.req.path` is never read.
 */
import { Hono } from 'hono';
import type { Context } from 'hono';
import type { ClientView } from '../core/client/client-view.ts';
import { createChallengeIssuer } from './challenge-issuer.ts';
import { readClient } from './client-facts.ts';
import { createGate } from './gate.ts';
import type { HandleVisit } from './gate.ts';
import { canonicalHost } from './host.ts';
import { createRedemption } from './redemption.ts';
import { createRefusal } from './refusal.ts';
import { jsonReply, problemReply } from './reply.ts';
import { createChallengeRoute } from './routes/challenge.ts';
import { createRedeemRoute } from './routes/redeem.ts';
import type { GateSetup, Visit } from './visit.ts';

/** Where the default build puts the page's assets. */
const ASSET_PREFIX = '/.toll/';

function createVisit(c: Context, setup: GateSetup): Visit {
  const request = c.req.raw;
  const url = new URL(request.url);
  let client: ClientView | undefined;
  const nowSeconds = Math.floor(setup.ports.clock.nowMs() / 1000);
  const defer = (task: Promise<unknown>): void => {
    const settled = task.catch((error: unknown) => {
      const name = error instanceof Error ? error.name : 'unknown';
      setup.ports.log.event('background.error', { error: name });
    });
    c.executionCtx.waitUntil(settled);
  };
  return {
    request,
    url,
    host: canonicalHost(url),
    get client() {
      client ??= readClient(request);
      return client;
    },
    nowSeconds,
    defer,
  };
}

function refuseMethod(allow: string) {
  return async (c: Context): Promise<Response> => {
    await c.req.raw.body?.cancel();
    return problemReply('method-not-allowed', { headers: { Allow: allow } });
  };
}

export function createApp(setup: GateSetup): Hono {
  const { prefix, hosts } = setup.settings;
  const issuer = createChallengeIssuer(setup);
  const refuse = createRefusal(setup);
  const app = new Hono();
  const handle = (handler: HandleVisit) => (c: Context) => {
    const visit = createVisit(c, setup);
    const isOurHost = hosts === undefined || hosts.has(visit.host);
    return isOurHost ? handler(visit) : refuse(visit, 'unknown-host');
  };

  app.get(`${prefix}challenge`, handle(createChallengeRoute(setup, issuer, refuse)));
  app.all(`${prefix}challenge`, refuseMethod('GET, HEAD'));

  app.post(`${prefix}redeem`, handle(createRedeemRoute(setup, createRedemption(setup))));
  app.all(`${prefix}redeem`, refuseMethod('POST'));

  app.get(`${prefix}healthz`, () => jsonReply({ status: 'ok', policy: setup.policyDigest }));
  app.all(`${prefix}healthz`, refuseMethod('GET, HEAD'));

  if (prefix !== ASSET_PREFIX) {
    app.get(`${prefix}assets/:name{[A-Za-z0-9._-]+}`, (c) =>
      setup.ports.assets.fetch(`${ASSET_PREFIX}assets/${c.req.param('name')}`, c.req.raw),
    );
  }
  app.all(
    `${prefix}*`,
    handle((visit) => refuse(visit, 'not-found')),
  );

  app.all('*', handle(createGate(setup, issuer)));
  // The composition root owns the last word on a failure: it answers with an incident id.
  app.onError((error) => {
    throw error;
  });
  return app;
}
