/**
 * What programs that ask have in common: who they are, and one request after another.
 *
 * Owns the small steps; must not know any program.
 */
import type { ClientClass } from '../../assessment/client-class.ts';
import type { RandomSource } from '../../random-source.ts';
import type { Line } from '../address-space.ts';
import type { CarrierKind } from '../carriers.ts';
import { answer } from '../page-load.ts';
import type { TrafficRequest, Visitor } from '../traffic-request.ts';
import type { World } from '../world.ts';

export interface MachineShape {
  readonly behaviour: string;
  readonly class: ClientClass;
  readonly agent: string;
  readonly carrier: CarrierKind;
  /** A real browser is what asks. */
  readonly isBrowser?: boolean;
  readonly line?: Line;
}

/** A program on a machine of its own. */
export function createMachine(world: World, random: RandomSource, shape: MachineShape): Visitor {
  const line = shape.line ?? world.addresses.line(random, shape.carrier, 'machines');
  return {
    address: world.addresses.addressOn(line, random),
    agent: shape.agent,
    asn: line.asn,
    country: line.country,
    class: shape.class,
    behaviour: shape.behaviour,
    protocol: world.protocol(shape.isBrowser === true ? 'browser' : 'program', random),
  };
}

export interface Ask {
  readonly visitor: Visitor;
  readonly timeMs: number;
  readonly target: string;
  readonly random: RandomSource;
  readonly bytes?: number;
  readonly method?: string;
  readonly status?: number;
  readonly referer?: string;
}

/** One request with its answer. */
export function ask(what: Ask): TrafficRequest {
  const { visitor, timeMs, target, random, method = 'GET', referer = '' } = what;
  const found = answer(random, [what.status ?? 200, what.bytes ?? 0]);
  const originMs = 20 + random.exponential(55);
  return { visitor, timeMs, method, target, ...found, referer, originMs };
}
