/**
 * Networks that rent machines, by autonomous system number.
 *
 * Owns the question whether a network is one of them. Must not know what a hosting network is charged: a
 * listed network gets lower ceilings and no free allowance, never a refusal. The names, which only people
 * read, stand in `hosting-registry.ts`; a test holds the two together.
 */

/** Ascending, each as its distance from the one before, to the base 36: half the size of the numbers. */
const PACKED =
  '2hj h7 282 5z 7c lk 2o p cs ch 36 6v 1xo rq 9d nk fh fb ur 6h 1r2 1b2 8c 2c 3 rr kx 1so ' +
  'l bc cj en 45 nx 1i 11a 8p kg n3 d2 m3 5j 43 6f gj 8t 2ac 1 18r 12k im 18 cc 4n 22a jw ' +
  'sg c 125 2f 18 6m kj 1he 13 c5 wy j1 1ef 2g ev ev ct 7 jd t9 1pe mn jt ag u3 3m eu ft ' +
  'd8 1gny 3mo 3xc 7vb yzm 4b pf 1cc 1bb qv 5vs 18a 27 pd 3vry 17q 6k 4s h8';

let last = 0;

/** Numbers of the autonomous systems. */
export const HOSTING_ASNS: ReadonlySet<number> = new Set(
  PACKED.split(' ').map((distance) => (last += Number.parseInt(distance, 36))),
);

/** Whether `asn` is on the list; an ASN that is not listed is unknown, not proven residential. */
export function isHostingNetwork(asn: number): boolean {
  return HOSTING_ASNS.has(asn);
}
