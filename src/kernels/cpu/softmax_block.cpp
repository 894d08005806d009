#include "kernels/cpu/softmax_block.h"

#include <algorithm>
#include <limits>

#define UNIPIC_KERNEL "kernels/cpu/softmax_block.inl.h"
#include "kernels/cpu/foreach_isa.inl.h"

namespace unipic::kernels {
namespace {

constexpr ForEachIsa<decltype(portable::softmax_rows)> kSoftmaxRows =
    UNIPIC_FOR_EACH_ISA(softmax_rows);

constexpr ForEachIsa<decltype(portable::rescale_rows)> kRescaleRows =
    UNIPIC_FOR_EACH_ISA(rescale_rows);
constexpr ForEachIsa<decltype(portable::scaled_to_bf16)> kScaledToBf16 =
    UNIPIC_FOR_EACH_ISA(scaled_to_bf16);

}  // namespace

void SoftmaxState::reset() {
  std::fill_n(maximum, kScoreRows, std::numeric_limits<float>::lowest());
  std::fill_n(sum, kScoreRows, 0.0F);
}

void softmax_block(const ScoreBlocks& blocks, SoftmaxState& state, uint16_t* weights,
                   float* rescale, Isa isa) {
  kSoftmaxRows[isa](blocks, state, weights, rescale);
}

void rescale_block(float* block, const float* rescale, Isa isa) {
  kRescaleRows[isa](block, rescale);
}

void write_row(const float* row, int64_t count, float factor, uint16_t* out, Isa isa) {
  kScaledToBf16[isa](row, count, factor, out);
}

}  // namespace unipic::kernels
