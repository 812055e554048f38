/**
 * The catalogue of flaws that this class of software is known for, and which tests answer
 * each of them.
 *
 * Owns the list of ids with what each asks for, the waivers with their reasons, and the
 * reading of ids from test names. A test names the ids that it answers at the start of
 * its title: `it('A05, I01: ...')`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ids that are answered, in the words of what must hold. */
export const CATALOGUE: Readonly<Record<string, string>> = {
  A01: 'work is checked against the signed challenge, nothing the client says of it counts',
  A02: 'the test on the last word is exact',
  A03: 'the client picks no parameter; unknown members are refused',
  A04: 'what a client reports about itself decides nothing',
  A05: 'a challenge redeemed often gives one pass',
  A06: 'one token has one spelling',
  A07: 'different (challenge, index, nonce) never share a message',
  A08: '128 random bits a challenge; refused outside its time',
  A09: 'no randomness at module scope',
  A10: 'the policy may change between issue and redemption',
  A11: 'no unclassified error falls through to success',
  A12: 'no token holds its solution',
  A13: 'nobody can burn another client’s challenge',
  A14: 'nonce 0 is a nonce',
  B01: 'alg and typ are pinned',
  B02: 'kid is required and looked up; jku, jwk, x5u, crit are refused',
  B03: 'a token is good on its own host alone',
  B04: 'token types cannot be confused, with the typ check or without',
  B05: 'time claims are required and well-typed',
  B06: 'a weak secret closes the gate',
  B07: 'a rotation loses nobody in its overlap and everybody after it',
  B08: 'a pass holds for its network and browser',
  B09: 'the key set holds public keys alone, and is asked for seldom',
  B10: 'a token has at most 4,096 characters',
  B11: 'no comparison throws or leaks by length',
  B12: 'five-part tokens are no tokens',
  B13: 'crit and b64 are refused',
  C01: 'a return path stays on the origin',
  C02: 'hostile header text ends in a refusal or a page',
  C03: 'hostile text runs no script',
  C04: 'nothing of ours is stored by a cache',
  C05: 'the pass is never deleted, parallel tabs settle',
  C06: 'duplicate, odd and many cookies are read strictly',
  C07: 'the page cannot be framed',
  C08: 'no token in an address or a Referer',
  C09: 'errors say an incident id and nothing else',
  D01: 'the address is CF-Connecting-IP alone',
  D02: 'an address has one canonical form',
  D03: 'an allow never rests on the user agent alone',
  D04: 'a signature counts for one host, one agent and five minutes',
  D05: 'a host that is not listed is refused before any rule',
  D06: 'country and ASN are the platform’s word alone',
  D07: 'the origin trusts a signature, not an address',
  E01: 'allow holds under every reading of a path, deny and charge under any',
  E02: 'built-in allows are exact, no header changes the path',
  E03: 'query and fragment are no part of the judged path',
  E04: 'conditions are combined as documented',
  E05: 'an evaluation has no memory',
  E06: 'patterns of operators match in linear time',
  E07: 'expressions end within their budget',
  E08: 'settings and rules are bounded, and every problem is named',
  E09: '__proto__ and its kin are refused in configuration',
  E10: 'odd languages render',
  E11: 'points are bounded and exact',
  F01: 'the method opens nothing',
  F02: 'HEAD, Range and conditional requests get the decision of GET',
  F03: 'a preflight is challenged without CORS headers',
  F04: 'no Upgrade without a pass; with one, frames flow',
  F05: 'a body is carried, or said not to have been sent; it arrives once',
  F06: 'Connection cannot remove our headers',
  F07: 'the origin sees one verdict, ours',
  F08: 'redirects pass through; the origin’s address is configuration',
  F09: 'bodies are read through a counting reader',
  F10: 'content types are read strictly',
  G01: 'a request straight to the origin is recognised',
  G02: 'no workers.dev, no previews',
  G03: 'assets answer below the reserved prefix alone',
  G04: 'an exception never opens the gate',
  G05: 'Workers Cache is off',
  G06: 'what the routes leave open is named',
  H01: 'storage operations are counted and bounded',
  H02: 'garbage is refused in the order of what it costs to check',
  H03: 'nobody moves the price of others by more than one bit, and without work by none',
  H04: 'prices settle within four periods and do not swing',
  H05: 'what an isolate keeps is bounded in entries and bytes',
  H06: 'nothing that an attacker writes becomes a label',
  H07: 'the page is one document and four small files',
  H08: 'the one object of a site is called at a bounded rate',
  H09: 'a spending limit that was reached opens nothing',
  H10: 'the Durable Object sets no alarm',
  I01: 'a lagging store costs at most one more challenge',
  I02: 'no limit of KV is ever violated',
  I03: 'clocks may be off by seconds or years',
  I04: 'cleaning up never deletes what was refreshed',
  I05: 'any isolate redeems what another issued',
  J02: 'one JSON object a line, without secrets',
  J03: 'hostile text that was stored stays text',
  J07: 'the page asks nobody else for anything',
};

/** Ids whose subject, or a part of it, is not built. */
export const WAIVERS: Readonly<Record<string, string>> = {
  A05: 'form tokens (`siteverify`) are not built: single use of those is owed with them',
  B04: 'three of five token types exist: challenge, pass and assertion',
  B11: 'no secret is compared anywhere yet: signatures are verified by WebCrypto; owed with `siteverify`',
  C03: 'Chromium alone; the dashboard is not built',
  D05: 'unknown hosts get 421 `unknown-host`; malformed ones are answered by the runtime',
  F09: 'no time-out on slow bodies of our own: the platform ends them',
  G03: 'our own assets are served before the Worker on purpose, below the reserved prefix',
  H08: 'form tokens (`siteverify`) are not built: sharding by `jti` is owed with them; the price book is one object for each deployment',
  I04: 'nothing is cleaned up but the hours of the price book: KV expires records by itself',
  J03: 'the dashboard is not built: reports and reviews alone show what clients wrote',
};

const TEST_FOLDER = 'test';
const TITLE = /\b(?:it|test)(?:\.each\([\s\S]*?\))?\(\s*(['"`])((?:(?!\1)[^\\]|\\.)+)\1/g;
const IDS = /^((?:(?:[A-J]\d\d|\d+(?:\.\d+)?(?:-\d+\.\d+)?|[a-z-]+), )*[A-J]\d\d(?:, [^:]+)?): /;

export interface NamedTest {
  readonly file: string;
  readonly title: string;
  readonly ids: readonly string[];
}

/** Ids that the title of a test begins with. */
export function idsOf(title: string): readonly string[] {
  const prefix = IDS.exec(title)?.[1] ?? '';
  return prefix.split(', ').filter((part) => /^[A-J]\d\d$/.test(part));
}

/** Every test of the project that names an id, in the order of files and lines. */
export function readNamedTests(): readonly NamedTest[] {
  const files = readdirSync(TEST_FOLDER, { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => name.replaceAll('\\', '/'))
    .toSorted()
    .flatMap((file) =>
      [...readFileSync(join(TEST_FOLDER, file), 'utf8').matchAll(TITLE)].map(
        ([, , title = '']) => ({
          file,
          title,
          ids: idsOf(title),
        }),
      ),
    )
    .filter(({ ids }) => ids.length > 0);
}

function formatRow(id: string, tests: readonly NamedTest[]): string {
  const names = tests
    .filter(({ ids }) => ids.includes(id))
    .map(
      ({ file, title }) => `\`${file}\`: ${title.replaceAll('|', '\\|').replaceAll("\\'", "'")}`,
    );
  const waiver = WAIVERS[id];
  const cells = [...names, ...(waiver === undefined ? [] : [`*${waiver}*`])];
  return `| ${id} | ${CATALOGUE[id] ?? ''} | ${cells.join('<br>')} |`;
}

/** The table that stands in `test/traceability.md`. */
export function formatTraceability(tests: readonly NamedTest[]): string {
  const rows = Object.keys(CATALOGUE).map((id) => formatRow(id, tests));
  return [
    '# Which test answers which flaw',
    '',
    'Written by `npx vitest run --project node test/boundary/traceability.test.ts -u` from the names of',
    'the tests; a run without `-u` fails where it is out of date. In italics: what is not built yet.',
    '',
    '| id | what must hold | tests |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
