/**
 * People with browsers, the ordinary and the hard cases.
 *
 * Owns which kinds of people come. All of them are `browser`, and text browsers too: a person reads.
 */
import type { RandomSource } from '../../random-source.ts';
import type { Behaviour, Start } from '../behaviour.ts';
import { answer } from '../page-load.ts';
import type { TrafficRequest } from '../traffic-request.ts';
import { around, type World } from '../world.ts';
import {
  createPerson,
  createRegulars,
  refreshAddress,
  type Person,
  type PersonShape,
} from './people.ts';
import { readPages, type Visit } from './reading.ts';

type VisitShape = Omit<Visit, 'world' | 'person' | 'timeMs' | 'random'>;

interface Kind {
  readonly name: string;
  readonly share: number;
  readonly rhythm?: Behaviour['rhythm'];
  readonly person: (random: RandomSource) => Omit<PersonShape, 'behaviour'>;
  readonly visit?: (random: RandomSource) => VisitShape;
}

/** A kind of people who come alone and may come back. */
function peopleOf(world: World, kind: Kind): Behaviour {
  const regulars = createRegulars(world, (random, housemate) => {
    const shape = { behaviour: kind.name, ...kind.person(random) };
    const line = shape.line ?? housemate?.line;
    return createPerson(world, random, line === undefined ? shape : { ...shape, line });
  });
  return {
    name: kind.name,
    class: 'browser',
    share: kind.share,
    rhythm: kind.rhythm ?? 'people',
    start({ timeMs, random }) {
      const person = regulars.draw(random);
      refreshAddress(world, person, { timeMs, random });
      return readPages({ world, person, timeMs, random, ...kind.visit?.(random) });
    },
  };
}

const NO_SCRIPTS = { runsScripts: false, loadsFonts: false } as const;
const TEXT_ONLY = { ...NO_SCRIPTS, loadsImages: false } as const;

function ordinaryKinds(world: World): readonly Kind[] {
  return [
    {
      name: 'reader',
      share: 60,
      person: () => ({}),
      visit: () => ({ writes: 0.01, signsIn: 0.01 }),
    },
    {
      name: 'private-reader',
      share: 4,
      person: (random) => ({
        browser: { hidesReferer: true },
        ...(random.next() < 0.5 ? { carrier: 'vpn' as const } : {}),
      }),
    },
    {
      name: 'no-script-reader',
      share: 1.5,
      person: () => ({ browser: NO_SCRIPTS, device: 'desktop' }),
    },
    {
      name: 'old-phone-reader',
      share: 1.5,
      person: (random) => ({ agent: world.agents.outdated(random), device: 'phone' }),
    },
  ];
}

/** Honest and easily mistaken for programs. */
function hardKinds(world: World): readonly Kind[] {
  return [
    {
      name: 'power-reader',
      share: 5,
      person: () => ({
        device: 'desktop',
        carrier: 'household',
        pagesPerVisit: world.constant('power-reader.pages', 130),
        thinkMs: world.constant('power-reader.think', 21_000),
      }),
    },
    {
      name: 'prefetching-reader',
      share: 3,
      person: () => ({ device: 'desktop' }),
      visit: () => ({ prefetches: 2 }),
    },
    {
      name: 'open-page-reader',
      share: 4,
      rhythm: 'office',
      person: () => ({ device: 'desktop' }),
      visit: (random) => ({
        pollMs: Math.round(world.constant('open-page.poll', 45) / 5) * 5000,
        openMinutes: around(world.constant('open-page.open', 40), random),
      }),
    },
    {
      name: 'contributor',
      share: 3,
      person: () => ({ pagesPerVisit: world.constant('contributor.pages', 9), device: 'desktop' }),
      visit: () => ({ writes: 0.22, signsIn: 0.4 }),
    },
  ];
}

/** Text browsers load nothing but pages, declare themselves, and are people. */
function textReader(world: World): Behaviour {
  const regulars = createRegulars(world, (random) =>
    createPerson(world, random, {
      behaviour: 'text-reader',
      agent: world.agents.text(random),
      device: 'desktop',
      browser: TEXT_ONLY,
    }),
  );
  return {
    name: 'text-reader',
    class: 'browser',
    share: 0.3,
    rhythm: 'people',
    *start({ timeMs, random }) {
      const person = regulars.draw(random);
      refreshAddress(world, person, { timeMs, random });
      for (const request of readPages({ world, person, timeMs, random, searches: 0.1 })) {
        // No style sheets either.
        if (!isShell(world, request)) yield request;
      }
    },
  };
}

function isShell({ site }: World, { target }: TrafficRequest): boolean {
  return site.shell.some((asset) => asset.target === target);
}

/** Many people behind one address: offices with one kind of computer and people's own telephones. */
function officeReader(world: World): Behaviour {
  const offices: Person['line'][] = [];
  const colleagues = createRegulars(world, (random) => {
    const most = 6 + Math.round(world.durationMs / 86_400_000) * 2;
    if (offices.length < most) offices.push(world.addresses.line(random, 'household', 'people'));
    const line = random.pick(offices);
    return createPerson(world, random, { behaviour: 'office-reader', line, device: 'desktop' });
  });
  return {
    name: 'office-reader',
    class: 'browser',
    share: 8,
    rhythm: 'office',
    start({ timeMs, random }) {
      const person = colleagues.draw(random);
      return readPages({ world, person, timeMs, random });
    },
  };
}

/** Yields what several visits yield, in the order of time. */
function* together(
  visits: readonly Iterator<TrafficRequest, void>[],
): Generator<TrafficRequest, void> {
  const waiting = visits.flatMap((visit) => {
    const { value } = visit.next();
    return value === undefined ? [] : [{ visit, request: value }];
  });
  while (waiting.length > 0) {
    let first = 0;
    for (let at = 1; at < waiting.length; at += 1) {
      const [a, b] = [waiting[at], waiting[first]];
      if (a !== undefined && b !== undefined && a.request.timeMs < b.request.timeMs) first = at;
    }
    const next = waiting[first];
    if (next === undefined) return;
    yield next.request;
    const { value } = next.visit.next();
    if (value === undefined) waiting.splice(first, 1);
    else next.request = value;
  }
}

/** A class of pupils: one address, one agent, within minutes. */
function schoolClass(world: World): Behaviour {
  return {
    name: 'school-class',
    class: 'browser',
    share: 3,
    rhythm: 'office',
    start({ timeMs, random }) {
      const line = world.addresses.line(random, 'household', 'people');
      const agent = world.agents.current(random, 'desktop');
      const pupils = 14 + random.integer(20);
      const address = world.addresses.addressOn(line, random);
      const visits = Array.from({ length: pupils }, () => {
        const person = createPerson(world, random, {
          behaviour: 'school-class',
          line,
          agent,
          device: 'desktop',
          pagesPerVisit: world.constant('school.pages', 7),
        });
        person.visitor = { ...person.visitor, address };
        const ownMs = timeMs + random.exponential(world.constant('school.begin', 150_000));
        return readPages({ world, person, timeMs: ownMs, random, searches: 0.2 });
      });
      return together(visits);
    },
  };
}

/** People who look at other sites that show an image of this one. */
function embedViewer(world: World): Behaviour {
  const others = ['https://forum.example/', 'https://blog.example/', 'https://board.example/'];
  return {
    name: 'embed-viewer',
    class: 'browser',
    share: 0.4,
    rhythm: 'people',
    *start({ timeMs, random }: Start) {
      const { visitor } = createPerson(world, random, { behaviour: 'embed-viewer' });
      const referer = random.pick(others);
      let atMs = timeMs;
      for (let left = 1 + random.integer(2); left > 0; left -= 1) {
        const picture = world.site.embedded(world.site.draw(random));
        if (picture === undefined) continue;
        const { target, bytes } = picture;
        const found = answer(random, [200, bytes]);
        yield { visitor, timeMs: atMs, method: 'GET', target, ...found, referer, originMs: 1 };
        atMs += random.exponential(30);
      }
    },
  };
}

/** Every kind of people. */
export function createReaders(world: World): readonly Behaviour[] {
  return [
    ...[...ordinaryKinds(world), ...hardKinds(world)].map((kind) => peopleOf(world, kind)),
    textReader(world),
    officeReader(world),
    schoolClass(world),
    embedViewer(world),
  ];
}
