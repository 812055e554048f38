/**
 * What the operator adds to the pages: a title, a logo, an accent, a contact, a footer.
 *
 * Owns their grammars and the colours that follow from the accent. Everything is shown to
 * visitors as text or as an address that was checked here; nothing of it is markup.
 */

export interface Brand {
  readonly title: string | undefined;
  /** Path of an image of this origin, which the gate lets through. */
  readonly logo: string | undefined;
  /** `#rrggbb`, in lower case. */
  readonly accent: string | undefined;
  /** `mailto:`, `https:` or a path of this origin. */
  readonly contact: string | undefined;
  readonly footer: string | undefined;
}

export const NO_BRAND: Brand = {
  title: undefined,
  logo: undefined,
  accent: undefined,
  contact: undefined,
  footer: undefined,
};

/** Printable, without controls, lone surrogates and what turns the direction of text around. */
const PLAIN_TEXT = /^[^\p{Cc}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]*$/u;

/** @param maxCharacters counted as code points */
export function isPlainText(value: string, maxCharacters: number): boolean {
  const length = Array.from(value).length;
  return length >= 1 && length <= maxCharacters && value.trim() === value && PLAIN_TEXT.test(value);
}

/** A path of plain segments that ends in an image's name: it can mean one thing only. */
export const LOGO_PATH =
  /^(?=.{5,200}$)(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+\.(?:svg|png|webp|avif|gif|jpe?g)$/;

export const ACCENT = /^#[0-9A-Fa-f]{6}$/;

/** No quotes, angle brackets, backslashes or blanks: these have no place in an address. */
export const CONTACT =
  /^(?=.{1,300}$)(?:mailto:[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}|https:\/\/[A-Za-z0-9.-]{1,253}(?::\d{1,5})?(?:\/[A-Za-z0-9._~:/?#@!$&()*+,;=%-]*)?|\/(?!\/)[A-Za-z0-9._~:/?#@!$&()*+,;=%-]*)$/;

type Rgb = readonly [number, number, number];

/** The grounds of static/page/page.css, light and dark. */
const LIGHT_GROUND: Rgb = [0xfa, 0xf9, 0xf7];
const DARK_GROUND: Rgb = [0x14, 0x18, 0x1b];
const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];
/** WCAG 2.2, 1.4.3, with a little room for rounding. */
const MIN_CONTRAST = 4.6;
const STEPS = 100;

function parseColour(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function formatColour(colour: Rgb): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

function contrast(a: Rgb, b: Rgb): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

/** Contrast of two colours `#rrggbb`, 1 to 21 (WCAG 2.2). */
export function contrastRatio(a: string, b: string): number {
  return contrast(parseColour(a), parseColour(b));
}

/** The first mixture of `colour` with `end` that can be read on `ground`; `end` always can. */
function readable(colour: Rgb, ground: Rgb, end: Rgb): Rgb {
  for (let step = 0; step < STEPS; step += 1) {
    const mixed = colour.map((part, index) =>
      Math.round(part + ((end[index] ?? 0) - part) * (step / STEPS)),
    );
    const [r = 0, g = 0, b = 0] = mixed;
    if (contrast([r, g, b], ground) >= MIN_CONTRAST) return [r, g, b];
  }
  return end;
}

export interface AccentColours {
  readonly light: string;
  readonly dark: string;
}

/**
 * The accent as it can be read on the light and on the dark ground; white and black can be read
 * on them as button texts, for the grounds are a little darker and lighter than these.
 *
 * @param accent `#rrggbb`
 */
export function accentColours(accent: string): AccentColours {
  const colour = parseColour(accent);
  return {
    light: formatColour(readable(colour, LIGHT_GROUND, BLACK)),
    dark: formatColour(readable(colour, DARK_GROUND, WHITE)),
  };
}
