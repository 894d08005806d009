// The bodies of machine_rates.h, compiled once per instruction set by foreach_isa.inl.h.

#include "kernels/cpu/bf16_products.inl.h"

namespace unipic::kernels::UNIPIC_ISA {

// Of bf16 pairs where there is an instruction for them, else of fp32.
int64_t multiply_sums(int64_t num_rounds) {
  constexpr int kSums = 12;  // more than an instruction takes cycles, and the registers hold them
  Vec sums[kSums];
  for (int sum = 0; sum < kSums; ++sum)
    sums[sum] = all(static_cast<float>(sum));  // none is another
  for (int64_t round = 0; round < num_rounds; ++round) {
#pragma GCC unroll 12
    for (int sum = 0; sum < kSums; ++sum) {
#if defined(UNIPIC_HAS_BF16_DOT)
      add_products(sums[sum], all_bits(0x3F803F80), all_bits(0x3C003C00));
#else
      sums[sum] = sums[sum] * 0.5F + 1.0F;
#endif
    }
  }
  Vec total = {};
  for (const auto& sum : sums) total += sum;
  asm volatile("" : : "m"(total));  // which makes them needed
#if defined(UNIPIC_HAS_BF16_DOT)
  return num_rounds * kSums * kLanes * 4;
#else
  return num_rounds * kSums * kLanes * 2;
#endif
}

uint32_t sum_words(const std::byte* bytes, size_t count) {
  constexpr size_t kChunks = 256 / UNIPIC_VEC_BYTES;
  Bits sums[kChunks] = {};
  for (size_t at = 0; at < count; at += 256) {
#pragma GCC unroll 16
    for (size_t chunk = 0; chunk < kChunks; ++chunk) {
      sums[chunk] += load<Bits>(bytes + at + chunk * UNIPIC_VEC_BYTES);
    }
  }
  uint32_t sum = 0;
  for (const auto& of_chunk : sums) {
    for (int64_t lane = 0; lane < kLanes; ++lane) sum += of_chunk[lane];
  }
  return sum;
}

}  // namespace unipic::kernels::UNIPIC_ISA
