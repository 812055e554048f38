/** Signs of a person. Owns their weights; `signals.ts` says how they were set. */
import {
  isBare,
  keepsNothing,
  lacksShell,
  pauseVariation,
  refetchesIcon,
  whole,
  type Signal,
} from './signal.ts';

/** What speaks for a person. */
export const PERSON: readonly Signal[] = [
  {
    name: 'loads-files',
    weigh: (client, site) => {
      const { statics, distinctDocuments, agent } = client;
      if (statics === 0 || distinctDocuments === 0 || agent.kind !== 'browser') return 0;
      if (keepsNothing(client) || lacksShell(client)) return 0;
      return statics >= 0.3 * site.staticsPerDocument * distinctDocuments ? -1.2 : -0.4;
    },
    say: ({ statics }) => `loaded ${whole(statics)} files that belong to the pages`,
  },
  {
    name: 'follows-links',
    weigh: (client, site) => {
      const { refererOwn, refererSeen, documents } = client;
      if (refererOwn === 0 || refererSeen < 0.5 * refererOwn) return 0;
      // Without the files of the pages nobody has seen the links.
      if (isBare(client, site)) return refererSeen >= 4 ? -0.5 : -0.3;
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
    weigh: ({ notModified }) => (notModified > 0 ? -2.4 : 0),
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
    weigh: (client) => (client.pauses >= 8 && pauseVariation(client) > 1.1 ? -0.5 : 0),
    say: () => 'paused now for long and now hardly, as readers do',
  },
  {
    name: 'text-browser',
    weigh: ({ agent }) => (agent.kind === 'text-browser' ? -1 : 0),
    say: () => 'names a browser for text, which loads no files',
  },
];
