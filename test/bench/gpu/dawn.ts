/**
 * The WGSL kernel on Dawn, the WebGPU of Chromium, in Node.
 *
 * Owns the variants of the kernel that are compared, one timed dispatch, and the shipped engine run
 * as the page runs it. The first variant is the text that is shipped.
 */
import { createSha256Wgsl, WORKGROUP_SIZE } from '../../../src/browser/engines/sha256-wgsl.ts';
import { startGpuSearch } from '../../../src/browser/engines/webgpu.ts';
import { formatInput, type Job, type Measurement, resultWords, type Timing } from './job.ts';

interface Variant {
  readonly name: string;
  readonly code: string;
  /** As shipped unless given. */
  readonly workgroupSize?: number;
  readonly invocations?: number;
}

const SHIPPED = createSha256Wgsl();
const SHIPPED_INVOCATIONS = 2 ** 17;

function withSize(code: string, size: number): string {
  return code
    .replace(`workgroup_size(${WORKGROUP_SIZE})`, `workgroup_size(${size})`)
    .replaceAll(`.x*${WORKGROUP_SIZE}`, `.x*${size}`)
    .replace(`k+=${WORKGROUP_SIZE}`, `k+=${size}`);
}

/** Input through a uniform buffer, at most 64 KB. */
function withUniform(code: string, words: number): string {
  const vectors = Math.ceil(words / 4);
  return code
    .replaceAll(/\bI\[([^\]]+)\]/g, 'G($1)')
    .replace('var<storage,read>I:array<u32>;', `var<uniform>I:array<vec4u,${vectors}>;`)
    .replace('fn C(', 'fn G(i:u32)->u32{return I[i>>2][i&3];}\nfn C(');
}

function listVariants(words: number): readonly Variant[] {
  const texts = {
    shipped: SHIPPED,
    'uniform input': withUniform(SHIPPED, words),
    'rotations by +': SHIPPED.replaceAll(')|(x<<', ')+(x<<'),
    'choose by or': SHIPPED.replace('z^(x&(y^z))', '(x&y)|(~x&z)'),
    'no early end': SHIPPED.replace('if(atomicLoad(&O[o])>=s){break;}', ''),
  };
  return [
    ...Object.entries(texts).map(([name, code]) => ({ name, code })),
    ...[32, 128, 256].map((workgroupSize) => ({
      name: `workgroup ${workgroupSize}`,
      workgroupSize,
      code: withSize(SHIPPED, workgroupSize),
    })),
    ...[16, 18, 20].map((bits) => ({
      name: `2^${bits} invocations`,
      invocations: 2 ** bits,
      code: SHIPPED,
    })),
  ];
}

/** Measures every variant on `adapter`: once to warm up, then `runs` times. */
export async function measureWgsl(
  adapter: GPUAdapter,
  job: Job,
  runs: number,
): Promise<readonly Measurement[]> {
  const canTime = adapter.features.has('timestamp-query');
  const device = await adapter.requestDevice({
    requiredFeatures: canTime ? ['timestamp-query'] : [],
  });
  device.addEventListener('uncapturederror', ({ error }) => {
    throw new Error(error.message);
  });
  const input = formatInput(job);
  const measurements: Measurement[] = [];
  for (const variant of listVariants(input.length)) {
    const bench = await createBench({ device, canTime, job, input }, variant);
    const timings: Timing[] = [];
    await bench.run();
    for (let run = 0; run < runs; run += 1) timings.push(await bench.run());
    measurements.push({ name: variant.name, timings, results: await bench.readResults() });
  }
  device.destroy();
  return measurements;
}

interface Setting {
  readonly device: GPUDevice;
  readonly canTime: boolean;
  readonly job: Job;
  readonly input: Uint32Array<ArrayBuffer>;
}

// Flags of the WebGPU specification, sections 5.1 and 20.
const USAGE = { mapRead: 1, copySource: 4, copyTarget: 8, uniform: 64, storage: 128, query: 512 };

async function createBench({ device, canTime, job, input }: Setting, variant: Variant) {
  const { workgroupSize = WORKGROUP_SIZE, invocations = SHIPPED_INVOCATIONS } = variant;
  const isUniform = variant.code.includes('var<uniform>');
  const layout = device.createBindGroupLayout({
    entries: [
      { binding: 0, visibility: 4, buffer: { type: isUniform ? 'uniform' : 'read-only-storage' } },
      { binding: 1, visibility: 4, buffer: { type: 'storage' } },
    ],
  });
  const pipeline = await device.createComputePipelineAsync({
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module: device.createShaderModule({ code: variant.code }) },
  });
  const size = 4 * resultWords(job);
  const source = device.createBuffer({
    size: Math.ceil(input.byteLength / 16) * 16,
    usage: USAGE.storage | USAGE.uniform | USAGE.copyTarget,
  });
  device.queue.writeBuffer(source, 0, input);
  const results = device.createBuffer({
    size,
    usage: USAGE.storage | USAGE.copySource | USAGE.copyTarget,
  });
  const readback = device.createBuffer({ size, usage: USAGE.mapRead | USAGE.copyTarget });
  const stamps = device.createBuffer({ size: 16, usage: USAGE.mapRead | USAGE.copyTarget });
  const resolved = device.createBuffer({ size: 16, usage: USAGE.query | USAGE.copySource });
  const querySet = canTime ? device.createQuerySet({ type: 'timestamp', count: 2 }) : undefined;
  const entries = [source, results].map((buffer, binding) => ({ binding, resource: { buffer } }));
  const group = device.createBindGroup({ layout, entries });
  const groups = invocations / workgroupSize / job.puzzles;
  const useful = job.count / workgroupSize;

  async function readKernelMs(): Promise<number> {
    await stamps.mapAsync(1);
    const [start = 0n, end = 0n] = new BigUint64Array(stamps.getMappedRange().slice(0));
    stamps.unmap();
    return Number(end - start) / 1e6;
  }

  return {
    async run(): Promise<Timing> {
      device.queue.writeBuffer(results, 0, new Uint32Array(size / 4));
      await device.queue.onSubmittedWorkDone();
      const startMs = performance.now();
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass(
        querySet === undefined
          ? {}
          : {
              timestampWrites: {
                querySet,
                beginningOfPassWriteIndex: 0,
                endOfPassWriteIndex: 1,
              },
            },
      );
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(Math.max(1, Math.floor(Math.min(groups, useful))), job.puzzles);
      pass.end();
      if (querySet !== undefined) {
        encoder.resolveQuerySet(querySet, 0, 2, resolved, 0);
        encoder.copyBufferToBuffer(resolved, 0, stamps, 0, 16);
      }
      device.queue.submit([encoder.finish()]);
      await device.queue.onSubmittedWorkDone();
      const wallMs = performance.now() - startMs;
      return { wallMs, kernelMs: querySet === undefined ? undefined : await readKernelMs() };
    },
    async readResults(): Promise<readonly number[]> {
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(results, 0, readback, 0, size);
      device.queue.submit([encoder.finish()]);
      await readback.mapAsync(1);
      return [...new Uint32Array(readback.getMappedRange())];
    },
  };
}

export interface EngineRate {
  readonly attempts: number;
  readonly elapsedMs: number;
  readonly dispatchMs: readonly number[];
}

/**
 * The shipped engine from the first dispatch to the last solution: 256 sub-puzzles, `attempts`
 * expected in all. `navigator.gpu` must be set.
 */
export async function measureEngine(digest: Uint8Array, attempts: number): Promise<EngineRate> {
  const threshold = Math.min(Math.max(Math.round((2 ** 32 * 256) / attempts), 64), 2 ** 32) - 1;
  const indexes = Array.from({ length: 256 }, (_, index) => index);
  const dispatchMs: number[] = [];
  let total = 0;
  let startMs = 0;
  const search = startGpuSearch(
    { digest, threshold, indexes },
    {
      ready() {
        startMs = performance.now();
      },
      solution: () => undefined,
      progress(step) {
        total += step.attempts;
        dispatchMs.push(step.elapsedMs);
      },
    },
    { allowsSoftware: true },
  );
  const outcome = await search.outcome;
  if (outcome.kind === 'failed') throw new Error(outcome.detail);
  return { attempts: total, elapsedMs: performance.now() - startMs, dispatchMs };
}
