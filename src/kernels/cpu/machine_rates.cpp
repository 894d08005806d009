#include "kernels/cpu/machine_rates.h"

#include <algorithm>

#define UNIPIC_KERNEL "kernels/cpu/machine_rates.inl.h"
#include "kernels/cpu/foreach_isa.inl.h"
#include "kernels/cpu/multiply_tiles.h"

namespace unipic::kernels {
namespace {

constexpr ForEachIsa<decltype(portable::multiply_sums)> kMultiply =
    UNIPIC_FOR_EACH_ISA(multiply_sums);
constexpr ForEachIsa<decltype(portable::sum_words)> kSumWords = UNIPIC_FOR_EACH_ISA(sum_words);

}  // namespace

int64_t multiply_in_registers(int64_t num_rounds, Isa isa) {
  return isa == Isa::kAmx ? multiply_tiles(num_rounds) : kMultiply[isa](num_rounds);
}

uint32_t read_once(std::span<const std::byte> bytes, Isa isa) {
  return kSumWords[isa](bytes.data(), bytes.size());
}

}  // namespace unipic::kernels
