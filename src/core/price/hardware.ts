/**
 * What attackers and visitors compute with: rates, rents, and where each figure comes from.
 *
 * Owns the figures, no arithmetic. Published rates are of SHA-256 of one block, as our puzzle is;
 * attackers may skip the few rounds that our engines skip, which is worth some per cent. Rents are the
 * least that was found on offer, because the cheapest attacker is the one that counts.
 */
import type { AttackerHardware, VisitorDevice } from './economics.ts';
import {
  CAP_BENCHMARK,
  CAP_SCALING,
  NATIVE_SOLVER,
  OWN_BENCHMARK,
  RENT_OPENRELAY,
} from './figure-sources.ts';
import {
  MEDIAN_PHONE_ATTEMPTS_PER_SECOND,
  P95_DEVICE_ATTEMPTS_PER_SECOND,
} from './visitor-rates.ts';

/** From the cheapest attempt to the dearest. */
export const ATTACKER_HARDWARE: readonly AttackerHardware[] = [
  {
    name: 'rtx-4090',
    label: 'RTX 4090, rented',
    attemptsPerSecond: 22e9,
    dollarsPerHour: 0.29,
    sources: [
      {
        title: 'hashcat 6.2.6 on an RTX 4090, mode 1400 (SHA2-256): 21,975.5 MH/s',
        url: 'https://gist.github.com/Chick3nman/32e662a5bb63bc4f51b847bb422222fd',
        date: '2022-10',
      },
      RENT_OPENRELAY,
      {
        title: 'Vast.ai, on demand, as listed by UsagePricing: $0.68 to $0.88 an hour',
        url: 'https://www.usagepricing.com/blueprint/vast-ai',
        date: '2026-06',
      },
    ],
  },
  {
    name: 'rtx-3090',
    label: 'RTX 3090 (2020), rented',
    attemptsPerSecond: 9.7e9,
    dollarsPerHour: 0.18,
    sources: [
      {
        title: 'hashcat 6.1.1 on an RTX 3090, mode 1400 (SHA2-256): 9,713.2 MH/s',
        url: 'https://github.com/dosoos/hashcat_speeds/blob/main/benchmarks/RTX3090.txt',
        date: '2020-09',
      },
      RENT_OPENRELAY,
    ],
  },
  {
    name: 'native-server',
    label: 'native code, 8 vCPU',
    attemptsPerSecond: 640e6,
    dollarsPerHour: 0.0232,
    sources: [
      NATIVE_SOLVER,
      {
        title:
          'estimate: 8 threads at 80 MH/s; 14.58 euros a month at 1.16 dollars a euro, over 730 hours',
        date: '2026-11',
      },
    ],
  },
  {
    name: 'h100',
    label: 'H100, cloud',
    attemptsPerSecond: 16.2e9,
    dollarsPerHour: 2.69,
    sources: [
      {
        title: 'hashcat 6.2.6 on an H100 SXM5, mode 1400 (SHA2-256): 16,165.9 MH/s',
        url: 'https://gist.github.com/laluka/2ee80e40ad485adc26934109f4ab75ef',
        date: '2024-01',
      },
      {
        title: 'RunPod, H100 SXM, community cloud: $2.69 an hour',
        url: 'https://huggingface.co/datasets/600me/gpu-cloud-h100-a100-pricing-benchmark',
        date: '2026-10',
      },
    ],
  },
  {
    name: 'browser-vcpu',
    label: 'browsers, budget vCPU',
    attemptsPerSecond: 13.3e6,
    dollarsPerHour: 0.0032,
    sources: [
      OWN_BENCHMARK,
      {
        title:
          'Hetzner CX33, 4 shared vCPU for 0.011 euros an hour, as listed by CNAP; at 1.16 dollars a euro',
        url: 'https://docs.cnap.tech/compute/providers/hetzner',
        date: '2026-11',
      },
    ],
  },
  {
    name: 'phone-farm',
    label: 'phone farm',
    attemptsPerSecond: MEDIAN_PHONE_ATTEMPTS_PER_SECOND,
    dollarsPerHour: 0.004,
    sources: [
      CAP_BENCHMARK,
      CAP_SCALING,
      {
        title:
          'assumption of this project: $60 for a used phone, written off in two years, and 4 W at $0.15 a kWh',
        date: '2026-11',
      },
    ],
  },
  {
    name: 'native-core',
    label: 'native code, EC2 vCPU',
    attemptsPerSecond: 80e6,
    dollarsPerHour: 0.0425,
    sources: [
      NATIVE_SOLVER,
      {
        title: 'Amazon EC2, c5.2xlarge, 8 vCPU: $0.34 an hour on demand (example of its manual)',
        url: 'https://docs.amazonaws.cn/en_us/autoscaling/ec2/userguide/weights-spot-price-per-unit-hour-example.html',
        date: '2026-11',
      },
    ],
  },
  {
    name: 'browser-core',
    label: 'browsers, EC2 vCPU',
    attemptsPerSecond: 13.3e6,
    dollarsPerHour: 0.0425,
    sources: [
      OWN_BENCHMARK,
      {
        title: 'Amazon EC2, c5.2xlarge, 8 vCPU: $0.34 an hour on demand (example of its manual)',
        url: 'https://docs.amazonaws.cn/en_us/autoscaling/ec2/userguide/weights-spot-price-per-unit-hour-example.html',
        date: '2026-11',
      },
    ],
  },
];

const SHARES = {
  title:
    'StatCounter as cited by BestForAndroid: 64 % mobile, 33 % desktop, 3 % tablet; how these divide by speed is an assumption of this project',
  url: 'https://bestforandroid.com/web/how-mobiles-taking-over-internet-traffic/',
  date: '2026-06',
} as const;

/** From the fastest to the slowest; tablets are counted as phones. Shares add up to 1. */
export const VISITOR_DEVICES: readonly VisitorDevice[] = [
  {
    name: 'webgpu',
    label: 'GPU in the browser (estimate)',
    attemptsPerSecond: 350e6,
    share: 0,
    sources: [
      {
        title:
          'estimate for integrated graphics (Iris Xe, Apple M2), from counted instructions: never measured on hardware, so no visitor is counted here',
        date: '2026-11',
      },
    ],
  },
  {
    name: 'desktop',
    label: 'desktop, 4 cores',
    attemptsPerSecond: 54e6,
    share: 0.15,
    sources: [
      OWN_BENCHMARK,
      {
        title:
          'estimate: four cores, each as fast as the reference core; scaled from a MacBook M3 it would be 42 MH/s',
        date: '2026-11',
      },
      SHARES,
    ],
  },
  {
    name: 'laptop',
    label: 'laptop, 2 cores',
    attemptsPerSecond: 27e6,
    share: 0.18,
    sources: [
      OWN_BENCHMARK,
      { title: 'estimate: two cores, each as fast as the reference core', date: '2026-11' },
      SHARES,
    ],
  },
  {
    name: 'fast-phone',
    label: 'phone, fast (Pixel 7)',
    attemptsPerSecond: 21e6,
    share: 0.25,
    sources: [CAP_BENCHMARK, CAP_SCALING, SHARES],
  },
  {
    name: 'median-phone',
    label: 'phone, median (Galaxy A34)',
    attemptsPerSecond: MEDIAN_PHONE_ATTEMPTS_PER_SECOND,
    share: 0.25,
    sources: [CAP_BENCHMARK, CAP_SCALING, SHARES],
  },
  {
    name: 'low-end-phone',
    label: 'phone, low end',
    attemptsPerSecond: P95_DEVICE_ATTEMPTS_PER_SECOND,
    share: 0.16,
    sources: [
      {
        title: 'estimate: a quarter of the median phone; nobody published such a phone',
        date: '2026-11',
      },
      SHARES,
    ],
  },
  {
    name: 'no-jit',
    label: 'no JIT, no WebAssembly',
    attemptsPerSecond: 440e3,
    share: 0.01,
    sources: [
      OWN_BENCHMARK,
      {
        title:
          'estimate: four workers at 0.11 MH/s each (lockdown mode of iOS, hardened browsers); the share is an assumption of this project',
        date: '2026-11',
      },
    ],
  },
];
