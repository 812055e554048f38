/**
 * `POST <prefix>redeem`: solutions, or a patience form, for a pass.
 *
 * Owns the two body forms and the two answers (200 JSON, 303); the checks are
 * `redemption.ts`.
 */
import {
  MAX_REDEEM_BODY_BYTES,
  parseRedeemForm,
  parseRedeemJson,
} from '../../core/wire/redeem-request.ts';
import type { RedeemRequest } from '../../core/wire/redeem-request.ts';
import { FORM_TYPE, JSON_TYPE, mediaType, readBodyText } from '../body.ts';
import { wantsPage } from '../client-facts.ts';
import type { FailureCode } from '../failure.ts';
import { contentSecurityPolicy } from '../page/render.ts';
import { formatPassCookie } from '../presented-pass.ts';
import type { Redeem, RedeemForm, Redemption } from '../redemption.ts';
import { jsonReply, pageReply, problemReply, redirectReply } from '../reply.ts';
import type { GateSetup, Visit } from '../visit.ts';

type Reading =
  | { readonly kind: 'read'; readonly redeemRequest: RedeemRequest; readonly form: RedeemForm }
  | { readonly kind: 'refused'; readonly code: FailureCode };

/** A form of another site, which could replace a visitor's good pass by a smaller one. */
function isForeign({ headers, url }: Request): boolean {
  const origin = headers.get('Origin');
  const site = headers.get('Sec-Fetch-Site');
  const isOwnSite = site === null || site === 'same-origin' || site === 'none';
  return !isOwnSite || (origin !== null && origin !== new URL(url).origin);
}

async function readRequest(request: Request): Promise<Reading> {
  const type = mediaType(request.headers);
  const isJson = type === JSON_TYPE;
  const isForm = type === FORM_TYPE && !isForeign(request);
  if (!isJson && !isForm) {
    await request.body?.cancel();
    return { kind: 'refused', code: 'malformed' };
  }
  const body = await readBodyText(request, MAX_REDEEM_BODY_BYTES);
  if (body.kind !== 'text') return { kind: 'refused', code: body.kind };
  const redeemRequest = isJson ? parseRedeemJson(body.text) : parseRedeemForm(body.text);
  if (redeemRequest === undefined) return { kind: 'refused', code: 'malformed' };
  return { kind: 'read', redeemRequest, form: isJson ? 'json' : 'form' };
}

type Granted = Extract<Redemption, { kind: 'granted' }>;

export function createRedeemRoute(setup: GateSetup, redeem: Redeem) {
  const { settings, pages, ports } = setup;

  function grant(
    visit: Visit,
    { pass, returnPath, allowance }: Granted,
    form: RedeemForm,
  ): Response {
    const { exp, credit, n } = pass.claims;
    ports.log.event('pass.redeemed', { solutions: n, credit, form });
    const cookie = {
      'Set-Cookie': formatPassCookie(pass.token, exp - visit.nowSeconds),
    };
    if (form === 'form') return redirectReply(returnPath, cookie);
    const body = { pass: pass.token, expires: exp, credit, allowance, return: returnPath };
    return jsonReply(body, 200, cookie);
  }

  /** A button was pressed: the answer is a page, with the button again where waiting helps. */
  function refusePage(visit: Visit, code: FailureCode, retry: PatienceRetry | undefined): Response {
    const waitSeconds = retry === undefined ? 0 : Math.max(1, retry.notBefore - visit.nowSeconds);
    const path = `${settings.prefix}redeem`;
    const patience = retry && { challenge: retry.challenge, waitSeconds, redeem: path };
    const html = pages.notice({
      language: 'en',
      kind: code,
      backTo: '/',
      ...(patience && { patience }),
    });
    const policy = contentSecurityPolicy({ carriesForm: false });
    return pageReply({ code, html, contentSecurityPolicy: policy });
  }

  return async function handleRedeem(visit: Visit): Promise<Response> {
    const reading = await readRequest(visit.request);
    if (reading.kind === 'refused') {
      ports.log.event('redeem.refused', { code: reading.code });
      return problemReply(reading.code);
    }
    const { redeemRequest, form } = reading;
    const redemption = await redeem(visit, redeemRequest, form);
    if (redemption.kind === 'granted') return grant(visit, redemption, form);
    const { code, notBefore } = redemption;
    ports.log.event('redeem.refused', { code });
    if (form === 'json' || !wantsPage(visit.request.headers)) return problemReply(code);
    const { challenge } = redeemRequest;
    return refusePage(visit, code, notBefore === undefined ? undefined : { challenge, notBefore });
  };
}

interface PatienceRetry {
  /** Verified: only a valid challenge is ever too early. */
  readonly challenge: string;
  readonly notBefore: number;
}
