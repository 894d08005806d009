#include "kernels/cpu/silu_sum.h"

#include <algorithm>

#define UNIPIC_KERNEL "kernels/cpu/silu_sum.inl.h"
#include "kernels/cpu/foreach_isa.inl.h"

namespace unipic::kernels {
namespace {

constexpr ForEachIsa<decltype(portable::silu_of_sum)> kSiluOfSum = UNIPIC_FOR_EACH_ISA(silu_of_sum);

}  // namespace

void silu_sum(const float* a, const float* b, int64_t count, uint16_t* out, Isa isa) {
  kSiluOfSum[isa](a, b, count, out);
}

}  // namespace unipic::kernels
