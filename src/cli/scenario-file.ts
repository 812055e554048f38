/** A scenario from its file, or the built-in one; problems are printed here. */
import { decodeScenario } from '../core/simulation/decode-scenario.ts';
import type { Scenario, ScenarioTables } from '../core/simulation/scenario.ts';
import type { ExitCode, Invocation } from './command.ts';
import { DEFAULT_SCENARIO } from './default-scenario.ts';
import { readPlacedText, type PlacedText } from './placed-text.ts';
import { placeProblems, printProblems, readPlacedFile } from './policy-file.ts';

const MAX_SCENARIO_BYTES = 262_144;
const BUILT_IN = 'the built-in scenario';

export type ScenarioOpening =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly code: Exclude<ExitCode, 0> };

/** @param file `undefined`: the built-in scenario */
export async function openScenario(
  { cwd, terminal }: Invocation,
  file: string | undefined,
  tables: ScenarioTables,
): Promise<ScenarioOpening> {
  const name = file ?? BUILT_IN;
  let text: PlacedText;
  if (file === undefined) {
    text = readPlacedText(DEFAULT_SCENARIO);
  } else {
    const read = await readPlacedFile(file, { cwd, maxBytes: MAX_SCENARIO_BYTES });
    if (!read.ok) {
      printProblems(terminal, read);
      return { ok: false, code: read.code };
    }
    ({ text } = read);
  }
  const decoded = decodeScenario(text.value, tables);
  if (decoded.ok) return decoded;
  printProblems(terminal, { file: name, problems: placeProblems(decoded.problems, text) });
  return { ok: false, code: 1 };
}
