/** `lockdown`: orders the preset `lockdown` for every running gate, and takes it back. */
import { formatLockdown, LOCKDOWN_KEY, parseLockdown } from '../../core/lockdown-order.ts';
import {
  readArguments,
  refuseUsage,
  type Command,
  type ExitCode,
  type Invocation,
} from '../command.ts';
import { TARGET_HELP, TARGET_OPTIONS } from '../kv-target.ts';
import { withTarget } from '../opened-target.ts';
import type { PolicyKeys } from '../published-policies.ts';
import { printable } from '../terminal.ts';
import { CONFIG_HELP, CONFIG_OPTIONS, type WorkerConfig } from '../worker-config.ts';

const HELP = `Usage: npx edgetoll lockdown on|off|status

Orders a lockdown for every running gate, without a deploy, or takes it back: the operator's own rules
hold, and behind them the preset "lockdown" in place of any other, live even where the policy only
watches. The price book reads the order within about 90 s (KV is up to 60 s behind, the book looks every
30 s), and each isolate hears of it with its next report: after 15 s for up to 8 isolates, about 3 minutes
for 100, an hour at most. A gate without the binding PRICE_BOOK never hears of it.
What a running gate does stands on its /.toll/healthz.

      --json             one JSON object
${TARGET_HELP}${CONFIG_HELP}  -h, --help             this text
`;

const WORDS = ['on', 'off', 'status'] as const;

interface Standing {
  readonly lockdown: boolean;
  readonly since: string | null;
}

/** @returns `undefined` for a value that no gate would follow */
async function readStanding(keys: PolicyKeys): Promise<Standing | undefined> {
  const stored = await keys.list(LOCKDOWN_KEY);
  const isThere = stored.some(({ name }) => name === LOCKDOWN_KEY);
  const order = parseLockdown(isThere ? await keys.get(LOCKDOWN_KEY) : null);
  return order && { lockdown: order.isOn, since: order.since ?? null };
}

function describe({ lockdown, since }: Standing, where: string): string {
  const state = lockdown ? 'A lockdown is ordered' : 'No lockdown is ordered';
  return `${state} at ${where}${since === null ? '' : `, since ${since}`}.\n`;
}

function warnWithoutBook({ terminal }: Invocation, { file, objects }: WorkerConfig): void {
  if (objects.includes('PRICE_BOOK')) return;
  const text = `${file} binds no PRICE_BOOK: its gates will not hear of it. Push a policy with preset: lockdown instead.`;
  terminal.err(`${terminal.paint('yellow', text)}\n`);
}

async function run(invocation: Invocation): Promise<ExitCode> {
  const options = { ...CONFIG_OPTIONS, ...TARGET_OPTIONS, json: { type: 'boolean' } } as const;
  const read = readArguments(invocation, lockdownCommand, { options, words: [1, 1] });
  if (read.kind === 'stop') return read.code;
  const { values, positionals } = read;
  const word = WORDS.find((each) => each === positionals[0]);
  if (word === undefined)
    return refuseUsage(invocation, lockdownCommand, 'Say one of on, off and status.');
  const { terminal } = invocation;
  const call = { command: lockdownCommand, values };
  return withTarget(invocation, call, async ({ keys, where, config }) => {
    warnWithoutBook(invocation, config);
    if (word !== 'status') {
      const since = new Date().toISOString();
      await keys.put(LOCKDOWN_KEY, formatLockdown(word === 'on', since), { since });
    }
    const standing = await readStanding(keys);
    if (standing === undefined) {
      terminal.err('What is stored is no order of this version: gates keep to the last one.\n');
      return 1;
    }
    const isJson = values.json === true;
    terminal.out(isJson ? `${JSON.stringify(standing)}\n` : printable(describe(standing, where)));
    if (!isJson && word !== 'status')
      terminal.out(
        'Each isolate follows with its next report, one interval after the price book.\n',
      );
    return 0;
  });
}

export const lockdownCommand: Command = {
  name: 'lockdown',
  summary: 'orders the strictest preset for every running gate, or takes it back',
  help: HELP,
  run,
};
