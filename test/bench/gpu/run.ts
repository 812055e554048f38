/**
 * `node test/bench/gpu/run.ts`: the WGSL kernel against a native CUDA kernel on the same GPU.
 *
 * Owns options and report. RESULTS.md tells the method and what was measured.
 */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measureEngine, measureWgsl } from './dawn.ts';
import { checkResults, type Job, type Measurement } from './job.ts';
import { measureNative, type NativeKind } from './native.ts';

const HELP = `Usage: node test/bench/gpu/run.ts [options]    (first: npm install in this folder)

  --native cuda|host|none  what to compare with (default cuda; needs nvcc)
  --bits <n>               2^n attempts a run (default 32; 22 on a software adapter)
  --runs <n>               timed runs of each variant (default 9)
  --threshold <n>          default 63
  --json <file>            everything that was measured
`;

interface Webgpu {
  create(options: readonly string[]): GPU;
  readonly globals: object;
}

const PUZZLES = 32;
/** Expected are far fewer; checkResults would tell. */
const SLOTS = 1024;

function readOptions() {
  const { values } = parseArgs({
    options: {
      native: { type: 'string', default: 'cuda' },
      bits: { type: 'string', default: '32' },
      runs: { type: 'string', default: '9' },
      threshold: { type: 'string', default: '63' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  return values;
}

/** Dawn in Node; its timestamps are not rounded, which pages never get. */
async function openGpu(): Promise<GPU> {
  const name = 'webgpu';
  const webgpu = (await import(name)) as Webgpu;
  Object.assign(globalThis, webgpu.globals);
  const gpu = webgpu.create([
    'enable-dawn-features=allow_unsafe_apis',
    'disable-dawn-features=timestamp_quantization',
  ]);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  return gpu;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

interface Summary {
  readonly side: string;
  readonly name: string;
  readonly kernelMs: number;
  readonly spread: string;
  readonly wallMs: number;
  readonly rate: number;
}

function summarise(side: string, job: Job, { name, timings }: Measurement): Summary {
  const kernel = timings.map(({ kernelMs, wallMs }) => kernelMs ?? wallMs);
  const kernelMs = median(kernel);
  return {
    side,
    name,
    kernelMs,
    spread: `${Math.min(...kernel).toFixed(2)}-${Math.max(...kernel).toFixed(2)}`,
    wallMs: median(timings.map(({ wallMs }) => wallMs)),
    rate: (job.puzzles * job.count) / kernelMs / 1e6,
  };
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function printTable(rows: readonly Summary[]): void {
  print('| side | variant | kernel ms (median) | min-max | wall ms | GH/s |');
  print('|---|---|---|---|---|---|');
  for (const { side, name, kernelMs, spread, wallMs, rate } of rows) {
    const times = `${kernelMs.toFixed(2)} | ${spread} | ${wallMs.toFixed(2)}`;
    print(`| ${side} | ${name} | ${times} | ${rate.toPrecision(4)} |`);
  }
}

/** Throws unless every measurement found exactly the same solutions. */
function checkAll(job: Job, measurements: readonly Measurement[]): number {
  const lists = measurements.map((measurement) => checkResults(job, measurement));
  for (const [i, list] of lists.entries()) {
    if (list.join() !== lists[0]?.join()) {
      throw new Error(`${measurements[i]?.name}: solutions differ from the first variant's`);
    }
  }
  return lists[0]?.length ?? 0;
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help === true) {
    process.stdout.write(HELP);
    return;
  }
  const attempts = 2 ** Number(options.bits);
  const runs = Number(options.runs);
  const digest = createHash('sha256').update('edgetoll gpu benchmark').digest();
  const threshold = Number(options.threshold);
  const job = { digest, threshold, puzzles: PUZZLES, count: attempts / PUZZLES, slots: SLOTS };

  const adapter = await (await openGpu()).requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('no adapter');
  const { vendor, architecture, device, description } = adapter.info;
  print(`${vendor} ${architecture} ${device} (${description}); node ${process.version}`);

  const wgsl = await measureWgsl(adapter, job, runs);
  const engine = await measureEngine(digest, attempts * 4);
  const isCompared = options.native !== 'none';
  const kind: NativeKind = options.native === 'host' ? 'host' : 'cuda';
  const native = isCompared ? await measureNative(kind, job, runs) : undefined;
  const solutions = checkAll(job, [...wgsl, ...(native?.variants ?? [])]);
  print(`2^${options.bits} attempts a run, ${runs} runs; ${solutions} solutions, all verified`);

  const ours = wgsl.map((measurement) => summarise('WGSL', job, measurement));
  const theirs = (native?.variants ?? []).map((variant) => summarise(kind, job, variant));
  printTable([...ours, ...theirs]);
  const engineRate = engine.attempts / engine.elapsedMs / 1e6;
  print(
    `engine as shipped: ${engineRate.toPrecision(4)} GH/s over ${engine.elapsedMs.toFixed(0)} ms, dispatch median ${median(engine.dispatchMs).toFixed(1)} ms`,
  );
  const best = Math.max(...theirs.map(({ rate }) => rate));
  const shipped = ours[0]?.rate ?? Number.NaN;
  if (native !== undefined) {
    print(`${native.device}: shipped WGSL / best native = ${(shipped / best).toFixed(3)}`);
  }
  if (options.json !== undefined) {
    const report = { adapter: { vendor, architecture, device, description }, wgsl, engine, native };
    await writeFile(options.json, JSON.stringify(report));
  }
}

await main();
// Dawn keeps a thread that would hold the process.
process.exit();
