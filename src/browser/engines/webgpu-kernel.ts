/**
 * The sha256 kernel on one device: nonces of many sub-puzzles in, solutions out.
 *
 * Owns pipeline, buffers and the shape of a dispatch; must not know time, retries or which
 * sub-puzzles remain. Losses show as rejected promises, or as promises that stay open: the caller
 * watches.
 */
import {
  createRecords,
  createSha256Wgsl,
  HEADER_WORDS,
  RECORD_WORDS,
  RESULT_WORDS,
  WORKGROUP_SIZE,
} from './sha256-wgsl.ts';

/** Sub-puzzles of one dispatch, which is what a challenge can offer. */
export const MAX_SUB_PUZZLES = 256;
/** Nonces of one sub-puzzle in one dispatch. */
export const MAX_COUNT = 2 ** 31;
/**
 * Invocations of one dispatch, all sub-puzzles together: enough to fill large GPUs (an H100 runs
 * 2^17 at a time at best). Further nonces are looped over inside, which costs less than starting
 * an invocation.
 */
const INVOCATIONS = 2 ** 17;
/**
 * Nonces that an invocation loops over, at least: what it loads first is 35 numbers, and an
 * attempt about 2,000 operations.
 */
const MIN_LOOPS = 4;

/** Flags of the WebGPU specification; TypeScript's library declares no such values. */
const SHADER_STAGE_COMPUTE = 4;
const MAP_MODE_READ = 1;
const BUFFER_USAGE = { mapRead: 1, copySource: 4, copyTarget: 8, storage: 128 } as const;

export interface KernelSlice {
  readonly index: number;
  /** First nonce. */
  readonly from: number;
}

export interface KernelRequest {
  /** 1 to 256, `index` from 0 to 255 each, any of them more than once. */
  readonly slices: readonly KernelSlice[];
  /** Nonces of each slice, 1 to 2^31; `from + count <= 2^32` for each. */
  readonly count: number;
  /** Solutions of each slice to return; its search ends when there are as many. */
  readonly slots: number;
}

export interface KernelFinding {
  /** Found before the search ended, at least `nonces.length`. */
  readonly found: number;
  /** In no order; all there are if `found < slots`. */
  readonly nonces: readonly number[];
  /** Attempts made: `count` unless the search ended early. */
  readonly attempts: number;
}

/** One challenge on one device. */
export interface Kernel {
  /**
   * Queues one dispatch; several may be out, and they end in their order. One finding per slice.
   * Rejects when the device is lost before it has ended.
   */
  search(request: KernelRequest): Promise<readonly KernelFinding[]>;
}

/** `challengeDigest`: 32 bytes; `threshold`: an unsigned 32-bit integer. */
export type KernelFactory = (challengeDigest: Uint8Array, threshold: number) => Kernel;

/** Compiles the kernel, up to a second: it is the same for every challenge. */
export async function compileKernel(device: GPUDevice): Promise<KernelFactory> {
  // An explicit layout: an automatic one was seen to yield empty results without any error.
  const layout = device.createBindGroupLayout({
    entries: [
      { binding: 0, visibility: SHADER_STAGE_COMPUTE, buffer: { type: 'read-only-storage' } },
      { binding: 1, visibility: SHADER_STAGE_COMPUTE, buffer: { type: 'storage' } },
    ],
  });
  const pipeline = await device.createComputePipelineAsync({
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module: device.createShaderModule({ code: createSha256Wgsl() }) },
  });
  return (challengeDigest, threshold) => {
    const records = createRecordCache(challengeDigest);
    return {
      search: (request) =>
        dispatch({ device, layout, pipeline }, formatInput(request, records, threshold), request),
    };
  };
}

interface Compiled {
  readonly device: GPUDevice;
  readonly layout: GPUBindGroupLayout;
  readonly pipeline: GPUComputePipeline;
}

async function dispatch(
  { device, layout, pipeline }: Compiled,
  input: Uint32Array,
  request: KernelRequest,
): Promise<readonly KernelFinding[]> {
  const size = 4 * request.slices.length * (RESULT_WORDS + request.slots);
  const source = upload(device, input);
  const results = device.createBuffer({
    size,
    usage: BUFFER_USAGE.storage | BUFFER_USAGE.copySource,
  });
  const readback = device.createBuffer({
    size,
    usage: BUFFER_USAGE.mapRead | BUFFER_USAGE.copyTarget,
  });
  const entries = [source, results].map((buffer, binding) => ({ binding, resource: { buffer } }));
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout, entries }));
  pass.dispatchWorkgroups(countWorkgroups(request), request.slices.length);
  pass.end();
  encoder.copyBufferToBuffer(results, 0, readback, 0, size);
  device.queue.submit([encoder.finish()]);
  try {
    await readback.mapAsync(MAP_MODE_READ);
    return readFindings(request, new Uint32Array(readback.getMappedRange()));
  } finally {
    for (const buffer of [source, results, readback]) buffer.destroy();
  }
}

/** Workgroups along x: each invocation loops over about the same number of nonces. */
function countWorkgroups({ slices, count }: KernelRequest): number {
  const most = INVOCATIONS / WORKGROUP_SIZE / slices.length;
  const useful = count / WORKGROUP_SIZE / MIN_LOOPS;
  return Math.max(1, Math.floor(Math.min(most, useful)));
}

/** Most sub-puzzles are in many dispatches: what the host works out for each is kept. */
function createRecordCache(challengeDigest: Uint8Array): (index: number) => Uint32Array {
  const create = createRecords(challengeDigest);
  const cache = new Map<number, Uint32Array>();
  return (index) => {
    const record = cache.get(index) ?? create(index);
    cache.set(index, record);
    return record;
  };
}

function formatInput(
  { slices, count, slots }: KernelRequest,
  records: (index: number) => Uint32Array,
  threshold: number,
): Uint32Array {
  const input = new Uint32Array(HEADER_WORDS + slices.length * RECORD_WORDS);
  input.set([threshold, count, slots]);
  for (const [y, { index, from }] of slices.entries()) {
    const at = HEADER_WORDS + y * RECORD_WORDS;
    input.set(records(index), at);
    input[at] = from;
  }
  return input;
}

function upload(device: GPUDevice, words: Uint32Array): GPUBuffer {
  const usage = BUFFER_USAGE.storage;
  const buffer = device.createBuffer({ size: words.byteLength, usage, mappedAtCreation: true });
  new Uint32Array(buffer.getMappedRange()).set(words);
  buffer.unmap();
  return buffer;
}

function readFindings({ slices, count, slots }: KernelRequest, words: Uint32Array) {
  return slices.map((_, y): KernelFinding => {
    const at = y * (RESULT_WORDS + slots);
    const [found = 0, attempts = 0] = words.subarray(at, at + RESULT_WORDS);
    const first = at + RESULT_WORDS;
    const nonces = [...words.subarray(first, first + Math.min(found, slots))];
    return { found, nonces, attempts: Math.min(attempts, count) };
  });
}
