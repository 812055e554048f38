/** Signs in who asks, how, and how fast. Owns their weights; `signals.ts` says how they were set. */
import type { ClientRecord } from './client-record.ts';
import {
  distinctDocumentsOf,
  pauseSpread,
  pauseVariation,
  restVariation,
  hoursOfDay,
  step,
  whole,
  percent,
  hours,
  type Signal,
} from './signal.ts';
import type { SiteFacts } from './site-facts.ts';

/** How fast, how evenly and how long. */
export const PACE: readonly Signal[] = [
  {
    name: 'even-pace',
    weigh: (client) => {
      if (client.pauses < 6) return 0;
      const variation = pauseVariation(client);
      const spread = pauseSpread(client);
      const evenness = Math.max(0.55 - variation, 0.6 - spread);
      if (evenness <= 0) return 0;
      // A page or a script of it that asks anew by itself stands open somewhere.
      const isOpen =
        client.statics + client.notModified + client.refererOwn + client.referredApis > 0;
      const isAgain = distinctDocumentsOf(client) < 0.5 * (client.documents + client.apis);
      const part = isOpen && isAgain ? 0.4 : 1;
      return part * (0.5 + 3 * Math.min(0.6, evenness) + (client.pauses >= 50 ? 0.5 : 0));
    },
    say: (client) =>
      `paused ${client.pauseMean.toFixed(1)} s between pages, ${percent(pauseVariation(client))} more or less`,
  },
  {
    name: 'by-timer',
    weigh: (client) => {
      const variation = restVariation(client);
      if (client.rests < 4 || variation >= 0.25) return 0;
      return variation < 0.1 ? 2 : 1;
    },
    say: (client) =>
      `came back every ${hours(client.restMean)}, ${percent(restVariation(client))} more or less`,
  },
  {
    name: 'at-once',
    weigh: (client) => {
      const { documents, hasty } = client;
      const isBroad = distinctDocumentsOf(client) >= 0.6 * documents;
      if (!isBroad || hasty < 0.5 * documents) return 0;
      // Tabs that are opened one after the other wait for a reader; these are worked off.
      const isMostly = hasty >= 0.65 * documents;
      return step(hasty, [
        [40, isMostly ? 2.6 : 0.6],
        [15, isMostly ? 1.8 : 0.4],
      ]);
    },
    say: ({ hasty }) =>
      `asked ${whole(hasty)} times for a page within two seconds after the one before`,
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

/** How it is asked. */
export const MANNERS: readonly Signal[] = [
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
export const IDENTITY: readonly Signal[] = [
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
