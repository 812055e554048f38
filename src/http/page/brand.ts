/**
 * The operator's brand in the pages' HTML and CSS.
 *
 * Owns where each part of it stands, and the style sheet that carries the accent: the pages'
 * policy forbids inline styles, so it is a resource of its own, named after the colour.
 */
import templates from '../../../static/build/templates.json';
import { accentColours, type Brand } from '../../core/brand.ts';
import { compileTemplate, type Html, joinHtml } from './template.ts';
import type { Wording } from './words.ts';

/** Name of the style sheet below the prefix's assets; changes with the colour. */
export function brandStyleName(accent: string): string {
  return `brand-${accent.slice(1)}.css`;
}

/** @param accent `#rrggbb`, checked */
export function formatBrandStyle(accent: string): string {
  const { light, dark } = accentColours(accent);
  return `:root{--accent:${light};--on-accent:#fff}@media(prefers-color-scheme:dark){:root{--accent:${dark};--on-accent:#000}}`;
}

interface BrandParts {
  readonly title: string;
  readonly brandStyle: Html;
  readonly brandHeader: Html;
  readonly brandFooter: Html;
}

interface BrandSetup {
  readonly prefix: string;
  readonly brand: Brand;
  readonly wording: Wording;
}

const EMPTY = joinHtml([]);
const NO_STRINGS = {};

function renderStyle({ prefix, brand: { accent } }: BrandSetup): Html {
  if (accent === undefined) return EMPTY;
  const template = compileTemplate(templates['brand-style'], {
    strings: NO_STRINGS,
    slots: { path: 'text' },
  });
  return template.render({ path: `${prefix}assets/${brandStyleName(accent)}` });
}

function renderHeader({ brand: { title, logo } }: BrandSetup): Html {
  if (title === undefined && logo === undefined) return EMPTY;
  const image = compileTemplate(templates['brand-logo'], {
    strings: NO_STRINGS,
    slots: { path: 'text' },
  });
  const header = compileTemplate(templates['brand-header'], {
    strings: NO_STRINGS,
    slots: { logo: 'html', title: 'text' },
  });
  return header.render({
    logo: logo === undefined ? EMPTY : image.render({ path: logo }),
    title: title ?? '',
  });
}

function renderFooter({ brand: { footer, contact }, wording }: BrandSetup): Html {
  if (footer === undefined && contact === undefined) return EMPTY;
  const link = compileTemplate(templates['brand-contact'], {
    strings: wording.words,
    slots: { href: 'text' },
  });
  const template = compileTemplate(templates['brand-footer'], {
    strings: NO_STRINGS,
    slots: { text: 'text', contact: 'html' },
  });
  return template.render({
    text: footer ?? '',
    contact: contact === undefined ? EMPTY : link.render({ href: contact }),
  });
}

/** @param heading what the page is about; the browser's tab shows it before the site's name */
export function renderBrand(setup: BrandSetup, heading: string): BrandParts {
  const { title } = setup.brand;
  return {
    title: title === undefined ? heading : `${heading} – ${title}`,
    brandStyle: renderStyle(setup),
    brandHeader: renderHeader(setup),
    brandFooter: renderFooter(setup),
  };
}
