#include "kernels/cpu/packed_values.h"

#include <algorithm>

namespace unipic::kernels {
namespace {

// Columns of two rows, one after the other.
void interleave(const uint16_t* first, const uint16_t* second, int64_t count, uint16_t* pairs) {
  for (int64_t column = 0; column < count; ++column) {
    pairs[2 * column] = first[column];
    pairs[2 * column + 1] = second[column];
  }
}

}  // namespace

void PackedValues::pack(const uint16_t* rows, int64_t num_rows, int64_t num_columns,
                        int64_t stride) {
  num_rows_ = num_rows;
  num_columns_ = num_columns;
  data_.resize(num_panels() * panel_size());
  std::fill_n(data_.data(), num_panels() * panel_size(), uint16_t{0});
  constexpr uint16_t kZeros[kPanelRows] = {};
  for (int64_t row = 0; row < num_rows; row += 2) {
    for (int64_t index = 0; index < num_panels(); ++index) {
      const int64_t column = index * kPanelRows;
      const uint16_t* first = rows + row * stride + column;
      const bool has_second = row + 1 < num_rows;
      interleave(first, has_second ? first + stride : kZeros,
                 std::min(kPanelRows, num_columns - column),
                 data_.data() + index * panel_size() + row * kPanelRows);
    }
  }
}

}  // namespace unipic::kernels
