/**
 * The two rates that bound what visitors are asked for.
 *
 * Owns two numbers; the Worker imports them, so nothing else stands here. Both are estimates, rounded
 * down. Published: Cap's solver with vectors took 0.8 s for 50 x 16^4 expected hashes on a Galaxy A34
 * and on an iPhone SE of 2020, network included, so at least 4.1 MH/s (capjs.js.org, "Benchmark", read
 * 2026-11). On the reference core our engine makes 13.5 MH/s where that solver makes 4.8 to 5.1
 * (README, "How fast it is", and measured here 2026-11): 2.7 times as many. 4.1 x 2.7 = 11.
 */

/** Attempts a second of a phone in the middle: Galaxy A34, iPhone SE of 2020; all cores, in a page. */
export const MEDIAN_PHONE_ATTEMPTS_PER_SECOND = 10_000_000;

/** Attempts a second of which 95 of 100 visitors have more: a quarter of the phone in the middle. */
export const P95_DEVICE_ATTEMPTS_PER_SECOND = 2_500_000;
