/**
 * The Worker's variables, read one by one.
 *
 * Owns the forms that a value may have (whole number, decimal, text, flag, secret) and the list of
 * what is wrong, which names the variable and never its value. Must not know any setting.
 */
import { isPlainText } from './brand.ts';
import { parseSecret, SECRET_RULES } from './token/secret.ts';

export interface SettingsProblem {
  /** Variable, or a path inside it such as `RULES[2].network[0]`. */
  readonly path: string;
  /** What is wrong and what to do. Never the value. */
  readonly message: string;
}

/** Collects problems while variables are read. */
export class VariableReader<Name extends string> {
  readonly problems: SettingsProblem[] = [];
  readonly #variables: Readonly<Record<string, unknown>>;

  constructor(variables: Readonly<Record<string, unknown>>) {
    this.#variables = variables;
  }

  read(name: Name): unknown {
    return this.#variables[name];
  }

  refuse(path: string, message: string): void {
    this.problems.push({ path, message });
  }

  integer(name: Name, fallback: number, [min, max]: readonly [number, number]): number {
    const value = this.read(name);
    if (value === undefined) return fallback;
    const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max) {
      return number;
    }
    this.refuse(name, `must be a whole number from ${min} to ${max}`);
    return fallback;
  }

  /** As `integer`, with a fraction; `undefined` where it is not set. */
  decimal(name: Name, [min, max]: readonly [number, number]): number | undefined {
    const value = this.read(name);
    if (value === undefined) return undefined;
    const isText = typeof value === 'string' && /^\d{1,15}(?:\.\d{1,9})?$/.test(value);
    const number = isText ? Number(value) : value;
    if (typeof number === 'number' && number >= min && number <= max) return number;
    this.refuse(name, `must be a number from ${min} to ${max}`);
    return undefined;
  }

  text(name: Name, pattern: RegExp, message: string): string | undefined {
    const value = this.read(name);
    if (value === undefined) return undefined;
    if (typeof value === 'string' && pattern.test(value)) return value;
    this.refuse(name, message);
    return undefined;
  }

  plainText(name: Name, maxCharacters: number): string | undefined {
    const value = this.read(name);
    if (value === undefined) return undefined;
    if (typeof value === 'string' && isPlainText(value, maxCharacters)) return value;
    this.refuse(
      name,
      `must be 1 to ${maxCharacters} characters of plain text, without blanks at its ends`,
    );
    return undefined;
  }

  flag(name: Name): boolean {
    const value = this.read(name);
    if (value === undefined || value === false || value === 'false') return false;
    if (value === true || value === 'true') return true;
    this.refuse(name, 'must be true or false');
    return false;
  }

  secret(name: Name): Uint8Array<ArrayBuffer> | undefined {
    const reading = parseSecret(this.read(name));
    if (reading.ok) return reading.bytes;
    this.refuse(name, SECRET_RULES[reading.rule]);
    return undefined;
  }
}
