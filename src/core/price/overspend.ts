/**
 * How much more than was paid for can be served, at worst.
 *
 * Owns the bound. An isolate debits at most an eighth of a pass's credit (or one request) that the book
 * does not know of, so what several isolates serve is at most the credit and an eighth for each but one:
 * the book's last grant never goes beyond the credit by what it knows. Isolates that ended, and others
 * under new ids, count as isolates. The one exception is an isolate that was told that it is alone: it
 * may debit the whole credit before it reports, and what it had not reported is lost with it.
 */
import { UNANSWERED_SHARE } from './price-report.ts';

/** A pass that several isolates served. */
export interface SharedPass {
  /** Attempts. */
  readonly credit: number;
  /** Attempts of its dearest request. */
  readonly price: number;
  /** Isolates that served it, those included that ended. */
  readonly isolates: number;
  /** Of those: told that they were alone while they served it. At most one in two hours. */
  readonly alone?: number;
}

/** Most attempts that isolates together may debit of a pass. */
export function passBound({ credit, price, isolates, alone = 0 }: SharedPass): number {
  if (isolates <= 1) return credit;
  const lone = Math.min(alone, isolates - 1);
  return credit * (1 + lone) + (isolates - 1 - lone) * Math.max(credit * UNANSWERED_SHARE, price);
}

/** What an attacker has who shares passes over locations. */
export interface SharingAttack {
  /** Isolates in different locations that can be reached. */
  readonly isolates: number;
  /** Requests a minute that one pass may make in one location, whatever it has paid. */
  readonly passCeiling: number;
  /** Seconds between a debit and the answer that knows of it: an interval. */
  readonly delaySeconds: number;
  /** Attempts of a pass, and of a request. */
  readonly credit: number;
  readonly requestPrice: number;
}

/**
 * Requests that one pass may get beyond what it paid for: an eighth for each isolate but one, and never
 * more than isolates x ceiling x delay.
 */
export function requestsBeyondCredit(attack: SharingAttack): number {
  const { isolates, passCeiling, delaySeconds, credit, requestPrice } = attack;
  const bound = passBound({ credit, price: requestPrice, isolates });
  const unanswered = (isolates * passCeiling * delaySeconds) / 60;
  return Math.min((bound - credit) / requestPrice, unanswered);
}

/** `Toll.overspend`: requests served for one that was paid, 1 or more. */
export function overspendFactor(attack: SharingAttack): number {
  const paid = attack.credit / attack.requestPrice;
  return (paid + requestsBeyondCredit(attack)) / paid;
}
