/**
 * The words that the script shows, from the page's string block.
 *
 * Owns the look-up and the `{name}` places in them; the words are in static/locales.
 */
import type english from '../../static/locales/en.json';

type ScriptKey<Key> = Key extends `script.${string}` ? Key : never;
export type StringKey = ScriptKey<keyof typeof english>;
export type Say = (key: StringKey, values?: Readonly<Record<string, string | number>>) => string;

/**
 * @param table the parsed string block; a key that it lacks is shown as itself.
 * @param numbers writes the numbers among the values: Persian has digits of its own.
 */
export function createSay(
  table: Readonly<Record<string, string>>,
  numbers: Pick<Intl.NumberFormat, 'format'>,
): Say {
  return (key, values = {}) =>
    (table[key] ?? key).replace(/\{(\w+)\}/g, (place, name: string) => {
      const value = values[name] ?? place;
      return typeof value === 'number' ? numbers.format(value) : value;
    });
}
