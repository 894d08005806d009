#include "kernels/cpu/packed_bf16.h"

#include <algorithm>
#include <new>

namespace unipic::kernels {
namespace {

constexpr std::align_val_t kCacheLine{64};

}  // namespace

void PackedBf16::Free::operator()(uint16_t* data) const { ::operator delete[](data, kCacheLine); }

PackedBf16::PackedBf16(const uint16_t* weight, int64_t num_rows, int64_t num_columns,
                       int64_t stride)
    : num_rows_(num_rows), num_columns_(num_columns) {
  data_.reset(static_cast<uint16_t*>(
      ::operator new[](static_cast<size_t>(std::max<int64_t>(num_bytes(), 1)), kCacheLine)));
  for (int64_t index = 0; index < num_panels(); ++index) {
    uint16_t* to = data_.get() + index * panel_size();
    const int64_t first_row = index * kPanelRows;
    for (int64_t column = 0; column < num_columns; column += 2) {
      for (int64_t row = first_row; row < first_row + kPanelRows; ++row) {
        const bool is_there = row < num_rows;
        *to++ = is_there ? weight[row * stride + column] : uint16_t{0};
        *to++ =
            is_there && column + 1 < num_columns ? weight[row * stride + column + 1] : uint16_t{0};
      }
    }
  }
}

}  // namespace unipic::kernels
