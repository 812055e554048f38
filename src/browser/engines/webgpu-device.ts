/**
 * A WebGPU device for computing, or why there is none.
 *
 * Owns how one is asked for and how its loss is noticed; must not know kernels or puzzles.
 */

/** A device that works until `lost` is resolved, with the reason. */
export interface ComputeDevice {
  readonly device: GPUDevice;
  /** Vendor and architecture, as far as the browser tells: "nvidia hopper". */
  readonly adapterName: string;
  /** Resolves once: the device is gone, or has reported an error that nobody asked about. */
  readonly lost: Promise<string>;
}

export type DeviceResult =
  | { readonly kind: 'device'; readonly value: ComputeDevice }
  | { readonly kind: 'none'; readonly detail: string };

export interface DeviceRequest {
  /** A software adapter is slower than the WASM engine: for tests alone. */
  readonly allowsSoftware: boolean;
  /** After a GPU process has died, Chromium may answer once that there is no adapter. */
  readonly retryMs: number | undefined;
}

export type AdapterResult =
  | { readonly kind: 'adapter'; readonly value: GPUAdapter }
  | { readonly kind: 'none'; readonly detail: string };

/** Asks for an adapter; never throws. */
export async function requestComputeAdapter(request: DeviceRequest): Promise<AdapterResult> {
  // Absent on plain http and in browsers without WebGPU, whatever the declared type says.
  const gpu: GPU | undefined = navigator.gpu;
  if (gpu === undefined) return none('no WebGPU');
  try {
    const value = await requestAdapter(gpu, request.retryMs);
    if (value === null) return none('no adapter');
    const isRefused = value.info.isFallbackAdapter && !request.allowsSoftware;
    return isRefused ? none('software adapter') : { kind: 'adapter', value };
  } catch (error) {
    return none(String(error));
  }
}

/** Asks for a device; never throws. */
export async function requestComputeDevice(request: DeviceRequest): Promise<DeviceResult> {
  const found = await requestComputeAdapter(request);
  if (found.kind === 'none') return found;
  const { vendor, architecture } = found.value.info;
  try {
    const device = await found.value.requestDevice();
    const adapterName = `${vendor} ${architecture}`.trim();
    return { kind: 'device', value: { device, adapterName, lost: watchLoss(device) } };
  } catch (error) {
    return none(String(error));
  }
}

function none(detail: string): { readonly kind: 'none'; readonly detail: string } {
  return { kind: 'none', detail };
}

async function requestAdapter(gpu: GPU, retryMs: number | undefined): Promise<GPUAdapter | null> {
  const options: GPURequestAdapterOptions = { powerPreference: 'high-performance' };
  const adapter = await gpu.requestAdapter(options);
  if (adapter !== null || retryMs === undefined) return adapter;
  await new Promise((resolve) => setTimeout(resolve, retryMs));
  return gpu.requestAdapter(options);
}

function watchLoss(device: GPUDevice): Promise<string> {
  return new Promise((resolve) => {
    void device.lost.then(({ reason, message }) => resolve(`lost: ${reason} ${message}`.trim()));
    // Validation and out-of-memory errors do not lose the device, but results after one may
    // silently be empty: they count as a loss.
    device.addEventListener('uncapturederror', (event) => {
      event.preventDefault();
      resolve(`error: ${event.error.message}`);
    });
  });
}
