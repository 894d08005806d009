#include "base/cpu.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace unipic {
namespace {

struct Registers {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
};

// What the processor says of its extended features (leaf 7); zeros if it does not know them.
Registers extended_features([[maybe_unused]] unsigned subleaf) {
  Registers found;
#if defined(__x86_64__)
  __get_cpuid_count(7, subleaf, &found.eax, &found.ebx, &found.ecx, &found.edx);
#endif
  return found;
}

}  // namespace

CpuFeatures cpu_features() {
  CpuFeatures features;
#if defined(__x86_64__)
  features.avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  features.avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                    __builtin_cpu_supports("avx512vl");
  features.avx512_bf16 = features.avx512 && __builtin_cpu_supports("avx512bf16");
#endif
  return features;
}

bool has_bf16_products() {
  constexpr unsigned kAmxBf16 = 1U << 22;
  constexpr unsigned kAvx512Bf16 = 1U << 5;
  return (extended_features(0).edx & kAmxBf16) != 0 ||
         (extended_features(1).eax & kAvx512Bf16) != 0;
}

}  // namespace unipic
