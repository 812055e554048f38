/** The truth file of a generated log, line by line. */
import { parseTrueClient, TruthScorer } from '../core/assessment/truth-score.ts';
import { readLines } from './lines.ts';
import { explainUnreadable } from './text-file.ts';

export type TruthReading =
  | { readonly ok: true; readonly scorer: TruthScorer }
  | { readonly ok: false; readonly message: string };

export async function readTruth(file: string, cwd: string): Promise<TruthReading> {
  const scorer = new TruthScorer();
  try {
    for await (const { number, text } of readLines(file, cwd)) {
      if (text === '') continue;
      const client = text === undefined ? undefined : parseTrueClient(text);
      if (client === undefined) {
        const shape = '{"address": "...", "agent": "...", "class": "browser", "behaviour": "..."}';
        return { ok: false, message: `${file}:${number}: this is no truth: a line is ${shape}` };
      }
      scorer.learn(client);
    }
  } catch (error) {
    const message = explainUnreadable(error);
    if (message === undefined) throw error;
    return { ok: false, message: `${file}: ${message}` };
  }
  return { ok: true, scorer };
}
