/**
 * What a sign is, and the figures of a client that several signs read.
 *
 * Owns the shape and the arithmetic; the signs stand in the files beside.
 */
import type { ClientRecord } from './client-record.ts';
import { estimateDistinct, SKETCH_BITS } from './distinct-sketches.ts';
import type { SiteFacts } from './site-facts.ts';

export interface Signal {
  readonly name: string;
  /** 0: says nothing of this client. */
  readonly weigh: (client: ClientRecord, site: SiteFacts) => number;
  /** Why it counts, with the client's figures. */
  readonly say: (client: ClientRecord, site: SiteFacts) => string;
}

/** Pages that a client asked for, each once. */
export function distinctDocumentsOf(client: ClientRecord): number {
  return Math.min(
    client.documents + client.apis,
    estimateDistinct(client.distinctDocuments + client.distinctApis, SKETCH_BITS.documents),
  );
}

/** Files that were fetched whole although the client had them. */
export function refetchedStatics(client: ClientRecord): number {
  return client.fullStatics - estimateDistinct(client.distinctStatics, SKETCH_BITS.statics);
}

/** Standard deviation of the pauses by their mean; 1 for events that know nothing of each other. */
export function pauseVariation({ pauses, pauseMean, pauseSquares }: ClientRecord): number {
  return pauses < 2 || pauseMean === 0 ? 1 : Math.sqrt(pauseSquares / (pauses - 1)) / pauseMean;
}

/** Standard deviation of the logarithms of the pauses; people reach 0.9 and more, timers stay below 0.5. */
export function pauseSpread({ pauses, logPauseSquares }: ClientRecord): number {
  return pauses < 2 ? 1 : Math.sqrt(logPauseSquares / (pauses - 1));
}

/** The same of gaps between sessions, by their mean: what comes by a timer stays below 0.1. */
export function restVariation({ rests, restMean, restSquares }: ClientRecord): number {
  return rests < 2 || restMean === 0 ? 1 : Math.sqrt(restSquares / (rests - 1)) / restMean;
}

/** Loaded pages and no file, where files are logged; a file that is still good counts as one. */
export function isBare({ statics, served, agent }: ClientRecord, site: SiteFacts): boolean {
  return site.logsStatics && statics === 0 && served > 0 && agent.kind !== 'text-browser';
}

/** Loaded files, none of them a style, a script or a font. */
export function lacksShell({ statics, favicons, shellStatics, agent }: ClientRecord): boolean {
  return statics > favicons && shellStatics === 0 && agent.kind !== 'text-browser';
}

/** As a browser without a cache: most files are fetched whole again, and none is asked after. */
export function keepsNothing(client: ClientRecord): boolean {
  const again = refetchedStatics(client);
  return client.notModified === 0 && again >= 15 && again >= 0.6 * client.statics;
}

/** Icons that a browser would have kept. */
export function refetchesIcon({ favicons, documents }: ClientRecord): boolean {
  return favicons >= 8 && favicons >= 0.35 * documents;
}

/** Hours of the day in which a client came, 0..24. */
export function hoursOfDay({ hoursOfDay: mask }: ClientRecord): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** The weight of the highest bound that `value` reaches; bounds descend. */
export function step(
  value: number,
  steps: readonly (readonly [bound: number, weight: number])[],
): number {
  for (const [bound, weight] of steps) if (value >= bound) return weight;
  return 0;
}

/** "1,204". */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** "42 %". */
export function percent(part: number): string {
  return `${Math.round(100 * part)} %`;
}

/** "3.5 hours". */
export function hours(seconds: number): string {
  return `${(seconds / 3600).toFixed(1)} hours`;
}
