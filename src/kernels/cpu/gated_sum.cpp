#include "kernels/cpu/gated_sum.h"

#include <algorithm>

#define UNIPIC_KERNEL "kernels/cpu/gated_sum.inl.h"
#include "kernels/cpu/foreach_isa.inl.h"

namespace unipic::kernels {
namespace {

constexpr ForEachIsa<decltype(portable::add_gated_rows)> kAddGatedRows =
    UNIPIC_FOR_EACH_ISA(add_gated_rows);

}  // namespace

void gated_sum(const uint16_t* x, const float* gate, const uint16_t* y, int64_t num_rows,
               int64_t width, uint16_t* out, Isa isa) {
  kAddGatedRows[isa](x, gate, y, num_rows, width, out);
}

}  // namespace unipic::kernels
