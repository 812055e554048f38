/**
 * People: who they are, how they come back, and what is between them and the site.
 *
 * Owns persons and their lines; must not know what they do on a page.
 */
import type { RandomSource } from '../../random-source.ts';
import type { CarrierKind } from '../carriers.ts';
import type { Line } from '../address-space.ts';
import type { Device } from '../browser-agents.ts';
import { createCache, type Browser, type Cache } from '../page-load.ts';
import type { Visitor } from '../traffic-request.ts';
import { around, type World } from '../world.ts';

export interface Person {
  readonly line: Line;
  visitor: Visitor;
  /** Days since the epoch: IPv6 addresses for privacy change daily (RFC 8981). */
  addressDay: number;
  readonly browser: Browser;
  readonly cache: Cache;
  /** Milliseconds from one page to the next. */
  readonly thinkMs: number;
  readonly pagesPerVisit: number;
}

export interface PersonShape {
  readonly behaviour: string;
  readonly carrier?: CarrierKind;
  readonly device?: Device;
  readonly agent?: string;
  readonly line?: Line;
  readonly browser?: Partial<Browser>;
  readonly pagesPerVisit?: number;
  readonly thinkMs?: number;
}

const DAY_MS = 86_400_000;
/** People of one kind who may come back. */
const MAX_REMEMBERED = 2_500;

function browserOf(world: World, random: RandomSource): Browser {
  return {
    hidesReferer: random.next() < world.share('people.hides-referer', 0.03),
    runsScripts: random.next() > world.share('people.no-scripts', 0.01),
    loadsImages: true,
    loadsFonts: random.next() > world.share('people.no-fonts', 0.08),
    lagMs: around(world.constant('people.lag', 120), random),
  };
}

/** Some were here before the log begins: what is kept for good is there, the rest has gone stale. */
function cacheOf(world: World, random: RandomSource): Cache {
  const cache = createCache();
  if (random.next() >= world.share('people.known', 0.3)) return cache;
  for (const { target, caching } of world.site.shell) {
    cache.freshUntilMs.set(target, caching === 'immutable' ? Infinity : 0);
  }
  return cache;
}

/** A new person, with everything that the shape leaves open drawn. */
export function createPerson(world: World, random: RandomSource, shape: PersonShape): Person {
  const isPhone = (shape.device ?? (random.next() < 0.52 ? 'phone' : 'desktop')) === 'phone';
  const usual = isPhone && random.next() < 0.55 ? 'mobile' : 'household';
  const line = shape.line ?? world.addresses.line(random, shape.carrier ?? usual, 'people');
  return {
    line,
    visitor: {
      address: world.addresses.addressOn(line, random),
      agent: shape.agent ?? world.agents.current(random, isPhone ? 'phone' : 'desktop'),
      asn: line.asn,
      country: line.country,
      class: 'browser',
      behaviour: shape.behaviour,
      protocol: world.protocol('browser', random),
    },
    addressDay: -1,
    browser: { ...browserOf(world, random), ...shape.browser },
    cache: cacheOf(world, random),
    thinkMs: around(shape.thinkMs ?? world.constant('people.think', 34_000), random),
    pagesPerVisit: around(shape.pagesPerVisit ?? world.constant('people.pages', 3.4), random),
  };
}

/** At the start of a visit: another day or another cell, another address. */
export function refreshAddress(
  world: World,
  person: Person,
  start: { timeMs: number; random: RandomSource },
): void {
  const { line } = person;
  const { random } = start;
  const day = Math.floor(start.timeMs / DAY_MS);
  if (person.addressDay === day) return;
  const isFirst = person.addressDay === -1;
  person.addressDay = day;
  if (isFirst) return;
  if (line.prefix !== undefined) {
    person.visitor = { ...person.visitor, address: world.addresses.addressOn(line, random) };
  }
}

/** People who may come back, so many that memory stays bounded. */
export interface Regulars {
  /** One who was here before, or somebody new. */
  draw(random: RandomSource): Person;
}

export function createRegulars(
  world: World,
  create: (random: RandomSource, housemate: Person | undefined) => Person,
): Regulars {
  const people: Person[] = [];
  return {
    draw(random) {
      const known = people.length > 0 ? random.pick(people) : undefined;
      if (known !== undefined && random.next() < world.share('people.return', 0.4)) return known;
      const isHousemate = random.next() < world.share('people.housemate', 0.2);
      const person = create(random, isHousemate ? known : undefined);
      if (people.length < MAX_REMEMBERED) people.push(person);
      else people[random.integer(MAX_REMEMBERED)] = person;
      return person;
    },
  };
}
