/**
 * The WGSL kernel as CUDA C++, token by token: where there is no GPU, NVIDIA's compiler still
 * tells how many instructions the kernel costs.
 *
 *   node test/bench/gpu/wgsl-as-cuda.ts > kernel.cu && nvcc -O3 -arch=sm_90 -cubin kernel.cu
 *
 * Owns this one translation; it knows the few constructs that the generator emits, no other WGSL.
 */
import { createSha256Wgsl } from '../../../src/browser/engines/sha256-wgsl.ts';

function translate(wgsl: string): string {
  const lines = wgsl.split('\n').filter((line) => !line.startsWith('@group'));
  return lines
    .join('\n')
    .replaceAll(
      /@compute@workgroup_size\((\d+)\)fn main\([^{]*\)\{/g,
      '__global__ void __launch_bounds__($1) kernel(const u32*__restrict__ I, u32*O){const uint3 p=blockIdx;const dim3 q=gridDim;const u32 l=threadIdx.x;',
    )
    .replaceAll(
      /fn (\w)\(([^)]*)\)->u32/g,
      (_, name: string, list: string) =>
        `__device__ __forceinline__ u32 ${name}(${list.replaceAll(/(\w):u32/g, 'u32 $1')})`,
    )
    .replaceAll(/\blet (\w+)=/g, 'const u32 $1=')
    .replaceAll(/\bvar (\w+)=/g, 'u32 $1=')
    .replaceAll(/(\W)(\d{4,})(\W)/g, '$1$2u$3')
    .replaceAll('atomicLoad(&O[o])', '*(volatile u32*)&O[o]')
    .replaceAll(/atomicStore\(&(O\[[^\]]+\]),(\w+)\)/g, '*(volatile u32*)&$1=$2');
}

process.stdout.write(`#include <cstdint>
using u32 = uint32_t;
${translate(createSha256Wgsl())}
`);
