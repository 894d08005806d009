#include "kernels/cpu/gemm_bf16.h"

#include <algorithm>
#include <cassert>

#include "kernels/cpu/finish_block.h"
#include "kernels/cpu/gemm_bf16_amx.h"
#include "kernels/cpu/result_blocks.h"

#define UNIPIC_KERNEL "kernels/cpu/gemm_bf16.inl.h"
#include "kernels/cpu/foreach_isa.inl.h"

namespace unipic::kernels {
namespace {

constexpr ForEachIsa<decltype(portable::add_block)> kAddBlock = UNIPIC_FOR_EACH_ISA(add_block);

// Longer sums are made in parts, of which a block's panels fit the second cache.
constexpr int64_t kBlockInputs = 4096;  // even

}  // namespace

void gemm_bf16(const RowsBf16& x, const PackedBf16& weight, const GemmFinish& finish,
               const GemmOutput& out, const Parallel& parallel, Isa isa) {
  assert(out.bf16 != nullptr || out.fp32 != nullptr || x.num_rows == 0);
  if (isa == Isa::kAmx) return gemm_bf16_amx(x, weight, finish, out, parallel);
  for_each_block<float>(
      x.num_rows, weight.num_panels(), parallel, [&](const ProductBlock& block, float* sums) {
        std::fill_n(sums, block.num_rows * kTileColumns, 0.0F);
        for (int64_t input = 0; input < weight.num_columns(); input += kBlockInputs) {
          kAddBlock[isa](x, weight, block, input,
                         std::min(kBlockInputs, weight.num_columns() - input), sums);
        }
        finish_block(sums, kTileColumns, results_of(block, weight.num_rows()), finish, out, isa);
      });
}

}  // namespace unipic::kernels
