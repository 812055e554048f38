/**
 * Templates: text with slots, compiled once.
 *
 * Owns the four kinds of slot and their encodings; there are no conditions and no loops, so that
 * nothing can be written into a page without one of these encodings:
 *
 *   {{string key}}  a string of the locale, HTML-escaped at compile time
 *   {{text name}}   a value, HTML-escaped
 *   {{json name}}   a value as JSON, for a script data block
 *   {{html name}}   what another template rendered; the type admits nothing else
 *
 * Whatever does not fit throws when the template is compiled: a slot of an unknown kind or name,
 * a declared slot that the text lacks, a stray brace pair.
 */

declare const rendered: unique symbol;
/** HTML that a template made. */
export type Html = string & { readonly [rendered]: true };

interface KindValues {
  readonly text: string;
  readonly json: unknown;
  readonly html: Html;
}
type SlotKind = keyof KindValues;
type Slots = Readonly<Record<string, SlotKind>>;
type ValuesOf<S extends Slots> = { readonly [Name in keyof S]: KindValues[S[Name]] };

export interface Template<S extends Slots> {
  /** The same template with some slots filled for good. */
  bind<Name extends keyof S>(values: Pick<ValuesOf<S>, Name>): Template<Omit<S, Name>>;
  render(values: ValuesOf<S>): Html;
}

export interface TemplateParts<S extends Slots> {
  readonly strings: Readonly<Record<string, string>>;
  readonly slots: S;
}

interface Slot {
  readonly name: string;
  readonly kind: SlotKind;
}
type Piece = string | Slot;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Whether `text` has a few characters beyond ASCII and no more. V8 keeps a string of ASCII in one
 * byte a character, and one ellipsis doubles the whole page: 26 us of a challenge (`npm run bench
 * -- gate`, November 2026). Languages of another script keep their letters.
 */
function isNearlyAscii(text: string): boolean {
  const others = text.match(/[\u0080-\uffff]/g)?.length ?? 0;
  return others > 0 && others * 20 < text.length;
}

/** Markup with its few characters beyond ASCII as character references. */
function referAscii(html: string): string {
  if (!isNearlyAscii(html)) return html;
  return html.replace(
    /[\u0080-\u{10ffff}]/gu,
    (character) => `&#${character.codePointAt(0) ?? 0};`,
  );
}

export function escapeHtml(text: string): string {
  return referAscii(text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? ''));
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * JSON for a script data block: no `<`, so neither `</script` nor `<!--` can end or open anything,
 * and none of the two line separators that older script parsers refuse.
 */
export function encodeJsonBlock(value: unknown): string {
  const json = JSON.stringify(value);
  return json.replace(isNearlyAscii(json) ? /[<\u0080-\uffff]/g : /[<\u2028\u2029]/g, escapeUnit);
}

/** Only for markup of a template, with values in their encodings. */
function brand(html: string): Html {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place that may say so
  return html as Html;
}

/** Pieces of HTML one after the other; of none, the empty one. */
export function joinHtml(pieces: readonly Html[]): Html {
  return brand(pieces.join(''));
}

function encode(kind: SlotKind, value: unknown): string {
  if (kind === 'json') return encodeJsonBlock(value);
  return kind === 'html' ? String(value) : escapeHtml(String(value));
}

/** Throws an Error that lists everything wrong with `source`. */
export function compileTemplate<const S extends Slots>(
  source: string,
  { strings, slots }: TemplateParts<S>,
): Template<S> {
  const problems: string[] = [];
  const missing = new Set(Object.keys(slots));
  const pieces = source.split(/(\{\{.*?\}\})/s).map((piece): Piece => {
    const match = /^\{\{(\w+) ([\w.-]+)\}\}$/.exec(piece);
    if (match === null) {
      if (/\{\{|\}\}/.test(piece)) problems.push(`malformed slot ${piece}`);
      return referAscii(piece);
    }
    const [, kind = '', name = ''] = match;
    if (kind === 'string') {
      const string = Object.hasOwn(strings, name) ? strings[name] : undefined;
      if (string === undefined) problems.push(`unknown string ${name}`);
      return escapeHtml(string ?? '');
    }
    const declared = Object.hasOwn(slots, name) ? slots[name] : undefined;
    if (declared === undefined) problems.push(`unknown slot ${name}`);
    else if (declared !== kind) problems.push(`slot ${name} is ${kind}, declared as ${declared}`);
    missing.delete(name);
    return { name, kind: declared ?? 'text' };
  });
  for (const name of missing) problems.push(`missing slot ${name}`);
  if (problems.length > 0) throw new Error(`template: ${problems.join('; ')}`);
  return createTemplate(joinText(pieces));
}

function joinText(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') joined.splice(-1, 1, last + piece);
    else joined.push(piece);
  }
  return joined;
}

function createTemplate<S extends Slots>(pieces: readonly Piece[]): Template<S> {
  return {
    bind(values) {
      const bound = pieces.map((piece): Piece => {
        if (typeof piece === 'string' || !Object.hasOwn(values, piece.name)) return piece;
        return encode(piece.kind, Object.getOwnPropertyDescriptor(values, piece.name)?.value);
      });
      return createTemplate(joinText(bound));
    },
    render(values) {
      const given: Readonly<Record<string, unknown>> = values;
      let html = '';
      for (const piece of pieces) {
        html += typeof piece === 'string' ? piece : encode(piece.kind, given[piece.name]);
      }
      return brand(html);
    },
  };
}
