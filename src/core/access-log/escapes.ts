/**
 * What servers write instead of a character that would break a line.
 *
 * Owns the escapes of Apache (`\"`, `\\`, `\n`, `\xHH`) and nginx (`\xHH`). Bytes that are written so are
 * UTF-8 more often than not; where they are not, each is read as Latin-1 has it.
 */

const NAMED: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
};
const RUN_OF_BYTES = /(?:\\x[\da-f]{2})+/gi;
const NAMED_ESCAPE = /\\(["\\nrtbfv/])/g;

function decodeBytes(run: string): string {
  try {
    return decodeURIComponent(run.replaceAll(/\\x/gi, '%'));
  } catch {
    return run.replaceAll(/\\x(..)/gi, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
  }
}

/** The text that was meant; what is no escape stays. */
export function unescapeField(text: string): string {
  // A backslash that is itself escaped must not begin an escape: split there first.
  return text
    .split('\\\\')
    .map((part) =>
      part
        .replaceAll(RUN_OF_BYTES, decodeBytes)
        .replaceAll(NAMED_ESCAPE, (_, name: string) => NAMED[name] ?? name),
    )
    .join('\\');
}
