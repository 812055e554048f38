/**
 * Where attackers' addresses come from, and what they cost.
 *
 * Owns the figures, no arithmetic. Pools that are sold by the gigabyte bring as many networks as one
 * wants; addresses that are rented cost by the network. Prices are the least found in public lists.
 */
import type { AddressSupply } from './economics.ts';

const RENTED_ADDRESSES = {
  title:
    'IPRoyal datacentre proxies: 100 GB a month with each, $2.50 for 100 GB more; 100 addresses for $100 a month as listed by a reseller',
  url: 'https://help.iproyal.com/en/articles/13867938-how-to-purchase-additional-data-for-my-isp-or-datacenter-proxies',
  date: '2026-11',
} as const;

const DATAIMPULSE = {
  title: 'DataImpulse, pay as you go: residential $1, premium $5, mobile $2, datacentre $0.50 a GB',
  url: 'https://dataimpulse.com/',
  date: '2026-11',
} as const;

/** From the cheapest gigabyte to the dearest. */
export const ADDRESS_SUPPLIES: readonly AddressSupply[] = [
  {
    name: 'ipv6-tunnel',
    label: 'IPv6 tunnel, free /48',
    dollarsPerNetworkMonth: 0.04,
    dollarsPerGigabyte: 0.001,
    isHosting: true,
    sources: [
      {
        title:
          'estimate: Hurricane Electric routes a /48, 256 networks of /56, for nothing; a server at $10 a month behind it',
        url: 'https://www.tunnelbroker.net/',
        date: '2026-11',
      },
    ],
  },
  {
    name: 'datacentre',
    label: 'datacentre, rented',
    dollarsPerNetworkMonth: 2,
    dollarsPerGigabyte: 0.025,
    isHosting: true,
    sources: [
      RENTED_ADDRESSES,
      {
        title:
          'estimate: addresses of one order share networks, so one in a /24 of its own is taken for twice the price',
        date: '2026-11',
      },
    ],
  },
  {
    name: 'datacentre-pool',
    label: 'datacentre, by the GB',
    dollarsPerNetworkMonth: 0,
    dollarsPerGigabyte: 0.3,
    isHosting: true,
    sources: [
      {
        title: 'Evomi datacentre proxies: $0.30 a GB in the plan of 1,000 GB, $0.45 as you go',
        url: 'https://docs.evomi.com/proxy-instructions/datacenter-proxies/',
        date: '2026-11',
      },
    ],
  },
  {
    name: 'residential',
    label: 'residential, cheap',
    dollarsPerNetworkMonth: 0,
    dollarsPerGigabyte: 0.89,
    isHosting: false,
    sources: [
      {
        title: 'Proxynade, volume residential: $0.89 for each GB transferred; premium $5.00',
        url: 'https://proxynade.net/blogs/how-per-gb-proxy-pricing-works',
        date: '2026-06',
      },
      DATAIMPULSE,
    ],
  },
  {
    name: 'mobile',
    label: 'mobile',
    dollarsPerNetworkMonth: 0,
    dollarsPerGigabyte: 2,
    isHosting: false,
    sources: [
      DATAIMPULSE,
      {
        title: 'Evomi mobile proxies: $2.20 a GB at volume, $3.98 as you go',
        url: 'https://docs.evomi.com/proxy-instructions/mobile-proxies/',
        date: '2026-11',
      },
    ],
  },
  {
    name: 'residential-premium',
    label: 'residential, premium',
    dollarsPerNetworkMonth: 0,
    dollarsPerGigabyte: 5,
    isHosting: false,
    sources: [
      {
        title: 'Proxynade, premium residential: $5.00 for each GB transferred',
        url: 'https://proxynade.net/blogs/how-per-gb-proxy-pricing-works',
        date: '2026-06',
      },
      DATAIMPULSE,
    ],
  },
];
