/**
 * The gate without valid settings: closed, and saying so to its operator.
 *
 * Owns what still answers: `healthz` names each problem's rule, the exact built-in
 * allows pass, everything else is the static 503. Must not need a key or a setting.
 */
import { isBuiltInAllow } from '../core/policy/built-in-allows.ts';
import type { Log } from '../core/ports.ts';
import type { SettingsProblem } from '../core/settings.ts';
import { clientResponse, originRequest } from './forward.ts';
import { jsonReply } from './reply.ts';
import { unavailableReply } from './unavailable.ts';
import type { Origin } from './visit.ts';

/** The prefix cannot be read from settings that are refused. */
const HEALTH_PATH = '/.toll/healthz';

export interface ClosedGateParts {
  readonly newIncident: () => string;
  readonly origin: Origin;
  readonly log: Log;
}

export function createClosedGate(problems: readonly SettingsProblem[], parts: ClosedGateParts) {
  return async function answerClosed(request: Request): Promise<Response> {
    const { pathname, search } = new URL(request.url);
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (pathname === HEALTH_PATH && isRead)
      return jsonReply({ status: 'unavailable', problems }, 503);
    if (isBuiltInAllow({ view: pathname, method: request.method, hasQuery: search !== '' })) {
      return clientResponse(await parts.origin.fetch(originRequest(request, 'allow')));
    }
    await request.body?.cancel();
    const incident = parts.newIncident();
    parts.log.event('config.closed', { incident });
    return unavailableReply(request, incident);
  };
}
