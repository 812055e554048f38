/** `price`: what an attack costs and how long visitors wait, at today's settings; what to change. */
import type { Figures } from '../../core/price/price-overrides.ts';
import type { Rule } from '../../core/policy/rule.ts';
import {
  readArguments,
  refuseUsage,
  type Command,
  type ExitCode,
  type Invocation,
} from '../command.ts';
import { openFigures } from '../figures-file.ts';
import { figuresText } from '../figures-text.ts';
import { loadPolicy, printProblems } from '../policy-file.ts';
import { readNumber, readPriceSetup, YIELD_RANGE, type Range } from '../price-setup.ts';
import { summarisePrice, type Wish } from '../price-summary.ts';
import { priceText } from '../price-text.ts';
import { printable } from '../terminal.ts';
import {
  CONFIG_HELP,
  CONFIG_OPTIONS,
  readWorkerConfig,
  type WorkerConfig,
} from '../worker-config.ts';

const HELP = `Usage: npx edgetoll price

Prints what a thousand requests cost each kind of attacker at today's settings, in compute and in
addresses; how long each class of visitor waits; where an attack costs less than it yields, and what
to change; and what no price can do. Settings and ceilings come from wrangler's configuration, and so
do YIELD_PER_THOUSAND, VISITOR_SECONDS (default 3) and VISITOR_SECONDS_P95 (default 10).

      --yield DOLLARS    what a thousand requests are worth to an attacker (default: the variable's)
      --rate N           requests a minute that the attacker wants (default 1000)
      --bytes N          bytes of a response, headers included (default 30000)
      --isolates N       running copies of the Worker that a pass may reach (default 8)
      --policy FILE      also what the rules of this policy charge
      --figures FILE     your own figures over those that ship, YAML or JSON:
                         attackers: { rtx-4090: { dollarsPerHour: 0.5 } }
      --list-figures     every figure with its source and date, and nothing else
      --all              every pair of hardware and addresses
      --json             one JSON object, everything in it
${CONFIG_HELP}  -h, --help             this text
`;

const OPTIONS = {
  ...CONFIG_OPTIONS,
  yield: { type: 'string' },
  rate: { type: 'string' },
  bytes: { type: 'string' },
  isolates: { type: 'string' },
  policy: { type: 'string' },
  figures: { type: 'string' },
  'list-figures': { type: 'boolean' },
  all: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

const RANGES = {
  rate: [1, 1e9],
  bytes: [1, 1e9],
  isolates: [1, 10_000],
} as const satisfies Record<string, Range>;

interface Numbers {
  readonly wish: Wish;
  /** `undefined`: the configuration's. */
  readonly yieldPerThousand: number | undefined;
}

/** @returns a sentence where an option is no number of its range */
function readNumbers(
  values: Readonly<Partial<Record<'yield' | keyof typeof RANGES, string | undefined>>>,
): Numbers | string {
  const ranges: Readonly<Record<string, Range>> = { ...RANGES, yield: YIELD_RANGE };
  const texts = Object.entries({
    yield: values.yield,
    rate: values.rate ?? '1000',
    bytes: values.bytes ?? '30000',
    isolates: values.isolates ?? '8',
  });
  const numbers = new Map<string, number>();
  for (const [name, text] of texts) {
    if (text === undefined) continue;
    const range = ranges[name] ?? YIELD_RANGE;
    const number = readNumber(text, range);
    if (number === undefined) return `--${name} takes a number from ${range[0]} to ${range[1]}.`;
    numbers.set(name, number);
  }
  return {
    yieldPerThousand: numbers.get('yield'),
    wish: {
      requestsPerMinute: numbers.get('rate') ?? 1,
      bytesPerRequest: numbers.get('bytes') ?? 1,
      isolates: numbers.get('isolates') ?? 1,
    },
  };
}

type RulesReading =
  | { readonly ok: true; readonly rules: readonly Rule[] }
  | { readonly ok: false; readonly code: Exclude<ExitCode, 0> };

/** The rules of the variables, and of the policy that was named. */
async function readRules(
  { cwd, terminal }: Invocation,
  file: string | undefined,
  config: WorkerConfig,
): Promise<RulesReading> {
  if (file === undefined) return { ok: true, rules: config.rules };
  const loaded = await loadPolicy(file, { cwd, config });
  if (loaded.ok) return { ok: true, rules: [...config.rules, ...loaded.policy.document.rules] };
  printProblems(terminal, loaded);
  return { ok: false, code: loaded.code };
}

function listFigures({ terminal }: Invocation, figures: Figures, isJson: boolean): ExitCode {
  terminal.out(isJson ? `${JSON.stringify(figures)}\n` : printable(figuresText(figures)));
  return 0;
}

async function run(invocation: Invocation): Promise<ExitCode> {
  const read = readArguments(invocation, priceCommand, { options: OPTIONS, words: [0, 0] });
  if (read.kind === 'stop') return read.code;
  const { values } = read;
  const numbers = readNumbers(values);
  if (typeof numbers === 'string') return refuseUsage(invocation, priceCommand, numbers);
  const opened = await openFigures(invocation, values.figures);
  if (!opened.ok) return opened.code;
  const { figures } = opened;
  const isJson = values.json === true;
  if (values['list-figures'] === true) return listFigures(invocation, figures, isJson);
  const configured = await readWorkerConfig(values, invocation.cwd);
  if (!configured.ok) return refuseUsage(invocation, priceCommand, printable(configured.message));
  const { config } = configured;
  const reading = readPriceSetup(config, invocation.cwd);
  if (!reading.ok) return refuseUsage(invocation, priceCommand, printable(reading.message));
  const policy = await readRules(invocation, values.policy, config);
  if (!policy.ok) return policy.code;
  const stated = numbers.yieldPerThousand ?? reading.setup.yieldPerThousand;
  const setup = { ...reading.setup, yieldPerThousand: stated === 0 ? undefined : stated };
  const summary = summarisePrice({ setup, figures, wish: numbers.wish, rules: policy.rules });
  const isAll = values.all === true;
  const text = isJson ? `${JSON.stringify(summary)}\n` : priceText(summary, { figures, isAll });
  invocation.terminal.out(isJson ? text : printable(text));
  return 0;
}

export const priceCommand: Command = {
  name: 'price',
  summary: 'what an attack costs, how long visitors wait, and what to change',
  help: HELP,
  run,
};
