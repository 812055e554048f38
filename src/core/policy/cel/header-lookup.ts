/**
 * Headers and queries as expressions look them up.
 *
 * Owns names and the joining of several values; must not know requests.
 *
 * Anubis hands Go's `http.Header` and `url.Values` to its expressions (TecharoHQ/anubis,
 * lib/policy/expressions): names are compared as they are, after Go has put those of the request
 * into canonical form, several values are joined with a comma, and what is absent is a failure.
 */
import { CelLookup } from './cel-value.ts';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** A header's name as Go's `textproto.CanonicalMIMEHeaderKey` writes it: "sec-ch-ua" is "Sec-Ch-Ua". */
export function canonicalHeaderName(name: string): string {
  if (!TOKEN.test(name)) return name;
  return name.toLowerCase().replaceAll(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}

/**
 * A lookup of headers.
 * @param read the values of a header, joined, by its name in lower case. The Fetch standard joins
 *   with ", " where Go's callers join with ","; a value may hold either, so neither is taken apart.
 * @param names `canonical`: as in Anubis, no other spelling is ever found; `any-case`: RFC 9110 5.1.
 */
export function createHeaderLookup(
  read: (lowerName: string) => string | undefined,
  names: 'canonical' | 'any-case',
): CelLookup {
  return new CelLookup((name) => {
    if (!TOKEN.test(name)) return undefined;
    if (names === 'canonical' && canonicalHeaderName(name) !== name) return undefined;
    return read(name.toLowerCase());
  });
}

/** A lookup of query parameters, taken apart when the first is asked for; values join with ",". */
export function createQueryLookup(
  readPairs: () => Iterable<readonly [name: string, value: string]>,
): CelLookup {
  let values: Map<string, string> | undefined;
  return new CelLookup((name) => {
    values ??= joinPairs(readPairs());
    return values.get(name);
  });
}

function joinPairs(pairs: Iterable<readonly [string, string]>): Map<string, string> {
  const lists = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const list = lists.get(name);
    if (list === undefined) lists.set(name, [value]);
    else list.push(value);
  }
  return new Map(Array.from(lists, ([name, list]) => [name, list.join(',')]));
}
