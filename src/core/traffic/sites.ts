/** The sites that traffic can be generated for. */
import { createForgeSite } from './forge-site.ts';
import { createShopSite } from './shop-site.ts';
import type { Site, SiteName, SiteSeed } from './site.ts';
import { createWikiSite } from './wiki-site.ts';

const CREATORS: Readonly<Record<SiteName, (seed: SiteSeed) => Site>> = {
  wiki: createWikiSite,
  shop: createShopSite,
  forge: createForgeSite,
};

/** A site of this kind; the same seed gives the same pages. */
export function createSite(name: SiteName, seed: SiteSeed): Site {
  return CREATORS[name](seed);
}
