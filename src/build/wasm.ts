/**
 * The WASM modules of the engines, compiled from the AssemblyScript sources.
 *
 * Owns the compiler's options; must not know what the modules do. The compiler is pinned, reads
 * no clock and gives the same bytes for the same sources.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { main as compile } from 'assemblyscript/asc';

/** No runtime and no assertions: the sources allocate nothing and check nothing. */
const OPTIONS = ['-O3', '--noAssert', '--runtime', 'stub', '--noExportMemory', '--use', 'abort='];

/** What WASM has gained since its first version, apart from vectors. */
const LATER_FEATURES = ['bulk-memory', 'mutable-globals', 'nontrapping-f2i', 'sign-extension'];

/** `simd` needs 128-bit vectors and what every browser that has them has; `baseline` nothing. */
export type WasmFeatures = 'simd' | 'baseline';

export interface WasmSource {
  /** Folder and file, relative to it, with the extension. */
  readonly folder: string;
  readonly file: string;
  readonly features: WasmFeatures;
}

/** Throws with the compiler's messages, which name file and line. */
export async function compileWasm(source: WasmSource): Promise<Uint8Array> {
  const { folder, file, features } = source;
  const chosen =
    features === 'simd'
      ? ['--enable', 'simd']
      : LATER_FEATURES.flatMap((feature) => ['--disable', feature]);
  let output: Uint8Array | undefined;
  let messages = '';
  const { error } = await compile([file, ...OPTIONS, ...chosen, '--outFile', 'out.wasm'], {
    readFile: (name) => readFile(join(folder, name), 'utf8').catch(() => null),
    writeFile: (_name, contents) => {
      if (typeof contents !== 'string') output = contents;
    },
    listFiles: () => [],
    stderr: {
      write: (chunk: string | Uint8Array) => {
        messages += String(chunk);
      },
    },
  });
  if (error !== null) throw new Error(`${file}: ${messages}`, { cause: error });
  if (output === undefined) throw new Error(`${file}: the compiler wrote nothing`);
  return output;
}
