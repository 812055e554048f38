/**
 * A log for a replay: read, its clients judged as `assess` judges them.
 *
 * Owns what is said of a log that cannot be replayed, or only in part; problems are printed here.
 */
import { Assessor } from '../core/assessment/assessor.ts';
import { readSnapshot } from '../core/bots/bot-lists.ts';
import { createBotIdentifier } from '../core/bots/identify-bot.ts';
import { createRandomSource } from '../core/random-source.ts';
import { LogCollector } from '../core/simulation/log-collector.ts';
import type { ReplayedLog } from '../core/simulation/replayed-log.ts';
import { walkLogs, type LogReader } from './assessed-logs.ts';
import type { Invocation } from './command.ts';
import { LogProgress } from './log-progress.ts';
import { findLogs } from './log-source.ts';
import { printable } from './terminal.ts';

export type LogOpening =
  | { readonly ok: true; readonly log: ReplayedLog }
  | { readonly ok: false; readonly code: 1 | 2 };

/** @param name a file, or `-` for the standard input */
export async function openLog({ cwd, terminal }: Invocation, name: string): Promise<LogOpening> {
  const found = await findLogs([name], cwd);
  if (!found.ok) {
    terminal.err(`${printable(found.message)}\n`);
    return { ok: false, code: 2 };
  }
  const collector = new LogCollector();
  const judge = new Assessor({
    identifier: createBotIdentifier(readSnapshot()),
    random: createRandomSource(1),
    onVerdict: ({ address, agent }, kind) =>
      collector.judge({ address: address.text, agent: agent.text }, kind),
  });
  const reader: LogReader = {
    add(entry) {
      judge.add(entry);
      collector.add(entry);
    },
  };
  const bytes = found.sources[0]?.bytes;
  const progress = new LogProgress(terminal, bytes);
  const account = await walkLogs(found.sources, { cwd, assessor: reader, progress });
  judge.finish();
  for (const { message } of account.failures) terminal.err(`${printable(`${name}: ${message}`)}\n`);
  if (account.unread > 0) {
    const lines = account.unread.toLocaleString('en-US');
    terminal.err(`${lines} lines could not be read: "npx edgetoll assess" says which.\n`);
  }
  if (collector.leftOut > 0) {
    const lines = collector.leftOut.toLocaleString('en-US');
    terminal.err(`The log is longer than a replay takes: ${lines} lines were left out.\n`);
  }
  const log = collector.finish();
  if (log !== undefined) return { ok: true, log };
  terminal.err(`${printable(name)}: nothing in it could be read\n`);
  return { ok: false, code: 1 };
}
