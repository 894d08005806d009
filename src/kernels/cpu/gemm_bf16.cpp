#include "kernels/cpu/gemm_bf16.h"

#include <algorithm>
#include <cassert>
#include <vector>

#include "kernels/cpu/ceil_divide.h"
#include "kernels/cpu/finish_block.h"
#include "kernels/cpu/gemm_bf16_amx.h"

namespace unipic::kernels {
namespace {

// A block of results: its part of W, kTilePanels panels, stays in a core's second cache while rows
// pass; longer sums are made in parts so that it fits.
constexpr int64_t kTilePanels = 4;
constexpr int64_t kTileColumns = kTilePanels * kPanelRows;
constexpr int64_t kBlockRows = 192;
constexpr int64_t kBlockInputs = 4096;  // even

}  // namespace
}  // namespace unipic::kernels

#define UNIPIC_KERNEL "kernels/cpu/gemm_bf16.inl.h"
#include "kernels/cpu/foreach_isa.inl.h"

namespace unipic::kernels {
namespace {

constexpr ForEachIsa<decltype(portable::add_block)> kAddBlock = UNIPIC_FOR_EACH_ISA(add_block);

struct Gemm {
  const RowsBf16& x;
  const PackedBf16& weight;
  const GemmFinish& finish;
  const GemmOutput& out;
  Isa isa;

  void block(int64_t first_row, int64_t num_rows, int64_t first_panel, float* sums) const {
    const int64_t num_panels = std::min(kTilePanels, weight.num_panels() - first_panel);
    std::fill_n(sums, num_rows * kTileColumns, 0.0F);
    for (int64_t input = 0; input < weight.num_columns(); input += kBlockInputs) {
      kAddBlock[isa](x.data + first_row * x.stride + input, num_rows, x.stride,
                     weight.panel(first_panel) + input * kPanelRows, num_panels,
                     weight.panel_size(), std::min(kBlockInputs, weight.num_columns() - input),
                     sums);
    }
    const int64_t first = first_panel * kPanelRows;
    const int64_t count = std::min(num_panels * kPanelRows, weight.num_rows() - first);
    finish_block(sums, kTileColumns, {first_row, num_rows, first, count}, finish, out, isa);
  }
};

}  // namespace

void gemm_bf16(const RowsBf16& x, const PackedBf16& weight, const GemmFinish& finish,
               const GemmOutput& out, const Parallel& parallel, Isa isa) {
  assert(out.bf16 != nullptr || out.fp32 != nullptr || x.num_rows == 0);
  if (isa == Isa::kAmx) return gemm_bf16_amx(x, weight, finish, out, parallel);
  const Gemm gemm{x, weight, finish, out, isa};
  const int64_t row_blocks = ceil_divide(x.num_rows, kBlockRows);
  const int64_t column_blocks = ceil_divide(weight.num_panels(), kTilePanels);
  // Neighbours in this order share their part of W.
  parallel(row_blocks * column_blocks, [&](int64_t begin, int64_t end) {
    std::vector<float> sums(static_cast<size_t>(std::min(kBlockRows, x.num_rows) * kTileColumns));
    for (int64_t block = begin; block < end; ++block) {
      const int64_t first_row = block % row_blocks * kBlockRows;
      gemm.block(first_row, std::min(kBlockRows, x.num_rows - first_row),
                 block / row_blocks * kTilePanels, sums.data());
    }
  });
}

}  // namespace unipic::kernels
