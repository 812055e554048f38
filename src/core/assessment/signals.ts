/**
 * What speaks for a program behind a client that says that it is a browser, and what against.
 *
 * Owns the signals: each with a name, a weight and a sentence. A weight is the natural logarithm
 * of how many times likelier the sign is for automation than for a person: 0.7 is twice, 1.6 five
 * times, 2.3 ten times, 3 twenty times; below 0 it speaks for a person. They were set by reasoning
 * about what a browser has to do (fetch the styles of a page, keep them, name the page it comes from) and
 * what a program has no reason to do, each weight low enough that no sign convicts by itself unless no
 * browser can show it. Signs that have one cause (no files, no referer) are kept low together: a person
 * with a strict browser shows all of them at once.
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
function refetchedStatics(client: ClientRecord): number {
  return client.fullStatics - estimateDistinct(client.distinctStatics, SKETCH_BITS.statics);
}

/** Standard deviation of the pauses by their mean; 1 for events that know nothing of each other. */
export function pauseVariation({ pauses, pauseMean, pauseSquares }: ClientRecord): number {
  return pauses < 2 || pauseMean === 0 ? 1 : Math.sqrt(pauseSquares / (pauses - 1)) / pauseMean;
}

/** As a browser without a cache: most files are fetched whole again, and none is asked after. */
function keepsNothing(client: ClientRecord): boolean {
  const again = refetchedStatics(client);
  return client.notModified === 0 && again >= 15 && again >= 0.6 * client.statics;
}

/** Icons that a browser would have kept. */
function refetchesIcon({ favicons, documents }: ClientRecord): boolean {
  return favicons >= 5 && favicons >= 0.2 * documents;
}

function hoursOfDay({ hoursOfDay: mask }: ClientRecord): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** The weight of the highest bound that `value` reaches; bounds descend. */
function step(value: number, steps: readonly (readonly [bound: number, weight: number])[]): number {
  for (const [bound, weight] of steps) if (value >= bound) return weight;
  return 0;
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const percent = (part: number): string => `${Math.round(100 * part)} %`;
const hours = (seconds: number): string => `${(seconds / 3600).toFixed(1)} hours`;

/** What is not fetched, and not kept. */
const FILES: readonly Signal[] = [
  {
    name: 'no-files',
    weigh: (client, site) => {
      const { statics, documents, served, agent } = client;
      if (!site.logsStatics || statics > 0 || served === 0 || agent.kind === 'text-browser')
        return 0;
      const distinct = Math.min(documents, distinctDocumentsOf(client));
      const again = documents >= 10 ? Math.min(1, 0.4 * Math.log10(documents / distinct)) : 0;
      return Math.min(4, 0.9 * Math.log2(1 + distinct)) + again;
    },
    say: ({ documents }) =>
      `loaded ${whole(documents)} pages and not one file that belongs to them`,
  },
  {
    name: 'few-files',
    weigh: ({ statics, documents, distinctDocuments }, site) =>
      statics > 0 &&
      distinctDocuments >= 15 &&
      distinctDocuments >= 0.5 * documents &&
      statics < 0.1 * site.staticsPerDocument * documents
        ? 1.5
        : 0,
    say: ({ statics, documents }) =>
      `loaded ${whole(statics)} files with ${whole(documents)} pages, a tenth of what is usual here`,
  },
  {
    name: 'keeps-nothing',
    weigh: (client) => (keepsNothing(client) ? 2 : 0),
    say: (client) =>
      `fetched ${whole(refetchedStatics(client))} files that it had, as a browser without a cache does`,
  },
  {
    name: 'no-icon',
    weigh: ({ distinctStatics, favicons, documents }, site) =>
      distinctStatics >= 8 && documents >= 5 && favicons === 0 && site.iconShare >= 0.5 ? 0.7 : 0,
    say: (_, site) =>
      `never asked for the site's icon, which ${percent(site.iconShare)} of its like do`,
  },
  {
    name: 'icon-again',
    weigh: (client) => (refetchesIcon(client) ? 1.5 : 0),
    say: ({ favicons }) => `fetched the site's icon ${whole(favicons)} times`,
  },
  {
    name: 'files-alone',
    weigh: ({ documents, distinctStatics, referredStatics, statics }) => {
      if (documents > 0) return 0;
      // With a referer they may be shown on a page elsewhere.
      if (referredStatics >= 0.1 * statics) return distinctStatics >= 80 ? 1.5 : 0;
      return step(distinctStatics, [
        [60, 3.5],
        [15, 2],
      ]);
    },
    say: ({ statics }) => `fetched ${whole(statics)} files that belong to no page`,
  },
  {
    name: 'data-alone',
    weigh: (client) => {
      const { documents, statics, apis, distinctApis, referredApis } = client;
      if (documents > 0 || statics > 0 || referredApis > 0.2 * apis) return 0;
      const byBreadth = step(distinctApis, [
        [30, 3],
        [8, 2],
        [3, 1],
      ]);
      return Math.max(byBreadth, apis >= 30 ? 1.2 : 0);
    },
    say: ({ distinctApis }) =>
      `asked for ${whole(distinctApis)} pieces of data without the page whose script would need them`,
  },
];

/** How pages are reached. */
const REFERERS: readonly Signal[] = [
  {
    name: 'no-referer',
    weigh: ({ documents, refererOwn, refererOther, agent }, { logsReferers }) =>
      logsReferers && documents > 0 && refererOwn + refererOther === 0 && agent.kind === 'browser'
        ? Math.min(1.2, 0.3 + 0.4 * Math.log2(documents))
        : 0,
    say: ({ documents }) => `came to ${whole(documents)} pages, each time from nowhere`,
  },
  {
    name: 'foreign-referer',
    weigh: ({ documents, refererOwn, refererOther }, { knowsOwnHost }) =>
      knowsOwnHost && documents >= 4 && refererOwn === 0 && refererOther >= 0.8 * documents
        ? 1.6
        : 0,
    say: ({ documents }) => `came to ${whole(documents)} pages, each time from another site`,
  },
];

/** How fast, how evenly and how long. */
const PACE: readonly Signal[] = [
  {
    name: 'even-pace',
    weigh: (client) => {
      const variation = pauseVariation(client);
      if (client.pauses < 8 || variation >= 0.55) return 0;
      // A page or a script of it that asks anew by itself stands open somewhere.
      const isOpen =
        client.statics + client.notModified + client.refererOwn + client.referredApis > 0;
      const isAgain = distinctDocumentsOf(client) < 0.5 * (client.documents + client.apis);
      const part = isOpen && isAgain ? 0.4 : 1;
      return part * (1 + 2 * (0.55 - variation) + (client.pauses >= 50 ? 0.5 : 0));
    },
    say: (client) =>
      `paused ${client.pauseMean.toFixed(1)} s between pages, ${percent(pauseVariation(client))} more or less`,
  },
  {
    name: 'high-pace',
    weigh: ({ peakMinute }) =>
      step(peakMinute, [
        [120, 3],
        [60, 2],
        [30, 1],
      ]),
    say: ({ peakMinute }) => `asked for ${whole(peakMinute)} pages in one minute`,
  },
  {
    name: 'no-pause',
    weigh: ({ longestRun, distinctDocuments }) =>
      distinctDocuments < 5
        ? 0
        : step(longestRun, [
            [12 * 3600, 2.5],
            [8 * 3600, 1.5],
            [4 * 3600, 1],
            [2 * 3600, 0.4],
          ]),
    say: ({ longestRun }) => `went on for ${hours(longestRun)} without a pause of ten minutes`,
  },
  {
    name: 'round-the-clock',
    weigh: (client) => (client.activeHours >= 18 && hoursOfDay(client) >= 20 ? 1.5 : 0),
    say: (client) => `came in ${hoursOfDay(client)} of the 24 hours of the day`,
  },
];

/** What is asked for. */
const BREADTH: readonly Signal[] = [
  {
    name: 'never-twice',
    weigh: (client) => {
      const asked = client.documents + client.apis;
      const distinct = distinctDocumentsOf(client);
      if (distinct < 0.88 * asked) return 0;
      return step(distinct, [
        [200, 2],
        [80, 1.4],
        [40, 0.8],
      ]);
    },
    say: (client) =>
      `asked for ${whole(distinctDocumentsOf(client))} different pages and hardly any twice`,
  },
  {
    name: 'counts-up',
    weigh: ({ steps, documents, apis }) =>
      steps < 0.4 * Math.max(documents, apis)
        ? 0
        : step(steps, [
            [20, 2.5],
            [6, 1.5],
          ]),
    say: ({ steps }) => `counted up a number in the address ${whole(steps)} times`,
  },
  {
    name: 'one-part',
    weigh: ({ documents, sameFamily, distinctDocuments }) =>
      documents >= 12 && distinctDocuments >= 10 && sameFamily >= 0.95 * (documents - 1) ? 0.7 : 0,
    say: ({ lastFamily }) => `asked for pages of one part of the site alone (${lastFamily})`,
  },
  {
    name: 'many-queries',
    weigh: ({ queries, documents, distinctDocuments }) =>
      queries >= 10 && queries >= 0.8 * documents && distinctDocuments >= 0.7 * documents ? 1 : 0,
    say: ({ queries }) => `asked ${whole(queries)} different queries`,
  },
  {
    name: 'not-found',
    weigh: ({ notFound, requests }) =>
      notFound < 0.3 * requests
        ? 0
        : step(notFound, [
            [15, 2.5],
            [4, 1.5],
          ]),
    say: ({ notFound, requests }) =>
      `guessed: ${whole(notFound)} of ${whole(requests)} do not exist`,
  },
  {
    name: 'looks-for-holes',
    weigh: ({ probes }) =>
      step(probes, [
        [3, 3],
        [1, 1.2],
      ]),
    say: ({ probes }) => `asked ${whole(probes)} times for what only intruders ask for`,
  },
  {
    name: 'reads-robots',
    weigh: ({ robots }) => (robots > 0 ? 1.5 : 0),
    say: () => 'read robots.txt or a sitemap, which browsers do not',
  },
];

/** How it is asked. */
const MANNERS: readonly Signal[] = [
  {
    name: 'refused',
    weigh: ({ refused, requests }) =>
      refused < 0.3 * requests
        ? 0
        : step(refused, [
            [20, 2],
            [5, 1],
          ]),
    say: ({ refused }) => `went on although ${whole(refused)} requests were refused`,
  },
  {
    name: 'posts-alone',
    weigh: ({ posts, statics, documents }, site) =>
      (statics === 0 || !site.logsStatics) && documents <= posts / 2
        ? step(posts, [
            [10, 2.5],
            [3, 1.8],
            [1, 1],
          ])
        : 0,
    say: ({ posts, documents }) =>
      `sent ${whole(posts)} forms and looked at ${whole(documents)} pages`,
  },
  {
    name: 'posts-refused',
    weigh: ({ refusedPosts, posts }) =>
      refusedPosts >= 5 && refusedPosts >= 0.5 * posts ? 1.8 : 0,
    say: ({ refusedPosts }) => `sent ${whole(refusedPosts)} forms that were refused`,
  },
  {
    name: 'heads',
    weigh: ({ heads, requests }) => (heads >= 2 && heads >= 0.3 * requests ? 2 : 0),
    say: ({ heads }) => `asked ${whole(heads)} times for headers alone, which browsers do not`,
  },
  {
    name: 'broken-requests',
    weigh: ({ broken }) => (broken > 0 ? 1.5 : 0),
    say: ({ broken }) => `sent ${whole(broken)} requests that are none`,
  },
  {
    name: 'old-protocol',
    weigh: ({ oldProtocol, requests }, site) =>
      site.oldProtocolShare < 0.15 && requests >= 2 && oldProtocol >= 0.9 * requests ? 1.2 : 0,
    say: (_, site) => `speaks HTTP/1, as only ${percent(site.oldProtocolShare)} of requests here`,
  },
];

/** Last versions of systems that are still in use: Windows 7 and 8 (109, 115), extended support. */
const KEPT_VERSIONS: ReadonlySet<number> = new Set([109, 115, 128, 140]);

function versionsBehind({ agent }: ClientRecord, site: SiteFacts): number {
  const latest =
    agent.family === 'chrome'
      ? site.latestChrome
      : agent.family === 'firefox'
        ? site.latestFirefox
        : 0;
  return latest === 0 || agent.majorVersion === 0 ? 0 : latest - agent.majorVersion;
}

/** Who asks. */
const IDENTITY: readonly Signal[] = [
  {
    name: 'old-browser',
    weigh: (client, site) => {
      const behind = versionsBehind(client, site);
      if (behind <= -4) return 1.5;
      if (KEPT_VERSIONS.has(client.agent.majorVersion)) return behind >= 12 ? 0.3 : 0;
      return step(behind, [
        [40, 1.8],
        [24, 1.2],
        [12, 0.6],
      ]);
    },
    say: (client, site) => {
      const behind = versionsBehind(client, site);
      return behind < 0
        ? 'says a version that does not exist yet'
        : `says a browser that is ${whole(behind)} versions behind`;
    },
  },
  {
    name: 'impossible-agent',
    weigh: ({ agent }) => (agent.oddity === undefined ? 0 : 2.2),
    say: ({ agent }) => agent.oddity ?? '',
  },
  {
    name: 'hosting',
    weigh: ({ address }) => (address.isHosting ? 1.6 : 0),
    say: ({ address }) => `comes from a network that rents machines (AS${address.asn ?? 0})`,
  },
];

/** What speaks for a person. */
const PERSON: readonly Signal[] = [
  {
    name: 'loads-files',
    weigh: (client, site) => {
      const { statics, distinctDocuments, agent } = client;
      if (statics === 0 || distinctDocuments === 0 || agent.kind !== 'browser') return 0;
      if (keepsNothing(client)) return 0;
      return statics >= 0.3 * site.staticsPerDocument * distinctDocuments ? -1.5 : -0.5;
    },
    say: ({ statics }) => `loaded ${whole(statics)} files that belong to the pages`,
  },
  {
    name: 'follows-links',
    weigh: ({ refererOwn, documents }) => {
      if (refererOwn === 0) return 0;
      if (refererOwn >= 4 && refererOwn >= 0.7 * documents) return -1.5;
      return refererOwn >= 2 && refererOwn >= 0.4 * documents ? -1.2 : -0.5;
    },
    say: ({ refererOwn }) => `followed ${whole(refererOwn)} links of the site`,
  },
  {
    name: 'comes-from-elsewhere',
    weigh: ({ refererOther, documents }) => (refererOther > 0 && documents <= 3 ? -0.4 : 0),
    say: () => 'came by a link of another site',
  },
  {
    name: 'keeps-files',
    weigh: ({ notModified }) => (notModified > 0 ? -1.8 : 0),
    say: ({ notModified }) =>
      `had ${whole(notModified)} files and asked whether they are still good`,
  },
  {
    name: 'icon',
    weigh: (client) => (client.favicons > 0 && !refetchesIcon(client) ? -0.4 : 0),
    say: () => "asked for the site's icon",
  },
  {
    name: 'uneven-pace',
    weigh: (client) => (client.pauses >= 8 && pauseVariation(client) > 1.1 ? -0.7 : 0),
    say: () => 'paused now for long and now hardly, as readers do',
  },
  {
    name: 'text-browser',
    weigh: ({ agent }) => (agent.kind === 'text-browser' ? -1 : 0),
    say: () => 'names a browser for text, which loads no files',
  },
];

export const SIGNALS: readonly Signal[] = [
  ...FILES,
  ...REFERERS,
  ...PACE,
  ...BREADTH,
  ...MANNERS,
  ...IDENTITY,
  ...PERSON,
];

/** Sum of all weights. */
export function scoreOf(client: ClientRecord, site: SiteFacts): number {
  let score = 0;
  for (const { weigh } of SIGNALS) score += weigh(client, site);
  return score;
}
