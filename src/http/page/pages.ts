/**
 * The pages in the visitor's language.
 *
 * Owns one renderer per language and isolate, made when it is first needed.
 */
import { pickLanguage } from '../language.ts';
import { createPageRenderer } from './render.ts';
import type { PageRenderer, PageSetup } from './render.ts';
import { createWordings } from './words.ts';
import type { ReadAsset } from './words.ts';

export interface Pages {
  /** The renderer that speaks what `Accept-Language` asks for. Never throws. */
  inLanguageOf(headers: Headers): Promise<PageRenderer>;
}

export function createPages(setup: Omit<PageSetup, 'wording'>, readAsset: ReadAsset): Pages {
  const readWording = createWordings(readAsset);
  const renderers = new Map<string, PageRenderer>();
  return {
    async inLanguageOf(headers) {
      const wording = await readWording(pickLanguage(headers.get('Accept-Language')));
      const known = renderers.get(wording.language);
      if (known !== undefined) return known;
      const renderer = createPageRenderer({ ...setup, wording });
      renderers.set(wording.language, renderer);
      return renderer;
    },
  };
}
