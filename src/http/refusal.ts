/**
 * Refusals without a challenge: a plain page to navigations, problem+json to the rest.
 *
 * Owns that choice; the body of the request is cancelled, never read.
 */
import { wantsPage } from './client-facts.ts';
import type { FailureCode } from './failure.ts';
import { contentSecurityPolicy } from './page/render.ts';
import { pageReply, problemReply } from './reply.ts';
import type { GateSetup, Visit } from './visit.ts';

/** @param status of a rule that says how it denies */
export type Refuse = (visit: Visit, code: FailureCode, status?: number) => Promise<Response>;

export function createRefusal({ pages }: GateSetup): Refuse {
  return async function refuse({ request }, code, status) {
    if (request.body !== null && !request.bodyUsed) await request.body.cancel();
    const statusPart = status === undefined ? {} : { status };
    if (!wantsPage(request.headers)) return problemReply(code, statusPart);
    const page = await pages.inLanguageOf(request.headers);
    const html = page.notice({ kind: code });
    const policy = contentSecurityPolicy({ carriesForm: false });
    const { language } = page;
    return pageReply({ code, html, language, contentSecurityPolicy: policy, ...statusPart });
  };
}
