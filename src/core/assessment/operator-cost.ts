/**
 * What traffic costs who serves it.
 *
 * Owns the sum: bytes at a price, requests of the Worker at Cloudflare's price. Time of the origin is
 * stated in seconds, for what a second costs nobody but the operator knows.
 */
import type { ClassTraffic } from './traffic.ts';

export interface CostPrices {
  readonly dollarsPerGigabyte: number;
  readonly dollarsPerMillionRequests: number;
}

export interface OperatorCost {
  readonly trafficDollars: number;
  readonly requestDollars: number;
  readonly totalDollars: number;
  readonly originSeconds: number;
}

/**
 * What an origin in a large cloud pays for a gigabyte to the Internet: Amazon EC2, on-demand, first
 * 10 TB a month, us-east-1 (https://aws.amazon.com/ec2/pricing/on-demand/, 2026-11). An assumption:
 * others charge a tenth, or nothing.
 */
export const DEFAULT_DOLLARS_PER_GIGABYTE = 0.09;

export function operatorCost(
  { bytes, requests, originMs }: Pick<ClassTraffic, 'bytes' | 'requests' | 'originMs'>,
  { dollarsPerGigabyte, dollarsPerMillionRequests }: CostPrices,
): OperatorCost {
  const trafficDollars = (bytes / 1e9) * dollarsPerGigabyte;
  const requestDollars = (requests / 1e6) * dollarsPerMillionRequests;
  return {
    trafficDollars,
    requestDollars,
    totalDollars: trafficDollars + requestDollars,
    originSeconds: originMs / 1000,
  };
}
