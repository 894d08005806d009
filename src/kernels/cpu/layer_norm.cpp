#include "kernels/cpu/layer_norm.h"

#include <algorithm>
#include <cmath>

#define UNIPIC_KERNEL "kernels/cpu/layer_norm.inl.h"
#include "kernels/cpu/foreach_isa.inl.h"

namespace unipic::kernels {
namespace {

constexpr ForEachIsa<decltype(portable::normalize_row<float>)> kNormalizeFloats =
    UNIPIC_FOR_EACH_ISA(normalize_row<float>);
constexpr ForEachIsa<decltype(portable::normalize_row<uint16_t>)> kNormalizeHalves =
    UNIPIC_FOR_EACH_ISA(normalize_row<uint16_t>);

}  // namespace

void layer_norm(const float* x, int64_t num_rows, int64_t width, const LayerNormFinish& finish,
                uint16_t* out, Isa isa) {
  for (int64_t row = 0; row < num_rows; ++row) {
    kNormalizeFloats[isa](x + row * width, width, row, finish, out + row * width);
  }
}

void layer_norm(const uint16_t* x, int64_t num_rows, int64_t width, const LayerNormFinish& finish,
                uint16_t* out, Isa isa) {
  for (int64_t row = 0; row < num_rows; ++row) {
    kNormalizeHalves[isa](x + row * width, width, row, finish, out + row * width);
  }
}

}  // namespace unipic::kernels
