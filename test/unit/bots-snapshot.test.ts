/**
 * The snapshot of address lists: where it comes from, and that it says the same.
 * `npx vitest run --project node test/unit/bots-snapshot.test.ts -u` writes it anew.
 */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ADDRESS_LISTS, isListName, LIST_NAMES } from '../../src/core/bots/address-lists.ts';
import { readSnapshot } from '../../src/core/bots/bot-lists.ts';
import type { DatedList } from '../../src/core/bots/bot-lists.ts';
import { checkAddressList } from '../../src/core/bots/check-address-list.ts';
import { KNOWN_BOTS } from '../../src/core/bots/known-bots.ts';
import { packNetworks, unpackNetworks } from '../../src/core/bots/pack-networks.ts';
import { formatNetwork, parseNetwork } from '../../src/core/client/network.ts';
import type { Network } from '../../src/core/client/network.ts';
import { hasCorpora, readCorpus } from '../support/corpora.ts';

const SNAPSHOT_FILE = '../../src/core/bots/address-snapshot.ts';
const SNAPSHOT_DATE = '2026-11-22';
/** Lists that are not worth their bytes in the Worker. */
const LATE = /^ {2}uptimerobot:/m;
const MAX_GZIP_BYTES = 15_000;

/** From a list to the file of the corpus that names its networks. */
const SOURCES: readonly (readonly [string, string])[] = [
  ['google-common', 'crawlers/googlebot.yaml'],
  ['google-user-fetchers', 'clients/google-user-triggered-fetchers.yaml'],
  ['bingbot', 'crawlers/bingbot.yaml'],
  ['duckduckbot', 'crawlers/duckduckbot.yaml'],
  ['applebot', 'crawlers/applebot.yaml'],
  ['openai-gptbot', 'crawlers/openai-gptbot.yaml'],
  ['openai-searchbot', 'crawlers/openai-searchbot.yaml'],
  ['openai-chatgpt-user', 'clients/openai-chatgpt-user.yaml'],
  ['perplexitybot', 'crawlers/perplexitybot.yaml'],
  ['perplexity-user', 'clients/perplexity-user.yaml'],
  ['mistralai-user', 'clients/mistral-mistralai-user.yaml'],
  ['ccbot', 'crawlers/commoncrawl.yaml'],
  ['mojeekbot', 'crawlers/mojeekbot.yaml'],
  ['qwantbot', 'crawlers/qwantbot.yaml'],
  ['uptimerobot', 'services/uptime-robot.yaml'],
  ['updown', 'services/updown.yaml'],
  ['kagibot', 'crawlers/kagibot.yaml'],
  ['marginalia', 'crawlers/marginalia.yaml'],
  ['internet-archive', 'crawlers/internet-archive.yaml'],
  ['arquivo-pt', 'crawlers/arquivo-pt.yaml'],
  ['wikimedia', 'crawlers/wikimedia-citoid.yaml'],
];

/** Every network outside of comments. */
function networksOf(file: string): readonly Network[] {
  const text = readCorpus(`anubis/data/${file}`).replaceAll(/^\s*#.*$/gm, '');
  const found = text.match(/[\da-f]*[.:][\da-f.:]+\/\d+/gi) ?? [];
  return found.map((each) => {
    const parsed = parseNetwork(each);
    if (!parsed.ok) throw new Error(`${file}: ${each}: ${parsed.problem}`);
    return parsed.network;
  });
}

function formatSnapshot(commit: string): string {
  const rows = SOURCES.map(([name, file]) => {
    const networks = networksOf(file);
    const key = /^[a-z]+$/.test(name) ? name : `'${name}'`;
    const line = `  ${key}: '${packNetworks(networks)}',`;
    const broken = line.length > 100 ? line.replace(': ', ':\n    ') : line;
    return `  // ${file}\n${broken}\n`;
  });
  const late = rows.filter((row) => LATE.test(row));
  return `/**
 * Addresses of known bots, taken on ${SNAPSHOT_DATE} and packed (\`pack-networks.ts\`).
 *
 * The networks are those of \`data/\` of TecharoHQ/anubis (MIT) at commit
 * ${commit}, the file above each list. The date is that of
 * the taking: the lists are no younger, and may be older. Their operators publish them at the URLs
 * of \`address-lists.ts\`. Data, written by \`test/unit/bots-snapshot.test.ts\`: not edited by hand.
 */

/** ${SNAPSHOT_DATE}T00:00:00Z */
export const SNAPSHOT_SECONDS = ${Date.parse(`${SNAPSHOT_DATE}T00:00:00Z`) / 1000};

export const ADDRESS_SNAPSHOT: Readonly<Record<string, string>> = {
${rows.filter((row) => !LATE.test(row)).join('')}};

/** Too long for the Worker: it fetches these with the first run of the cron trigger. */
export const LATE_SNAPSHOT: Readonly<Record<string, string>> = {
${late.join('')}};
`;
}

const networksIn = (list: DatedList | undefined): readonly Network[] =>
  unpackNetworks(list?.packed ?? '') ?? [];

describe.skipIf(!hasCorpora())('the snapshot of address lists', () => {
  it('is what its source says, network by network', async () => {
    const commit = readCorpus('anubis/COMMIT').trim();
    await expect(formatSnapshot(commit)).toMatchFileSnapshot(SNAPSHOT_FILE);
    const lists = readSnapshot();
    for (const [name, file] of SOURCES) {
      const list = isListName(name) ? lists.get(name) : undefined;
      const expected = new Set(networksOf(file).map(formatNetwork));
      expect(new Set(networksIn(list).map(formatNetwork)), name).toEqual(expected);
    }
  });
});

describe('the lists of this version', () => {
  const lists = readSnapshot();

  it('D03: pass the checks that a refresh has to pass', () => {
    expect(lists.size).toBe(SOURCES.length);
    for (const [name, list] of lists) {
      const networks = networksIn(list);
      expect(
        checkAddressList({ networks, lastGood: networks, maxChange: 1 }),
        name,
      ).toBeUndefined();
    }
  });

  it('cost the bundle at most 15 KB gzip', () => {
    const text = readFileSync('src/core/bots/address-snapshot.ts');
    expect(gzipSync(text).byteLength).toBeLessThanOrEqual(MAX_GZIP_BYTES);
  });

  it('F08: are fetched from fixed https URLs without credentials, port or query', () => {
    const urls = LIST_NAMES.flatMap((name) => ADDRESS_LISTS[name].urls);
    expect(urls.length).toBeGreaterThan(15);
    for (const text of urls) {
      const url = new URL(text);
      expect(url.href).toBe(text);
      expect([url.protocol, url.port, url.username, url.search]).toEqual(['https:', '', '', '']);
    }
  });
});

describe('the table of bots', () => {
  it('names at least 25, each once, in lower case', () => {
    const names = KNOWN_BOTS.map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(25);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, needles } of KNOWN_BOTS) {
      expect(name).toMatch(/^[a-z0-9-]+$/);
      expect(needles.length).toBeGreaterThan(0);
      for (const needle of needles) expect(needle).toBe(needle.toLowerCase());
    }
  });

  it('D03: refutes a claim only by lists that can be read anew', () => {
    for (const { name, proofs } of KNOWN_BOTS) {
      for (const proof of proofs) {
        if (proof.by !== 'list' || !proof.refutes) continue;
        expect(ADDRESS_LISTS[proof.list].urls.length, name).toBeGreaterThan(0);
      }
    }
  });

  it('uses every list', () => {
    const used = new Set<string>(
      KNOWN_BOTS.flatMap(({ proofs }) =>
        proofs.flatMap((proof) => (proof.by === 'list' ? [proof.list] : [])),
      ),
    );
    expect(LIST_NAMES.filter((name) => !used.has(name))).toEqual([]);
  });
});
