/**
 * The form in which a client gets its challenge: a page to navigations, problem+json
 * to everything else. Never a 200, never a redirect.
 *
 * Owns that choice and the composition of both; must not know why a toll is due beyond
 * the reason that it is handed.
 */
import { isPatienceEnough } from '../core/puzzle/patience.ts';
import type { ChallengeReason } from '../core/wire/page-data.ts';
import type { ChallengeIssuer, ChallengeOrder } from './challenge-issuer.ts';
import { wantsPage } from './client-facts.ts';
import { contentSecurityPolicy } from './page/render.ts';
import type { PageRenderer } from './page/render.ts';
import { readPendingForm } from './pending-form.ts';
import { pageReply, problemReply, retryAfterSeconds } from './reply.ts';
import type { GateSetup, Visit } from './visit.ts';

export type ReplyWithChallenge = (
  visit: Visit,
  order: ChallengeOrder,
  reason: ChallengeReason,
) => Promise<Response>;

/** The headers of the GET, without the work of making a challenge that nobody would see. */
function replyToHead(reason: ChallengeReason, page: PageRenderer | undefined): Response {
  const policy = contentSecurityPolicy({ carriesForm: false });
  const { status, headers } =
    page === undefined
      ? problemReply(reason)
      : pageReply({
          code: reason,
          html: '',
          language: page.language,
          contentSecurityPolicy: policy,
        });
  return new Response(null, { status, headers });
}

export function createChallengeReply(
  setup: GateSetup,
  issuer: ChallengeIssuer,
): ReplyWithChallenge {
  const { settings, pages, ports } = setup;

  async function replyWithPage(visit: Visit, order: ChallengeOrder, reason: ChallengeReason) {
    const { pathname, search } = visit.url;
    // A form may be sent again only to the place that it was sent to.
    const mayCarry = order.returnPath === pathname + search;
    const form = await readPendingForm(visit.request, visit.url, mayCarry);
    const mayWait = isPatienceEnough(order.terms);
    const [page, toll, patience] = await Promise.all([
      pages.inLanguageOf(visit.request.headers),
      issuer.issueWork(visit, order),
      mayWait ? issuer.issuePatience(visit, order) : undefined,
    ]);
    const retryAfter = retryAfterSeconds(reason);
    const html = page.challenge({
      data: {
        toll,
        reason,
        returnPath: order.returnPath,
        form,
        ...(retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter }),
      },
      patience: patience && {
        challenge: patience.challenge,
        waitSeconds: settings.patienceWaitSeconds,
      },
    });
    const policy = contentSecurityPolicy({ carriesForm: form.kind === 'carried' });
    const { language } = page;
    return pageReply({ code: reason, html, language, contentSecurityPolicy: policy });
  }

  return async function replyWithChallenge(visit, order, reason) {
    const isPage = wantsPage(visit.request.headers);
    ports.log.event('challenge.issued', { reason, rule: order.rule, page: isPage });
    if (visit.request.method === 'HEAD') {
      const page = isPage ? await pages.inLanguageOf(visit.request.headers) : undefined;
      return replyToHead(reason, page);
    }
    if (isPage) return replyWithPage(visit, order, reason);
    await visit.request.body?.cancel();
    return problemReply(reason, { members: { toll: await issuer.issueWork(visit, order) } });
  };
}
