/** Sources that several entries of the tables share. */
import type { Source } from './economics.ts';

/** The project's own measurement of its engines in Chromium, one worker on a 3.1 GHz server core. */
export const OWN_BENCHMARK: Source = {
  title:
    'measured by this project: README, "How fast it is"; 13.5 MH/s with vectors, 0.11 to 0.20 with WebCrypto, for one worker',
  date: '2026-11',
};

/** Solving times of real phones and laptops, with another solver of the same hash. */
export const CAP_BENCHMARK: Source = {
  title:
    'Cap, benchmark of its vector solver: 50 x 16^4 hashes in 795 ms (Galaxy A34), 798 (iPhone SE 2020), 423 (Pixel 7), 212 (MacBook M3), network included',
  url: 'https://capjs.js.org/guide/benchmark.html',
  date: '2026-11',
};

/** How a rate of Cap's solver becomes one of ours. */
export const CAP_SCALING: Source = {
  title:
    'estimate: times 2.7, which is 13.5 MH/s of our engine over 5.0 MH/s of that solver, both measured on one core of the same machine',
  date: '2026-11',
};

/** What native code for AVX-512 reaches on one thread. */
export const NATIVE_SOLVER: Source = {
  title:
    'pow-buster 0.2.0: 80 to 100 MH/s a thread with AVX-512, on 8 vCPU for 14.58 euros a month',
  url: 'https://docs.rs/crate/pow-buster/0.2.0',
  date: '2026-11',
};

/** A list of GPU rents by the hour. */
export const RENT_OPENRELAY: Source = {
  title: 'OpenRelay, price list as transcribed: RTX 4090 $0.29 an hour, RTX 3090 $0.18',
  url: 'https://openrelay.inc/pricing',
  date: '2026-09',
};
