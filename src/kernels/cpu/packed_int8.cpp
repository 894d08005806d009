#include "kernels/cpu/packed_int8.h"

#include <algorithm>

#include "kernels/cpu/weight_memory.h"

namespace unipic::kernels {
namespace {

constexpr uint8_t kZero = 128;
constexpr int64_t kColumnsTogether = 4;

void pack_row(const int8_t* q, int64_t count, int64_t row, uint8_t* panel) {
  for (int64_t column = 0; column < count; ++column) {
    const int64_t words_before = column / kColumnsTogether * kPanelRows + row;
    panel[words_before * kColumnsTogether + column % kColumnsTogether] =
        static_cast<uint8_t>(q[column] + kZero);
  }
}

}  // namespace

PackedInt8::PackedInt8(const int8_t* q, const float* scales, int64_t num_rows, int64_t num_columns,
                       const Parallel& parallel)
    : num_rows_(num_rows),
      num_columns_(num_columns),
      scales_(scales, scales + num_rows),
      data_(allocate_weights<uint8_t>(num_bytes())) {
  parallel(num_panels(), [&](int64_t first, int64_t last) {
    for (int64_t index = first; index < last; ++index) {
      uint8_t* panel = data_.get() + index * panel_size();
      std::fill_n(panel, panel_size(), kZero);
      const int64_t first_row = index * kPanelRows;
      for (int64_t row = 0; row < std::min(kPanelRows, num_rows - first_row); ++row) {
        pack_row(q + (first_row + row) * num_columns, num_columns, row, panel);
      }
    }
  });
}

}  // namespace unipic::kernels
