/**
 * The command line that all benchmarks share.
 *
 * Owns how numbers and lists of names are read, the options that every benchmark has, and where
 * text goes: the report to standard output, progress to standard error. Must not know what is
 * measured.
 */
import { stderr, stdout } from 'node:process';

/** For `parseArgs`, beside a benchmark's own. */
export const COMMON_OPTIONS = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export interface BenchmarkCommand<Options> {
  readonly help: string;
  /** Options, or `undefined` where help was asked for. Throws for what is not an option. */
  readonly parse: (args: readonly string[]) => Options | undefined;
  /** The report. */
  readonly measure: (options: Options) => Promise<string>;
}

type Range = readonly [min: number, max: number];

/** Throws a RangeError that names the option. */
export function readNumber(name: string, text: string, [min, max]: Range): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= min && value <= max) return value;
  throw new RangeError(`--${name} takes a number from ${min} to ${max}`);
}

/** As `readNumber`; a fraction is cut off. */
export function readCount(name: string, text: string, range: Range): number {
  return Math.floor(readNumber(name, text, range));
}

/** The value of `--only`: names with commas between them, given back in the order of `known`. */
export function readNames<Name extends string>(
  text: string,
  known: readonly Name[],
): readonly Name[] {
  const wanted = new Set(text.split(','));
  const unknown = [...wanted].filter((name) => !known.some((each) => each === name));
  if (unknown.length > 0) {
    throw new RangeError(`--only takes ${known.join(', ')}; not ${unknown.join(', ')}`);
  }
  return known.filter((name) => wanted.has(name));
}

/** One line to standard error. */
export function progress(text: string): void {
  stderr.write(`${text}\n`);
}

/** Prints the command's help or its report. */
export async function runCommand<Options>(
  { help, parse, measure }: BenchmarkCommand<Options>,
  args: readonly string[],
): Promise<void> {
  const options = parse(args);
  stdout.write(options === undefined ? help : await measure(options));
}
