/**
 * Names of imported rules and thresholds.
 *
 * Owns what makes a name of Anubis, which may be any text and occur twice, one of ours.
 */

const MAX_NAME = 64;
const RESERVED: ReadonlySet<string> = new Set(['built-in', 'default', 'error']);

function sanitised(name: string): string {
  const plain = name
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, MAX_NAME);
  return plain === '' || RESERVED.has(plain) ? `rule-${plain}`.replace(/-$/, '') : plain;
}

/** Gives every name once. */
export class RuleNames {
  readonly #taken = new Set<string>();

  take(name: string): string {
    const base = sanitised(name);
    let found = base;
    for (let count = 2; this.#taken.has(found); count += 1) {
      const suffix = `-${count}`;
      found = `${base.slice(0, MAX_NAME - suffix.length)}${suffix}`;
    }
    this.#taken.add(found);
    return found;
  }
}
