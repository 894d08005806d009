#include "kernels/cpu/gemm_int8.h"

#include <algorithm>
#include <cassert>

#include "kernels/cpu/finish_block.h"
#include "kernels/cpu/quantized_rows.h"
#include "kernels/cpu/result_blocks.h"

#define UNIPIC_KERNEL "kernels/cpu/gemm_int8.inl.h"
#include "kernels/cpu/foreach_isa.inl.h"

namespace unipic::kernels {
namespace {

constexpr ForEachIsa<decltype(portable::add_int8_block)> kAddBlock =
    UNIPIC_FOR_EACH_ISA(add_int8_block);
constexpr ForEachIsa<decltype(portable::scale_sums)> kScaleSums = UNIPIC_FOR_EACH_ISA(scale_sums);

constexpr int32_t kWeightOffset = 128;  // weights are held as q + 128
constexpr int64_t kBlockInputs = 8192;  // of which four panels fit the second cache

}  // namespace

void gemm_int8(const RowsBf16& x, const PackedInt8& weight, const GemmFinish& finish,
               const GemmOutput& out, const Parallel& parallel, Isa isa) {
  assert(out.bf16 != nullptr || out.fp32 != nullptr || x.num_rows == 0);
  thread_local QuantizedRows quantized_of_thread;
  auto& quantized = quantized_of_thread;
  quantized.quantize(x, weight.num_columns(), parallel, isa);
  for_each_block<int32_t>(
      x.num_rows, weight.num_panels(), parallel, [&](const ProductBlock& block, int32_t* sums) {
        for (int64_t row = 0; row < block.num_rows; ++row) {
          std::fill_n(sums + row * kTileColumns, kTileColumns,
                      -kWeightOffset * quantized.sum(block.first_row + row));
        }
        for (int64_t input = 0; input < quantized.stride(); input += kBlockInputs) {
          kAddBlock[isa](quantized, weight, block, input,
                         std::min(kBlockInputs, quantized.stride() - input), sums);
        }
        kScaleSums[isa](quantized, weight, block, sums);
        finish_block(reinterpret_cast<const float*>(sums), kTileColumns,
                     results_of(block, weight.num_rows()), finish, out, isa);
      });
}

}  // namespace unipic::kernels
