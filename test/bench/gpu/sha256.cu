/**
 * The sha256 puzzle as a native CUDA kernel: what the WGSL kernel is measured against.
 *
 * Reads the input that src/browser/engines/sha256-wgsl.ts describes and makes the same attempts
 * with the same rounds skipped. Tuned by hand: funnel shifts for rotations, everything unrolled
 * into registers, sums and logic in the order in which the compiler finds its three-input
 * instructions, block sizes and attempts side by side as template parameters, all of them tried.
 *
 *   nvcc -O3 -arch=native -o sha256 sha256.cu     the benchmark
 *   g++ -O2 -x c++ -o sha256-host sha256.cu       the same attempts on the CPU, to check them
 *
 *   sha256 <input> <sub-puzzles> <runs>           prints one JSON object
 *
 * Each variant is run once to warm up and then <runs> times; kernelMs is between two events around
 * the kernel, wallMs from before the launch until the host knows that it has ended.
 */
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#ifdef __CUDACC__
#define BOTH __host__ __device__ __forceinline__
#else
#define BOTH inline
#endif

constexpr int HEADER_WORDS = 4;
constexpr int RECORD_WORDS = 34;
constexpr int RESULT_WORDS = 2;

/** K of FIPS 180-4, section 4.2.2: inside a function, so that device code may use it. */
BOTH constexpr uint32_t round_constant(int t) {
  constexpr uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
  return K[t];
}

BOTH uint32_t rotr(uint32_t x, int by) {
#ifdef __CUDA_ARCH__
  return __funnelshift_r(x, x, by);
#else
  return (x >> by) | (x << (32 - by));
#endif
}
BOTH uint32_t big0(uint32_t x) { return rotr(x, 2) ^ rotr(x, 13) ^ rotr(x, 22); }
BOTH uint32_t big1(uint32_t x) { return rotr(x, 6) ^ rotr(x, 11) ^ rotr(x, 25); }
BOTH uint32_t small0(uint32_t x) { return rotr(x, 7) ^ rotr(x, 18) ^ (x >> 3); }
BOTH uint32_t small1(uint32_t x) { return rotr(x, 17) ^ rotr(x, 19) ^ (x >> 10); }
BOTH uint32_t choose(uint32_t x, uint32_t y, uint32_t z) { return (x & y) ^ (~x & z); }
BOTH uint32_t majority(uint32_t x, uint32_t y, uint32_t z) { return (x & y) ^ (x & z) ^ (y & z); }

/** Whether schedule word t is the same for every nonce. */
BOTH constexpr bool is_fixed(int t) { return t < 25 && (t <= 18 ? t != 12 : t % 2 == 0); }

/** What is the same for every attempt of a sub-puzzle, in registers. */
struct Record {
  uint32_t from;
  uint32_t state[8];
  uint32_t folded[25];
};

/** The last output words of SIDE attempts. */
template <int SIDE>
BOTH void attempt(const Record &record, const uint32_t (&nonce)[SIDE], uint32_t (&last)[SIDE]) {
  constexpr uint32_t PADDING[3] = {0x80000000u, 0, 416};
  uint32_t v[SIDE][8];
  uint32_t w[SIDE][64];
#pragma unroll
  for (int s = 0; s < SIDE; s += 1) {
#pragma unroll
    for (int i = 0; i < 8; i += 1) v[s][i] = record.state[i];
    v[s][0] += nonce[s];
    v[s][4] += nonce[s];
    w[s][12] = nonce[s];
  }
#pragma unroll
  for (int t = 13; t <= 60; t += 1) {
#pragma unroll
    for (int s = 0; s < SIDE; s += 1) {
      uint32_t added;
      if (is_fixed(t)) {
        added = t < 16 ? round_constant(t) + PADDING[t < 16 ? t - 13 : 0] : record.folded[t < 16 ? 0 : t - 16];
      } else {
        uint32_t sum = t <= 40 ? record.folded[t <= 40 ? t - 16 : 0] : 0;
        if (!is_fixed(t - 16)) sum += w[s][t - 16];
        if (!is_fixed(t - 7)) sum += w[s][t - 7];
        if (!is_fixed(t - 15)) sum += small0(w[s][t - 15]);
        if (!is_fixed(t - 2)) sum += small1(w[s][t - 2]);
        w[s][t] = sum;
        added = round_constant(t) + sum;
      }
      // Names move along instead of words: round t finds a at (13 - t) mod 8.
      const int at = (8 * 8 + 13 - t) & 7;
      uint32_t *x = v[s];
      const uint32_t a = x[at], b = x[(at + 1) & 7], c = x[(at + 2) & 7];
      const uint32_t e = x[(at + 4) & 7], f = x[(at + 5) & 7], g = x[(at + 6) & 7];
      const uint32_t t1 = x[(at + 7) & 7] + added + choose(e, f, g) + big1(e);
      x[(at + 3) & 7] += t1;
      if (t < 57) x[(at + 7) & 7] = t1 + big0(a) + majority(a, b, c);
    }
  }
#pragma unroll
  for (int s = 0; s < SIDE; s += 1) last[s] = v[s][(8 * 8 + 13 - 61 + 4) & 7] + 0x5be0cd19u;
}

BOTH Record load(const uint32_t *input, uint32_t y) {
  Record record;
  const uint32_t *words = input + HEADER_WORDS + y * RECORD_WORDS;
  record.from = words[0];
#pragma unroll
  for (int i = 0; i < 8; i += 1) record.state[i] = words[1 + i];
#pragma unroll
  for (int i = 0; i < 25; i += 1) record.folded[i] = words[9 + i];
  return record;
}

struct Timing {
  double kernelMs;
  double wallMs;
};

static double now_ms() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double, std::milli>(since).count();
}

static void print_words(const char *name, const std::vector<uint32_t> &words) {
  std::printf("\"%s\":[", name);
  for (size_t i = 0; i < words.size(); i += 1) std::printf("%s%u", i > 0 ? "," : "", words[i]);
  std::printf("]");
}

static void print_variant(bool first, const char *name, const std::vector<Timing> &timings,
                          const std::vector<uint32_t> &results) {
  std::printf("%s{\"name\":\"%s\",\"timings\":[", first ? "" : ",", name);
  for (size_t i = 0; i < timings.size(); i += 1) {
    std::printf("%s{\"kernelMs\":%.4f,\"wallMs\":%.4f}", i > 0 ? "," : "", timings[i].kernelMs,
                timings[i].wallMs);
  }
  std::printf("],");
  print_words("results", results);
  std::printf("}");
}

static std::vector<uint32_t> read_input(const char *path) {
  std::vector<uint32_t> words;
  std::FILE *file = std::fopen(path, "rb");
  if (file == nullptr) std::exit(2);
  uint32_t word = 0;
  while (std::fread(&word, 4, 1, file) == 1) words.push_back(word);
  std::fclose(file);
  return words;
}

#ifdef __CUDACC__

#define CHECKED(call)                                                              \
  do {                                                                             \
    const cudaError_t status = (call);                                             \
    if (status != cudaSuccess) {                                                   \
      std::fprintf(stderr, "%s: %s\n", #call, cudaGetErrorString(status));         \
      std::exit(1);                                                                \
    }                                                                              \
  } while (0)

/** CHECKS: looks at each turn whether the sub-puzzle has its solutions, as the WGSL kernel does. */
template <int BLOCK, int SIDE, bool CHECKS>
__global__ void __launch_bounds__(BLOCK)
    search(const uint32_t *__restrict__ input, volatile uint32_t *output) {
  const uint32_t threshold = input[0], count = input[1], slots = input[2];
  const Record record = load(input, blockIdx.y);
  volatile uint32_t *found = output + blockIdx.y * (slots + RESULT_WORDS);
  uint32_t attempts = 0;
  const uint32_t step = gridDim.x * BLOCK;
  for (uint32_t i = blockIdx.x * BLOCK + threadIdx.x; i < count; i += step * SIDE) {
    if (CHECKS && found[0] >= slots) break;
    uint32_t nonce[SIDE], last[SIDE];
#pragma unroll
    for (int s = 0; s < SIDE; s += 1) nonce[s] = record.from + i + s * step;
    attempt<SIDE>(record, nonce, last);
#pragma unroll
    for (int s = 0; s < SIDE; s += 1) {
      if (last[s] > threshold || i + s * step >= count) continue;
      const uint32_t slot = atomicAdd(const_cast<uint32_t *>(found), 1u);
      if (slot < slots) found[RESULT_WORDS + slot] = nonce[s];
    }
    attempts += BLOCK * SIDE;
  }
  if (threadIdx.x == 0) atomicAdd(const_cast<uint32_t *>(found + 1), attempts);
}

struct Job {
  const uint32_t *input;
  uint32_t *output;
  std::vector<uint32_t> results;
  uint32_t puzzles;
  uint32_t count;
  int runs;
  bool isFirst;
};

/** `threads`: of the whole grid, about. */
template <int BLOCK, int SIDE, bool CHECKS> void measure(Job &job, uint32_t threads) {
  const uint32_t most = std::max(1u, job.count / BLOCK / SIDE);
  const dim3 grid(std::min(most, std::max(1u, threads / BLOCK / job.puzzles)), job.puzzles);
  cudaEvent_t start, end;
  CHECKED(cudaEventCreate(&start));
  CHECKED(cudaEventCreate(&end));
  std::vector<Timing> timings;
  for (int run = -1; run < job.runs; run += 1) {
    CHECKED(cudaMemset(job.output, 0, 4 * job.results.size()));
    CHECKED(cudaDeviceSynchronize());
    const double startMs = now_ms();
    CHECKED(cudaEventRecord(start));
    search<BLOCK, SIDE, CHECKS><<<grid, BLOCK>>>(job.input, job.output);
    CHECKED(cudaGetLastError());
    CHECKED(cudaEventRecord(end));
    CHECKED(cudaEventSynchronize(end));
    const double wallMs = now_ms() - startMs;
    float kernelMs = 0;
    CHECKED(cudaEventElapsedTime(&kernelMs, start, end));
    if (run >= 0) timings.push_back({kernelMs, wallMs});
  }
  CHECKED(cudaMemcpy(job.results.data(), job.output, 4 * job.results.size(),
                     cudaMemcpyDeviceToHost));
  char name[96];
  std::snprintf(name, sizeof name, "block %d, %d at a time, %u threads%s", BLOCK, SIDE,
                grid.x * job.puzzles * BLOCK, CHECKS ? ", early end" : "");
  print_variant(job.isFirst, name, timings, job.results);
  job.isFirst = false;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  const std::vector<uint32_t> input = read_input(argv[1]);
  const uint32_t puzzles = std::atoi(argv[2]), slots = input[2];
  uint32_t *inputOnDevice = nullptr, *output = nullptr;
  std::vector<uint32_t> results(puzzles * (slots + RESULT_WORDS));
  CHECKED(cudaMalloc(&inputOnDevice, 4 * input.size()));
  CHECKED(cudaMemcpy(inputOnDevice, input.data(), 4 * input.size(), cudaMemcpyHostToDevice));
  CHECKED(cudaMalloc(&output, 4 * results.size()));
  cudaDeviceProp properties;
  CHECKED(cudaGetDeviceProperties(&properties, 0));
  int runtime = 0, driver = 0;
  CHECKED(cudaRuntimeGetVersion(&runtime));
  CHECKED(cudaDriverGetVersion(&driver));
  std::printf("{\"device\":\"%s\",\"cudaRuntime\":%d,\"cudaDriver\":%d,\"variants\":[",
              properties.name, runtime, driver);
  Job job{inputOnDevice, output, results, puzzles, input[1], std::atoi(argv[3]), true};
  for (const uint32_t threads : {1u << 17, 1u << 18, 1u << 20}) {
    measure<64, 1, true>(job, threads);
    measure<64, 1, false>(job, threads);
    measure<128, 1, false>(job, threads);
    measure<256, 1, false>(job, threads);
    measure<512, 1, false>(job, threads);
    measure<128, 2, false>(job, threads);
    measure<256, 2, false>(job, threads);
  }
  std::printf("]}\n");
  return 0;
}

#else

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  const std::vector<uint32_t> input = read_input(argv[1]);
  const uint32_t puzzles = std::atoi(argv[2]);
  const uint32_t threshold = input[0], count = input[1], slots = input[2];
  std::vector<uint32_t> results(puzzles * (slots + RESULT_WORDS));
  const double startMs = now_ms();
  for (uint32_t y = 0; y < puzzles; y += 1) {
    const Record record = load(input.data(), y);
    uint32_t *found = &results[y * (slots + RESULT_WORDS)];
    for (uint32_t i = 0; i < count; i += 1) {
      const uint32_t nonce[1] = {record.from + i};
      uint32_t last[1];
      attempt<1>(record, nonce, last);
      if (last[0] <= threshold && found[0]++ < slots) found[RESULT_WORDS + found[0] - 1] = nonce[0];
    }
    found[1] = count;
  }
  const double elapsedMs = now_ms() - startMs;
  std::printf("{\"device\":\"host\",\"cudaRuntime\":0,\"cudaDriver\":0,\"variants\":[");
  print_variant(true, "host", {{elapsedMs, elapsedMs}}, results);
  std::printf("]}\n");
  return 0;
}

#endif
