/** Signs in what is asked for and what is left out. Owns their weights; `signals.ts` says how they were set. */
import {
  distinctDocumentsOf,
  isBare,
  lacksShell,
  refetchedStatics,
  keepsNothing,
  refetchesIcon,
  step,
  whole,
  percent,
  type Signal,
} from './signal.ts';
import { LONG_VISIT } from './site-facts.ts';

/** Files of its own that a page of a common site has, at least. */
const USUAL_FILES = 0.7;

/** What is not fetched, and not kept. */
export const FILES: readonly Signal[] = [
  {
    name: 'no-files',
    weigh: (client, site) => {
      if (!isBare(client, site)) return 0;
      const { documents } = client;
      const distinct = Math.min(documents, distinctDocumentsOf(client));
      const again = documents >= 10 ? Math.min(1, 0.4 * Math.log10(documents / distinct)) : 0;
      // The first page may have been read before; every further one brings files of its own.
      const further = Math.min(1, site.filesPerPage / USUAL_FILES);
      return Math.min(4.2, 1.2 + (0.4 + further) * Math.log2(Math.max(1, distinct))) + again;
    },
    say: ({ documents }) =>
      `loaded ${whole(documents)} pages and not one file that belongs to them`,
  },
  {
    name: 'few-files',
    weigh: (client, { filesPerPage }) => {
      const { statics, distinctStatics, documents, agent } = client;
      const distinct = distinctDocumentsOf(client);
      const expected = filesPerPage * distinct;
      // Beyond this the sketch of files is full, and few would be seen.
      if (statics === 0 || distinct < 0.5 * documents || distinctStatics > 150) return 0;
      if (agent.kind === 'text-browser') return 0;
      if (expected < 6 || distinctStatics >= 0.25 * expected) return 0;
      return Math.min(3.5, 0.8 * Math.log2(expected / Math.max(1, distinctStatics)));
    },
    say: ({ statics, documents }) =>
      `loaded ${whole(statics)} files with ${whole(documents)} pages, a small part of what is usual here`,
  },
  {
    name: 'never-asks-after',
    weigh: ({ notModified, distinctStatics, distinctDocuments }, { keptShare }) =>
      notModified > 0 || distinctStatics < 10 || distinctDocuments < LONG_VISIT
        ? 0
        : Math.min(1.4, -Math.log(1 - Math.min(0.95, keptShare))),
    say: ({ statics }, { keptShare }) =>
      `never asked whether one of ${whole(statics)} files is still good, as ${percent(keptShare)} of its like do`,
  },
  {
    name: 'no-shell',
    weigh: (client, site) => {
      const { distinctDocuments, notModified } = client;
      if (!site.logsStatics || !lacksShell(client) || notModified > 0) return 0;
      return step(distinctDocuments, [
        [6, 1.6],
        [2, 0.9],
        [1, 0.5],
      ]);
    },
    say: ({ documents, statics }) =>
      `loaded ${whole(statics)} files with ${whole(documents)} pages, and no style or script among them`,
  },
  {
    name: 'fresh-profile',
    weigh: (client) => {
      const { favicons, notModified, documents, shellStatics } = client;
      if (notModified > 0 || keepsNothing(client) || refetchesIcon(client)) return 0;
      if (refetchedStatics(client) < 0.3 * client.fullStatics || documents < 10) return 0;
      return step(Math.min(favicons, shellStatics), [
        [10, 1.6],
        [4, 1],
      ]);
    },
    say: ({ favicons }) =>
      `began ${whole(favicons)} times with an empty cache and kept nothing in between`,
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
      // With a referer they may be shown on a page elsewhere: a few of them.
      if (referredStatics >= 0.1 * statics)
        return step(distinctStatics, [
          [80, 3.8],
          [40, 2.6],
          [20, 1],
        ]);
      return step(distinctStatics, [
        [40, 4],
        [15, 3.2],
        [6, 1.5],
        [2, 0.8],
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
export const REFERERS: readonly Signal[] = [
  {
    name: 'no-referer',
    weigh: ({ documents, refererOwn, refererOther, agent }, { logsReferers }) =>
      logsReferers && documents > 0 && refererOwn + refererOther === 0 && agent.kind === 'browser'
        ? Math.min(1.2, 0.3 + 0.4 * Math.log2(documents))
        : 0,
    say: ({ documents }) => `came to ${whole(documents)} pages, each time from nowhere`,
  },
  {
    name: 'forged-referer',
    weigh: ({ refererOwn, refererSeen }) =>
      refererOwn >= 3 && refererSeen < 0.5 * refererOwn
        ? Math.min(2.4, 0.8 * Math.log2(refererOwn - refererSeen))
        : 0,
    say: ({ refererOwn, refererSeen }) =>
      `named ${whole(refererOwn)} pages that it came from, of which it had asked for ${whole(refererSeen)}`,
  },
  {
    name: 'one-referer',
    weigh: ({ refererOwn, refererHome, refererSelf, distinctDocuments }) => {
      if (distinctDocuments < 4 || refererOwn < 4) return 0;
      if (refererSelf >= 0.8 * refererOwn) return 1.8;
      return refererHome >= 0.95 * refererOwn ? (refererOwn >= 10 ? 1.6 : 0.8) : 0;
    },
    say: ({ refererOwn }) =>
      `came ${whole(refererOwn)} times from the home page, or from the very page that it asked for`,
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

/** What is asked for. */
export const BREADTH: readonly Signal[] = [
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
    name: 'long-sitting',
    weigh: ({ documents, sessions }) =>
      step(documents / Math.max(1, sessions), [
        [300, 1.2],
        [120, 0.8],
        [50, 0.4],
      ]),
    say: ({ documents, sessions }) =>
      `asked for ${whole(documents / Math.max(1, sessions))} pages without half an hour's rest`,
  },
  {
    name: 'counts-up',
    weigh: ({ steps, documents, apis, shellStatics }) =>
      steps < 0.4 * Math.max(documents, apis)
        ? 0
        : step(steps, [
            [20, 2.5],
            // A reader who turns pages counts up as well, and loads what belongs to them.
            [6, shellStatics > 0 ? 0.8 : 1.5],
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
