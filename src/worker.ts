/**
 * Composition root: settings and bindings -> ports -> application.
 *
 * Owns what is made once per isolate, and the last word on any failure: no exception
 * reaches the platform, which would show a page of its own (SECURITY-BAR 3.30).
 */
import { decodeSettings } from './core/settings.ts';
import { importAssertionKeys } from './core/token/assertion-key.ts';
import { deriveKeyRing } from './core/token/key-ring.ts';
import {
  createPolicies,
  createPorts,
  findMissingBindings,
  createBotPorts,
  refreshDueBotLists,
} from './edge/bindings.ts';
import type { GateEnv } from './edge/bindings.ts';
import { createOrigin } from './edge/origin.ts';
import { systemRandom } from './edge/system.ts';
import { warmUp } from './edge/warm-up.ts';
import { log } from './edge/worker-log.ts';
import { createApp } from './http/app.ts';
import { createIdentify, signedAgentsOf } from './http/bot-identity.ts';
import { createClosedGate } from './http/closed-gate.ts';
import { createPages } from './http/page/pages.ts';
import type { GateSetup } from './http/visit.ts';
import { describeFault, formatIncident, unavailableReply } from './http/unavailable.ts';

const INCIDENT_BYTES = 8;
type Configured = Pick<GateSetup, 'settings' | 'assertions'>;

type Answer = (request: Request, env: GateEnv, ctx: ExecutionContext) => Promise<Response>;

const newIncident = (): string => formatIncident(systemRandom.bytes(INCIDENT_BYTES));

async function openGate({ settings, assertions }: Configured, env: GateEnv): Promise<Answer> {
  const { signedAgents } = settings;
  const bots = createBotPorts(env, new Set(signedAgentsOf(signedAgents).keys()));
  const ports = { ...createPorts(env, settings), identify: createIdentify(bots, signedAgents) };
  const app = createApp({
    settings,
    ring: await deriveKeyRing(settings.secret, settings.previousSecret),
    assertions,
    policies: await createPolicies(env, settings),
    ports,
    pages: createPages(settings, (path) => ports.assets.read(path)),
  });
  return async (request, bindings, ctx) => app.fetch(request, bindings, ctx);
}

async function createAnswer(env: GateEnv): Promise<Answer> {
  const reading = decodeSettings({ ...env });
  const keys = await importAssertionKeys(reading.ok ? reading.settings.assertionKeys : undefined);
  const problems = [
    ...(reading.ok ? [] : reading.problems),
    ...(keys.ok ? [] : [keys.problem]),
    ...findMissingBindings(env),
  ];
  if (reading.ok && keys.ok && problems.length === 0)
    return openGate({ settings: reading.settings, assertions: keys.keys }, env);
  for (const { path, message } of problems) log.event('config.invalid', { path, message });
  return createClosedGate(problems, {
    newIncident,
    origin: createOrigin(env.ORIGIN, undefined),
    log,
  });
}

export { PriceBook } from './edge/price-book-object.ts';

warmUp();

/** Made by the first request of the isolate. */
let pending: Promise<Answer> | undefined;

/** A failure is not kept: the next request tries again. */
async function answerOf(env: GateEnv): Promise<Answer> {
  try {
    pending ??= createAnswer(env);
    return await pending;
  } catch (error) {
    pending = undefined;
    throw error;
  }
}

export default {
  async fetch(request, env, ctx) {
    try {
      const answer = await answerOf(env);
      return await answer(request, env, ctx);
    } catch (error) {
      const incident = newIncident();
      log.event('gate.bug', { incident, ...describeFault(error) });
      return unavailableReply(request, incident);
    }
  },
  /** Cron trigger. What fails keeps the last good list, so a run has nothing to throw. */
  async scheduled(_controller, env, ctx) {
    ctx.waitUntil(refreshDueBotLists(env));
  },
} satisfies ExportedHandler<GateEnv>;
