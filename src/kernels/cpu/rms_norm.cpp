#include "kernels/cpu/rms_norm.h"

#include <algorithm>
#include <cmath>

#define UNIPIC_KERNEL "kernels/cpu/rms_norm.inl.h"
#include "kernels/cpu/foreach_isa.inl.h"

namespace unipic::kernels {
namespace {

constexpr ForEachIsa<decltype(portable::scale_rows)> kScaleRows = UNIPIC_FOR_EACH_ISA(scale_rows);

}  // namespace

void rms_norm(const uint16_t* x, int64_t num_rows, int64_t width, const float* weight, float eps,
              uint16_t* out, Isa isa) {
  kScaleRows[isa](x, num_rows, width, weight, eps, out);
}

}  // namespace unipic::kernels
