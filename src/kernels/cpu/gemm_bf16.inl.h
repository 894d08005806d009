// The bodies of gemm_bf16, compiled once per instruction set by foreach_isa.inl.h.

#include "kernels/cpu/bf16_products.inl.h"

namespace unipic::kernels::UNIPIC_ISA {
namespace {

constexpr int kVecsOfPanel = static_cast<int>(kPanelRows / kLanes);
// Sums that fit the registers beside what they are made from: rows × panels.
constexpr int kMaxPanels = UNIPIC_VEC_BYTES == 64 ? 4 : 1;
constexpr int kMaxRows = UNIPIC_VEC_BYTES == 64 ? 6 : UNIPIC_VEC_BYTES == 32 ? 4 : 2;

template <int kRows, int kPanels>
[[gnu::always_inline]] inline void add_pair(Vec (&sums)[kRows][kPanels * kVecsOfPanel],
                                            const uint32_t (&pairs)[kRows], const uint16_t* weight,
                                            int64_t panel_size) {
  Bits columns[kPanels * kVecsOfPanel];
#pragma GCC unroll 4
  for (int panel = 0; panel < kPanels; ++panel) {
#pragma GCC unroll 4
    for (int vec = 0; vec < kVecsOfPanel; ++vec) {
      columns[panel * kVecsOfPanel + vec] =
          load<Bits>(weight + panel * panel_size + vec * 2 * kLanes);
    }
  }
#pragma GCC unroll 8
  for (int row = 0; row < kRows; ++row) {
    const Bits pair = all_bits(pairs[row]);
#pragma GCC unroll 4
    for (int vec = 0; vec < kPanels * kVecsOfPanel; ++vec) {
      add_products(sums[row][vec], pair, columns[vec]);
    }
  }
}

// A tile of sums, [kRows, 16 kPanels], rows kTileColumns apart; `x` and `weight` at its first
// column.
template <int kRows, int kPanels>
void add_tile(const uint16_t* x, int64_t x_stride, const uint16_t* weight, int64_t panel_size,
              int64_t num_columns, float* sums_out) {
  constexpr int kVecs = kPanels * kVecsOfPanel;
  Vec sums[kRows][kVecs];
#pragma GCC unroll 8
  for (int row = 0; row < kRows; ++row) {
#pragma GCC unroll 4
    for (int vec = 0; vec < kVecs; ++vec) {
      sums[row][vec] = load<Vec>(sums_out + row * kTileColumns + vec * kLanes);
    }
  }
  uint32_t pairs[kRows];
  for (int64_t column = 0; column + 1 < num_columns; column += 2) {
#pragma GCC unroll 8
    for (int row = 0; row < kRows; ++row) {
      __builtin_memcpy(&pairs[row], x + row * x_stride + column, sizeof(uint32_t));
    }
    add_pair<kRows, kPanels>(sums, pairs, weight + column * kPanelRows, panel_size);
  }
  if (num_columns % 2 != 0) {
    for (int row = 0; row < kRows; ++row) pairs[row] = x[row * x_stride + num_columns - 1];
    add_pair<kRows, kPanels>(sums, pairs, weight + (num_columns - 1) * kPanelRows, panel_size);
  }
#pragma GCC unroll 8
  for (int row = 0; row < kRows; ++row) {
#pragma GCC unroll 4
    for (int vec = 0; vec < kVecs; ++vec) {
      store(sums_out + row * kTileColumns + vec * kLanes, sums[row][vec]);
    }
  }
}

// Of `num_rows` ≤ kRows and `num_panels` ≤ kPanels.
template <int kRows, int kPanels>
void add_tile_of(int64_t num_rows, int64_t num_panels, const uint16_t* x, int64_t x_stride,
                 const uint16_t* weight, int64_t panel_size, int64_t num_columns, float* sums) {
  if (num_rows < kRows) {
    if constexpr (kRows > 1) {
      add_tile_of<kRows - 1, kPanels>(num_rows, num_panels, x, x_stride, weight, panel_size,
                                      num_columns, sums);
    }
  } else if (num_panels < kPanels) {
    if constexpr (kPanels > 1) {
      add_tile_of<kRows, kPanels - 1>(num_rows, num_panels, x, x_stride, weight, panel_size,
                                      num_columns, sums);
    }
  } else {
    add_tile<kRows, kPanels>(x, x_stride, weight, panel_size, num_columns, sums);
  }
}

}  // namespace

// sums[M, kTileColumns] += x[M, K] · W[N, K]ᵀ for at most kTilePanels panels of W.
void add_block(const uint16_t* x, int64_t num_rows, int64_t x_stride, const uint16_t* weight,
               int64_t num_panels, int64_t panel_size, int64_t num_columns, float* sums) {
  for (int64_t panel = 0; panel < num_panels; panel += kMaxPanels) {
    for (int64_t row = 0; row < num_rows; row += kMaxRows) {
      add_tile_of<kMaxRows, kMaxPanels>(std::min<int64_t>(num_rows - row, kMaxRows),
                                        std::min<int64_t>(num_panels - panel, kMaxPanels),
                                        x + row * x_stride, x_stride, weight + panel * panel_size,
                                        panel_size, num_columns,
                                        sums + row * kTileColumns + panel * kPanelRows);
    }
  }
}

}  // namespace unipic::kernels::UNIPIC_ISA
