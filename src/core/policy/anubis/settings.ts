/**
 * Everything in an Anubis configuration that is no rule and no threshold.
 *
 * Owns the checks that its loader makes of them (TecharoHQ/anubis, lib/config), and what is said of
 * those that nothing here corresponds to.
 */
import type { Journal } from './journal.ts';
import { MemberReader } from './member-reader.ts';
import type { SourceNode } from './source.ts';

/** Go's `time.ParseDuration`. */
const DURATION = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const STORES: readonly string[] = ['memory', 'bbolt', 'valkey', 's3api'];
const DEFAULT_STATUS = 200;

export interface StatusCodes {
  readonly challenge: number;
  readonly deny: number;
  /** Where they are written, if anywhere. */
  readonly node: SourceNode | undefined;
}

type Check = (node: SourceNode, journal: Journal) => void;

function required(node: SourceNode, names: readonly string[], journal: Journal): void {
  const reader = new MemberReader(node, journal);
  for (const name of names) {
    if ((reader.string(name)?.text ?? '') === '') {
      journal.refuse(reader.place(name), `write ${name} here`);
    }
  }
}

function atLeastZero(node: SourceNode, names: readonly string[], journal: Journal): void {
  const reader = new MemberReader(node, journal);
  for (const name of names) {
    if ((reader.wholeNumber(name) ?? 0) < 0) {
      journal.refuse(reader.place(name), 'write 0 or more');
    }
  }
}

const checkOpenGraph: Check = (node, journal) => {
  const reader = new MemberReader(node, journal);
  const isEnabled = reader.flag('enabled') === true;
  reader.flag('considerHost');
  const ttl = reader.string('ttl');
  if (!isEnabled) return;
  if (!DURATION.test(ttl?.text ?? '')) {
    journal.refuse(reader.place('ttl'), 'write a duration, such as 5m or 24h');
  }
  for (const name of ['override', 'default']) {
    const tags = reader.stringTable(name);
    if (tags !== undefined && tags.size > 0 && !tags.has('og:title')) {
      journal.refuse(reader.place(name), 'write og:title here, or remove the table');
    }
  }
};

const checkLogging: Check = (node, journal) => {
  const reader = new MemberReader(node, journal);
  const sink = reader.string('sink')?.text ?? 'stdio';
  const parameters = reader.table('parameters');
  if (sink === 'stdio') return;
  if (sink !== 'file') {
    journal.refuse(reader.place('sink'), 'write stdio or file');
  } else if (parameters === undefined) {
    journal.refuse(node, 'write parameters: a file needs a name');
  } else {
    required(parameters, ['file'], journal);
    atLeastZero(parameters, ['maxBackups', 'maxAge'], journal);
  }
};

const checkStore: Check = (node, journal) => {
  const reader = new MemberReader(node, journal);
  const backend = reader.string('backend')?.text ?? 'memory';
  const parameters = reader.table('parameters') ?? node;
  if (!STORES.includes(backend)) {
    journal.refuse(reader.place('backend'), `write one of ${STORES.join(', ')}`);
  }
  if (backend === 'bbolt') required(parameters, ['path'], journal);
};

const checkMetrics: Check = (node, journal) => {
  required(node, ['bind', 'network'], journal);
  const reader = new MemberReader(node, journal);
  const network = reader.string('network')?.text ?? '';
  if (network === 'unix') {
    if (!/^[0-7]+$/.test(reader.string('socketMode')?.text ?? '')) {
      journal.refuse(reader.place('socketMode'), 'write the mode of the socket in octal digits');
    }
  } else if (network !== '' && !['tcp', 'tcp4', 'tcp6'].includes(network)) {
    journal.refuse(reader.place('network'), 'write tcp, tcp4, tcp6 or unix');
  }
  const tls = reader.table('tls');
  if (tls !== undefined) required(tls, ['certificate', 'key'], journal);
  const login = reader.table('basicAuth');
  if (login !== undefined) required(login, ['username', 'password'], journal);
};

const checkHoneypot: Check = (node, journal) => {
  const reader = new MemberReader(node, journal);
  if (reader.flag('enabled') === false) return;
  const implementation = reader.string('implementation')?.text ?? 'naive';
  if (implementation !== 'naive') {
    journal.refuse(reader.place('implementation'), 'write naive, the only implementation');
  }
};

const checkImpressum: Check = (node, journal) => {
  required(node, ['footer'], journal);
  const page = new MemberReader(node, journal).table('page');
  if (page === undefined) journal.refuse(node, 'write page here');
  else required(page, ['title', 'body'], journal);
};

const checkDnsTtl: Check = (node, journal) => {
  const reader = new MemberReader(node, journal);
  reader.wholeNumber('forward');
  reader.wholeNumber('reverse');
};

const checkDatabases: Check = (node, journal) => {
  const reader = new MemberReader(node, journal);
  if (reader.has('asn') || reader.has('country')) return;
  journal.refuse(node, 'write asn or country here');
};

interface Setting {
  readonly check: Check;
  /** Why nothing of it is carried over. */
  readonly why: string;
  /** Whether the setting does anything as it is written. */
  readonly matters?: (node: SourceNode) => boolean;
}

function saysEnabled(node: SourceNode): boolean {
  return node.member('enabled')?.value === true;
}

const SERVER = 'it is about the server that Anubis is; a Worker has none';

const SETTINGS: ReadonlyMap<string, Setting> = new Map<string, Setting>([
  ['store', { check: checkStore, why: SERVER }],
  ['logging', { check: checkLogging, why: SERVER }],
  ['metrics', { check: checkMetrics, why: SERVER }],
  ['dns_ttl', { check: checkDnsTtl, why: 'a Worker cannot ask the DNS while it decides' }],
  [
    'geoip',
    { check: checkDatabases, why: 'country and system of a client come from Cloudflare here' },
  ],
  [
    'openGraph',
    {
      check: checkOpenGraph,
      why: 'nothing is read from the site for clients that have not paid; allow link previews by verifiedBot instead',
      matters: saysEnabled,
    },
  ],
  [
    'honeypot',
    {
      check: checkHoneypot,
      why: 'there is no honeypot here',
      matters: (node) => node.member('enabled')?.value !== false,
    },
  ],
  [
    'impressum',
    {
      check: checkImpressum,
      why: "set the page's contact and footer in the Worker's brand instead",
    },
  ],
]);

/** Keys of a configuration that others read. */
const OTHER_KEYS: readonly string[] = ['bots', 'thresholds', 'status_codes', 'dnsbl'];

function checkOne(
  node: SourceNode,
  {
    name,
    setting,
    journal,
  }: {
    readonly name: string;
    readonly setting: Setting;
    readonly journal: Journal;
  },
): void {
  const before = journal.problems.length;
  if (node.isTable) setting.check(node, journal);
  else journal.refuse(node, 'write a table of names and values here');
  if (journal.problems.length > before || setting.matters?.(node) === false) return;
  journal.note(node, { kind: 'dropped', what: name, why: setting.why });
}

/** Checks all settings and says what becomes of them. */
export function reviewSettings(root: SourceNode, journal: Journal): void {
  for (const [name, setting] of SETTINGS) {
    const node = root.member(name);
    if (node !== undefined) checkOne(node, { name, setting, journal });
  }
  const dnsbl = root.member('dnsbl');
  if (new MemberReader(root, journal).flag('dnsbl') === true && dnsbl !== undefined) {
    const why = 'a Worker cannot ask the DNS while it decides; name the networks in a rule instead';
    journal.note(dnsbl, { kind: 'dropped', what: 'dnsbl', why });
  }
  const keys = [...SETTINGS.keys(), ...OTHER_KEYS];
  const known = new Set(keys.map((key) => key.toLowerCase()));
  for (const key of root.keys) {
    if (known.has(key.toLowerCase())) continue;
    const why = 'Anubis does not know this key either and ignores it';
    const node = root.member(key) ?? root;
    journal.note(node, { kind: 'dropped', what: `key ${JSON.stringify(key.slice(0, 40))}`, why });
  }
}

/** The status codes, each 200 unless said; anything but 0 is taken, as by Anubis. */
export function readStatusCodes(root: SourceNode, journal: Journal): StatusCodes {
  const node = new MemberReader(root, journal).table('status_codes');
  if (node === undefined) return { challenge: DEFAULT_STATUS, deny: DEFAULT_STATUS, node };
  const reader = new MemberReader(node, journal);
  const read = (name: string): number => {
    const code = reader.wholeNumber(name) ?? DEFAULT_STATUS;
    if (code === 0) journal.refuse(reader.place(name), 'write a status from 100 to 599');
    return code;
  };
  return { challenge: read('CHALLENGE'), deny: read('DENY'), node };
}
