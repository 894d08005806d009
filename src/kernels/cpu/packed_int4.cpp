#include "kernels/cpu/packed_int4.h"

#include <algorithm>
#include <cassert>

#include "kernels/cpu/weight_memory.h"

namespace unipic::kernels {
namespace {

constexpr int kZero = 8;
constexpr int64_t kColumnsTogether = 8;
constexpr int64_t kNumbersBytes = PackedInt4::kGroupBytes - kPanelRows;

// Where in its word of eight columns one lies. A `PackedInt8` has four columns in the bytes of a
// word; here its bytes 0 and 2, 1 and 3 of one word and then of the next are the same four bits of
// both halves, so that a shift and a mask bring them out.
int shift_of(int64_t column) {
  const int64_t half = column / 2 % 2, upper = column / 4, odd = column % 2;
  return static_cast<int>(16 * half + 8 * upper + 4 * odd);
}

void pack_group(const int8_t* products, int multiplier, int64_t row, uint8_t* group) {
  for (int64_t first = 0; first < kInt4Group; first += kColumnsTogether) {
    uint32_t word = 0;
    for (int64_t column = 0; column < kColumnsTogether; ++column) {
      const int q = products[first + column] / multiplier;
      assert(q * multiplier == products[first + column] && q >= -kZero && q < kZero);
      word |= static_cast<uint32_t>(q + kZero) << shift_of(column);
    }
    const int64_t words_before = first / kColumnsTogether * kPanelRows + row;
    __builtin_memcpy(group + words_before * int64_t{sizeof(word)}, &word, sizeof(word));
  }
  group[kNumbersBytes + row] = static_cast<uint8_t>(multiplier);
}

}  // namespace

PackedInt4::PackedInt4(const int8_t* products, const int8_t* multipliers, const float* scales,
                       int64_t num_rows, int64_t num_columns, const Parallel& parallel)
    : num_rows_(num_rows),
      num_columns_(num_columns),
      scales_(scales, scales + num_rows),
      data_(allocate_weights<uint8_t>(num_bytes())) {
  assert(num_columns % kInt4Group == 0);
  const int64_t groups_of_row = num_columns / kInt4Group;
  parallel(num_panels(), [&](int64_t first, int64_t last) {
    for (int64_t index = first; index < last; ++index) {
      uint8_t* panel = data_.get() + index * panel_size();
      std::fill_n(panel, panel_size(), uint8_t{0});  // a multiplier of 0: all its numbers are 0
      const int64_t first_row = index * kPanelRows;
      for (int64_t row = 0; row < std::min(kPanelRows, num_rows - first_row); ++row) {
        const int64_t groups_before = (first_row + row) * groups_of_row;
        for (int64_t group = 0; group < groups_of_row; ++group) {
          pack_group(products + (groups_before + group) * kInt4Group,
                     multipliers[groups_before + group], row, panel + group * kGroupBytes);
        }
      }
    }
  });
}

}  // namespace unipic::kernels
