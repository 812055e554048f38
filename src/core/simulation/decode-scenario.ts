/**
 * A scenario as it was written, decoded: unknown members refused, every problem at once.
 *
 * Owns names, ranges and defaults of every member; must not know the format it was written in.
 */
import type { AddressSupply, AttackerHardware, VisitorDevice } from '../price/economics.ts';
import type { PolicyProblem } from '../policy/policy-problem.ts';
import {
  STRATEGIES,
  type Attacker,
  type OnOff,
  type ReplayedAttackers,
  type Scenario,
  type ScenarioTables,
  type SimulatedOrigin,
  type SimulatedSite,
  type SitePage,
  type VisitorPopulation,
} from './scenario.ts';
import { TableReader } from './table-reader.ts';

export type DecodedScenario =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

export const MAX_HOURS = 24 * 14;
const MAX_ATTACKERS = 16;
const MAX_PAGES = 50;
const MAX_DEVICES = 50;
const SHARE = { from: 0, to: 1 } as const;
const DOLLARS = { from: 0, to: 1e6 } as const;
const NAME = /^[\w .-]{1,60}$/;
const PATH = /^\/[^\s#]{0,500}$/;
const AGENT = /^[\x20-\x7E]{0,500}$/;
const BROWSER =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const SHARE_SLACK = 1e-6;

/** One of `entries` by its name, or figures of one's own. */
function readEntry<Entry extends { readonly name: string }>(
  reader: TableReader,
  { key, entries }: { readonly key: string; readonly entries: readonly Entry[] },
  readOwn: (own: TableReader) => Entry,
): Entry | undefined {
  const value = reader.value(key);
  if (typeof value !== 'object' || value === null) {
    const found = entries.find(({ name }) => name === value);
    const names = entries.map(({ name }) => name).join(', ');
    return found ?? reader.refuse(key, `write a table of figures, or one of ${names}`);
  }
  const own = new TableReader(value, reader.pathOf(key), reader.problems);
  const entry = readOwn(own);
  own.end();
  return entry;
}

function readHardware(
  reader: TableReader,
  entries: readonly AttackerHardware[],
): AttackerHardware | undefined {
  return readEntry(reader, { key: 'hardware', entries }, (own) => ({
    name: 'own',
    label: 'own figures',
    attemptsPerSecond: own.number('attemptsPerSecond', 1e6, { from: 1, to: 1e15 }),
    dollarsPerHour: own.number('dollarsPerHour', 0, DOLLARS),
    sources: [],
  }));
}

function readAddresses(
  reader: TableReader,
  entries: readonly AddressSupply[],
): AddressSupply | undefined {
  return readEntry(reader, { key: 'addresses', entries }, (own) => ({
    name: 'own',
    label: 'own figures',
    dollarsPerNetworkMonth: own.number('dollarsPerNetworkMonth', 0, DOLLARS),
    dollarsPerGigabyte: own.number('dollarsPerGigabyte', 0, DOLLARS),
    isHosting: own.flag('isHosting'),
    sources: [],
  }));
}

function readOnOff(reader: TableReader): OnOff | undefined {
  const minutes = { from: 1, to: 10_080 } as const;
  const onMinutes = reader.optionalNumber('onMinutes', minutes);
  const offMinutes = reader.optionalNumber('offMinutes', minutes);
  if (onMinutes === undefined && offMinutes === undefined) return undefined;
  if (onMinutes === undefined || offMinutes === undefined) {
    return reader.refuse('onMinutes', 'write onMinutes and offMinutes together');
  }
  return { onMinutes, offMinutes };
}

function readAttacker(reader: TableReader, tables: ScenarioTables): Attacker | undefined {
  const name = reader.text('name', '', NAME);
  if (name === '') reader.refuse('name', 'name the attacker');
  const strategy = reader.choice('strategy', STRATEGIES);
  const hardware = readHardware(reader, tables.hardware);
  const addresses = readAddresses(reader, tables.addresses);
  const hour = { from: 0, to: MAX_HOURS } as const;
  const attacker = {
    name,
    units: reader.number('units', 1, { from: 0.001, to: 1e6 }),
    networks: reader.number('networks', 1, { from: 1, to: 20_000, isWhole: true }),
    besideVisitors: reader.number('besideVisitors', 0, SHARE),
    rotateMinutes: reader.optionalNumber('rotateMinutes', { from: 1, to: 10_080 }),
    requestsPerSecond: reader.number('requestsPerSecond', 1, { from: 0.001, to: 1e6 }),
    budgetPerHour: reader.optionalNumber('budgetPerHour', DOLLARS),
    yieldPerThousand: reader.optionalNumber('yieldPerThousand', DOLLARS),
    fromHour: reader.number('fromHour', 0, hour),
    untilHour: reader.number('untilHour', MAX_HOURS, hour),
    onOff: readOnOff(reader),
    isEverywhere: reader.flag('everywhere'),
    path: reader.text('path', '/', PATH),
    agent: reader.text('agent', BROWSER, AGENT),
  };
  reader.end();
  if (strategy === undefined || hardware === undefined || addresses === undefined) return undefined;
  return { ...attacker, strategy, hardware, addresses };
}

function readAttackers(reader: TableReader, tables: ScenarioTables): readonly Attacker[] {
  const read = (reader.list('attackers', MAX_ATTACKERS) ?? []).map((each) =>
    readAttacker(each, tables),
  );
  const attackers = read.filter((attacker) => attacker !== undefined);
  const names = new Set(attackers.map(({ name }) => name));
  if (names.size < attackers.length) reader.refuse('attackers', 'give each a name of its own');
  return attackers;
}

/** Shares of a list add up to 1. */
function refuseShares(
  reader: TableReader,
  key: string,
  entries: readonly { readonly share: number }[],
): void {
  const sum = entries.reduce((total, { share }) => total + share, 0);
  if (Math.abs(sum - 1) > SHARE_SLACK) reader.refuse(key, 'make the shares add up to 1');
}

/** Devices of the table with shares of one's own, or figures of one's own. */
function readDevices(
  reader: TableReader,
  known: readonly VisitorDevice[],
): readonly VisitorDevice[] {
  const rows = reader.list('devices', MAX_DEVICES);
  if (rows === undefined) return known;
  const devices = rows.map((row): VisitorDevice => {
    const name = row.text('name', '', NAME);
    const found = known.find((device) => device.name === name);
    const rate = row.optionalNumber('attemptsPerSecond', { from: 1, to: 1e15 });
    const share = row.number('share', 0, SHARE);
    row.end();
    if (found === undefined && rate === undefined) {
      const names = known.map((device) => device.name).join(', ');
      row.refuse('name', `add attemptsPerSecond, or name one of ${names}`);
    }
    const attemptsPerSecond = rate ?? found?.attemptsPerSecond ?? 1;
    const { label, sources } = found ?? { label: name, sources: [] };
    return { name, label, attemptsPerSecond, share, sources };
  });
  refuseShares(reader, 'devices', devices);
  return devices;
}

function readVisitors(reader: TableReader, tables: ScenarioTables): VisitorPopulation {
  const spread = { from: 0, to: 3 } as const;
  const visitors = {
    perDay: reader.number('perDay', 3000, { from: 0, to: 1e6 }),
    networks: reader.number('networks', 800, { from: 1, to: 100_000, isWhole: true }),
    nightShare: reader.number('nightShare', 0.2, SHARE),
    pagesMedian: reader.number('pagesMedian', 5, { from: 1, to: 1000 }),
    pagesSpread: reader.number('pagesSpread', 0.9, spread),
    pauseSecondsMedian: reader.number('pauseSecondsMedian', 25, { from: 1, to: 3600 }),
    pauseSpread: reader.number('pauseSpread', 1, spread),
    agent: reader.text('agent', BROWSER, AGENT),
    devices: readDevices(reader, tables.devices),
  };
  reader.end();
  return visitors;
}

function readPages(reader: TableReader): readonly SitePage[] {
  const rows = reader.list('pages', MAX_PAGES);
  if (rows === undefined) return [{ path: '/', share: 1 }];
  const pages = rows.map((row): SitePage => {
    const page = { path: row.text('path', '/', PATH), share: row.number('share', 0, SHARE) };
    row.end();
    return page;
  });
  refuseShares(reader, 'pages', pages);
  return pages;
}

function readSite(reader: TableReader): SimulatedSite {
  const bytes = { from: 0, to: 1e9 } as const;
  const site = {
    pages: readPages(reader),
    staticPerPage: reader.number('staticPerPage', 19, { from: 0, to: 500, isWhole: true }),
    pageBytes: reader.number('pageBytes', 40_000, bytes),
    challengeBytes: reader.number('challengeBytes', 3000, bytes),
  };
  reader.end();
  return site;
}

function readOrigin(reader: TableReader): SimulatedOrigin {
  const origin = {
    requestsPerSecond: reader.number('requestsPerSecond', 50, { from: 0.1, to: 1e6 }),
    latencyMs: reader.number('latencyMs', 120, { from: 1, to: 60_000 }),
    timeoutSeconds: reader.number('timeoutSeconds', 10, { from: 1, to: 300 }),
    staticLoad: reader.number('staticLoad', 0.05, SHARE),
  };
  reader.end();
  return origin;
}

const NO_HARDWARE: AttackerHardware = {
  name: 'none',
  label: 'none',
  attemptsPerSecond: 1,
  dollarsPerHour: 0,
  sources: [],
};
const NO_ADDRESSES: AddressSupply = {
  name: 'none',
  label: 'none',
  dollarsPerNetworkMonth: 0,
  dollarsPerGigabyte: 0,
  isHosting: false,
  sources: [],
};

function readReplay(reader: TableReader, tables: ScenarioTables): ReplayedAttackers {
  const isWritten = (key: string): boolean => reader.value(key) !== undefined;
  const [firstHardware = NO_HARDWARE] = tables.hardware;
  const [firstAddresses = NO_ADDRESSES] = tables.addresses;
  const hardware = isWritten('hardware') ? readHardware(reader, tables.hardware) : firstHardware;
  const addresses = isWritten('addresses')
    ? readAddresses(reader, tables.addresses)
    : firstAddresses;
  const yieldPerThousand = reader.number('yieldPerThousand', 0.1, DOLLARS);
  reader.end();
  return {
    hardware: hardware ?? firstHardware,
    addresses: addresses ?? firstAddresses,
    yieldPerThousand,
  };
}

/** @param value what a YAML or JSON reader made of the file */
export function decodeScenario(value: unknown, tables: ScenarioTables): DecodedScenario {
  const reader = new TableReader(value);
  if (reader.value('schema') !== 1) reader.refuse('schema', 'write schema: 1');
  const few = { from: 1, to: 64, isWhole: true } as const;
  const scenario: Scenario = {
    title: reader.text('title', 'A scenario without a title', /^[^\p{Cc}]{1,200}$/u),
    hours: reader.number('hours', 24, { from: 0.01, to: MAX_HOURS }),
    stepSeconds: reader.number('stepSeconds', 10, { from: 1, to: 60, isWhole: true }),
    startHour: reader.number('startHour', 0, { from: 0, to: 24 }),
    locations: reader.number('locations', 2, few),
    isolatesPerLocation: reader.number('isolatesPerLocation', 2, few),
    site: readSite(reader.table('site')),
    origin: readOrigin(reader.table('origin')),
    visitors: readVisitors(reader.table('visitors'), tables),
    attackers: readAttackers(reader, tables),
    replay: readReplay(reader.table('replay'), tables),
  };
  reader.end();
  const { problems } = reader;
  return problems.length > 0 ? { ok: false, problems } : { ok: true, scenario };
}
