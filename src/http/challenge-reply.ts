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

  /** The way without computing: beside the work where that is asked for, else instead of it. */
  async function issuePuzzles(visit: Visit, order: ChallengeOrder) {
    const toll = await issuer.issueFirst(visit, order);
    if (toll.puzzle.name === 'patience') return { toll, patience: toll };
    const mayWait = isPatienceEnough(order.terms);
    return { toll, patience: mayWait ? await issuer.issuePatience(visit, order) : undefined };
  }

  async function replyWithPage(visit: Visit, order: ChallengeOrder, reason: ChallengeReason) {
    const [page, { toll, patience }] = await Promise.all([
      pages.inLanguageOf(visit.request.headers),
      issuePuzzles(visit, order),
    ]);
    const { pathname, search } = visit.url;
    // A form may be sent again only to the place that it was sent to, and by a script alone.
    const mayCarry = toll.puzzle.name !== 'patience' && order.returnPath === pathname + search;
    // The body last: where anything before it fails, the request is still whole.
    const form = await readPendingForm(visit.request, visit.url, mayCarry);
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
    const toll = await issuer.issueFirst(visit, order);
    await visit.request.body?.cancel();
    return problemReply(reason, { members: { toll } });
  };
}
