#include "kernels/cpu/packed_bf16.h"

#include <algorithm>
#include <cstring>

#include "kernels/cpu/weight_memory.h"

namespace unipic::kernels {
namespace {

// At most 16 rows.
void pack_panel(const uint16_t* rows, int64_t num_rows, int64_t num_columns, int64_t stride,
                uint16_t* panel) {
  const int64_t size = panel_size_of(num_columns);
  if (num_rows < kPanelRows || num_columns * kPanelRows < size) {
    std::fill_n(panel, size, uint16_t{0});
  }
  for (int64_t column = 0; column + 1 < num_columns; column += 2) {
    uint16_t* pairs = panel + column * kPanelRows;
    for (int64_t row = 0; row < num_rows; ++row) {
      std::memcpy(pairs + 2 * row, rows + row * stride + column, 2 * sizeof(uint16_t));
    }
  }
  if (num_columns % 2 != 0) {
    const int64_t column = num_columns - 1;
    for (int64_t row = 0; row < num_rows; ++row) {
      panel[column * kPanelRows + 2 * row] = rows[row * stride + column];
    }
  }
}

// Columns of two rows, one after the other.
void interleave(const uint16_t* first, const uint16_t* second, int64_t count, uint16_t* pairs) {
  for (int64_t column = 0; column < count; ++column) {
    pairs[2 * column] = first[column];
    pairs[2 * column + 1] = second[column];
  }
}

}  // namespace

void pack_panels(const uint16_t* rows, int64_t num_rows, int64_t num_columns, int64_t stride,
                 uint16_t* panels, const Parallel& parallel) {
  parallel(num_panels_of(num_rows), [&](int64_t first, int64_t last) {
    for (int64_t index = first; index < last; ++index) {
      const int64_t row = index * kPanelRows;
      pack_panel(rows + row * stride, std::min(kPanelRows, num_rows - row), num_columns, stride,
                 panels + index * panel_size_of(num_columns));
    }
  });
}

void pack_panels_of_columns(const uint16_t* rows, int64_t num_rows, int64_t num_columns,
                            int64_t stride, uint16_t* panels) {
  constexpr uint16_t kZeros[kPanelRows] = {};
  const int64_t num_panels = num_panels_of(num_columns), size = panel_size_of(num_rows);
  std::fill_n(panels, num_panels * size, uint16_t{0});
  for (int64_t row = 0; row < num_rows; row += 2) {
    const bool has_second = row + 1 < num_rows;
    for (int64_t index = 0; index < num_panels; ++index) {
      const int64_t column = index * kPanelRows;
      const uint16_t* first = rows + row * stride + column;
      interleave(first, has_second ? first + stride : kZeros,
                 std::min(kPanelRows, num_columns - column),
                 panels + index * size + row * kPanelRows);
    }
  }
}

PackedBf16::PackedBf16(const uint16_t* weight, int64_t num_rows, int64_t num_columns,
                       int64_t stride, const Parallel& parallel)
    : num_rows_(num_rows),
      num_columns_(num_columns),
      data_(allocate_weights<uint16_t>(num_panels() * panel_size())) {
  pack_panels(weight, num_rows, num_columns, stride, data_.get(), parallel);
}

}  // namespace unipic::kernels
