/** The operator's own figures, from a file; problems are printed here. */
import { FIGURES, overrideFigures, type Figures } from '../core/price/price-overrides.ts';
import type { ExitCode, Invocation } from './command.ts';
import { placeProblems, printProblems, readPlacedFile } from './policy-file.ts';

const MAX_FIGURES_BYTES = 65_536;

export type FiguresOpening =
  | { readonly ok: true; readonly figures: Figures }
  | { readonly ok: false; readonly code: Exclude<ExitCode, 0> };

/** "2026-11" */
export function monthOf(date: Date): string {
  return date.toISOString().slice(0, 7);
}

/** The figures that ship, with those of `file` over them. */
export async function openFigures(
  { cwd, terminal }: Invocation,
  file: string | undefined,
): Promise<FiguresOpening> {
  if (file === undefined) return { ok: true, figures: FIGURES };
  const read = await readPlacedFile(file, { cwd, maxBytes: MAX_FIGURES_BYTES });
  if (!read.ok) {
    printProblems(terminal, read);
    return { ok: false, code: read.code };
  }
  const reading = overrideFigures(read.text.value, monthOf(new Date()));
  if (reading.ok) return { ok: true, figures: reading.figures };
  printProblems(terminal, { file, problems: placeProblems(reading.problems, read.text) });
  return { ok: false, code: 1 };
}
