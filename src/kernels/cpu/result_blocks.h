#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernels/cpu/ceil_divide.h"
#include "kernels/cpu/finish_block.h"
#include "kernels/cpu/packed_bf16.h"
#include "kernels/cpu/parallel.h"

namespace unipic::kernels {

// A block of results: its part of W, kTilePanels panels, stays in a core's second cache while rows
// pass.
inline constexpr int64_t kTilePanels = 4;
inline constexpr int64_t kTileColumns = kTilePanels * kPanelRows;
inline constexpr int64_t kBlockRows = 192;

// Which rows and panels a block's results come from.
struct ProductBlock {
  int64_t first_row = 0, num_rows = 0;
  int64_t first_panel = 0, num_panels = 0;
};

// The results of `block` where W has `num_outputs` rows.
inline ResultBlock results_of(const ProductBlock& block, int64_t num_outputs) {
  const int64_t first = block.first_panel * kPanelRows;
  return {.first_row = block.first_row,
          .num_rows = block.num_rows,
          .first_column = first,
          .num_columns = std::min(block.num_panels * kPanelRows, num_outputs - first)};
}

// Calls work(block, sums) for blocks that cover the results of `num_rows` rows and `num_panels`
// panels, on several threads; `sums` is room for [num_rows, kTileColumns] of a block.
template <typename Sum, typename Work>
void for_each_block(int64_t num_rows, int64_t num_panels, const Parallel& parallel,
                    const Work& work) {
  const int64_t row_blocks = ceil_divide(num_rows, kBlockRows);
  // Neighbours in this order share their part of W.
  parallel(row_blocks * ceil_divide(num_panels, kTilePanels), [&](int64_t begin, int64_t end) {
    std::vector<Sum> sums(static_cast<size_t>(std::min(kBlockRows, num_rows) * kTileColumns));
    for (int64_t index = begin; index < end; ++index) {
      const int64_t row = index % row_blocks * kBlockRows;
      const int64_t panel = index / row_blocks * kTilePanels;
      work(ProductBlock{row, std::min(kBlockRows, num_rows - row), panel,
                        std::min(kTilePanels, num_panels - panel)},
           sums.data());
    }
  });
}

}  // namespace unipic::kernels
