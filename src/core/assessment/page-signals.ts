/** Signs in what is asked for and what is left out. Owns their weights; `signals.ts` says how they were set. */
import {
  distinctDocumentsOf,
  refetchedStatics,
  keepsNothing,
  refetchesIcon,
  step,
  whole,
  percent,
  type Signal,
} from './signal.ts';

/** What is not fetched, and not kept. */
export const FILES: readonly Signal[] = [
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
