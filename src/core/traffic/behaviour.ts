/**
 * What a behaviour is: a name, a class, how much of a log it makes, and one client's requests.
 *
 * Owns the interface; must not know any behaviour.
 */
import type { ClientClass } from '../assessment/client-class.ts';
import type { RandomSource } from '../random-source.ts';
import type { TrafficRequest } from './traffic-request.ts';

/** When clients start: as people are awake, in offices' hours, at night, or at any time. */
export type Rhythm = 'people' | 'office' | 'night' | 'steady';

export interface Start {
  readonly timeMs: number;
  /** How many requests a campaign makes, about; sessions of people have their own measure. */
  readonly requests: number;
  readonly random: RandomSource;
}

export interface Behaviour {
  readonly name: string;
  readonly class: ClientClass;
  /** Share of the log's requests, against the other behaviours. */
  readonly share: number;
  readonly rhythm: Rhythm;
  /**
   * Requests of one start; `undefined`: as many as come, measured before the log begins. A campaign
   * of this size is started as often as its share needs.
   */
  readonly campaign?: number;
  /** The requests of one start, none before the one that went before it. */
  start(start: Start): Iterator<TrafficRequest, void>;
}
