#include "kernels/cpu/gemm_int8.h"

#include <algorithm>
#include <cassert>

#include "kernels/cpu/finish_block.h"
#include "kernels/cpu/quantized_rows.h"
#include "kernels/cpu/result_blocks.h"

namespace unipic::kernels {
namespace {

// Neighbouring panels of a `PackedInt8`, from some input on, `stride` bytes apart.
struct Int8Panels {
  const uint8_t* first;
  int64_t stride;
};

}  // namespace
}  // namespace unipic::kernels

#define UNIPIC_KERNEL "kernels/cpu/gemm_int8.inl.h"
#include "kernels/cpu/foreach_isa.inl.h"

namespace unipic::kernels {
namespace {

constexpr ForEachIsa<decltype(portable::add_int8_block)> kAddBlock =
    UNIPIC_FOR_EACH_ISA(add_int8_block);
constexpr ForEachIsa<decltype(portable::scale_sums)> kScaleSums = UNIPIC_FOR_EACH_ISA(scale_sums);

constexpr ForEachIsa<decltype(portable::widen_int4)> kWiden = UNIPIC_FOR_EACH_ISA(widen_int4);

constexpr int32_t kWeightOffset = 128;  // weights are held as q + 128

// Panels where they lie.
class WholePanels {
 public:
  static constexpr int64_t kBlockInputs = 8192;  // of which four panels fit the second cache

  WholePanels(const PackedInt8& weight, Isa) : weight_(weight) {}

  Int8Panels operator()(const ProductBlock& block, int64_t first_input, int64_t) const {
    return {weight_.panel(block.first_panel) + first_input * kPanelRows, weight_.panel_size()};
  }

 private:
  const PackedInt8& weight_;
};

// Panels made of those in 4 bits, as they are asked for.
class WidenedPanels {
 public:
  static constexpr int64_t kBlockInputs = 256;  // of which four panels fit the first cache

  WidenedPanels(const PackedInt4& weight, Isa isa) : weight_(weight), widen_(kWiden[isa]) {}

  Int8Panels operator()(const ProductBlock& block, int64_t first_input, int64_t num_inputs) {
    for (int64_t index = 0; index < block.num_panels; ++index) {
      widen_(weight_.panel(block.first_panel + index) +
                 first_input / kInt4Group * PackedInt4::kGroupBytes,
             num_inputs / kInt4Group, panels_ + index * kStride);
    }
    return {panels_, kStride};
  }

 private:
  static constexpr int64_t kStride = kBlockInputs * kPanelRows;

  const PackedInt4& weight_;
  decltype(&portable::widen_int4) widen_;
  alignas(64) uint8_t panels_[kTilePanels * kStride];
};

template <typename Panels, typename Weight>
void multiply_quantized(const RowsBf16& x, const Weight& weight, const GemmFinish& finish,
                        const GemmOutput& out, const Parallel& parallel, Isa isa) {
  assert(out.bf16 != nullptr || out.fp32 != nullptr || x.num_rows == 0);
  thread_local QuantizedRows quantized_of_thread;
  auto& quantized = quantized_of_thread;
  quantized.quantize(x, weight.num_columns(), parallel, isa);
  for_each_block<int32_t>(
      x.num_rows, weight.num_panels(), parallel, [&](const ProductBlock& block, int32_t* sums) {
        Panels panels(weight, isa);
        for (int64_t row = 0; row < block.num_rows; ++row) {
          std::fill_n(sums + row * kTileColumns, kTileColumns,
                      -kWeightOffset * quantized.sum(block.first_row + row));
        }
        for (int64_t input = 0; input < quantized.stride(); input += Panels::kBlockInputs) {
          const int64_t count = std::min(Panels::kBlockInputs, quantized.stride() - input);
          kAddBlock[isa](quantized, panels(block, input, count), block, input, count, sums);
        }
        kScaleSums[isa](quantized, weight.scales(), block, sums);
        finish_block(reinterpret_cast<const float*>(sums), kTileColumns,
                     results_of(block, weight.num_rows()), finish, out, isa);
      });
}

}  // namespace

void gemm_int8(const RowsBf16& x, const PackedInt8& weight, const GemmFinish& finish,
               const GemmOutput& out, const Parallel& parallel, Isa isa) {
  multiply_quantized<WholePanels>(x, weight, finish, out, parallel, isa);
}

void gemm_int8(const RowsBf16& x, const PackedInt4& weight, const GemmFinish& finish,
               const GemmOutput& out, const Parallel& parallel, Isa isa) {
  multiply_quantized<WidenedPanels>(x, weight, finish, out, parallel, isa);
}

}  // namespace unipic::kernels
