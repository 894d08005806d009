#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/cpu/packed_int8.h"

namespace unipic::kernels {

// Inputs whose numbers are multiples of the same number.
inline constexpr int64_t kInt4Group = 32;

// A weight [N, K] in 4 bits: weight[n, k] = scale[n] · multiplier[n, k / 32] · q[n, k], q from -8
// to 7, so that it widens to the numbers of a `PackedInt8`. Panels of 16 rows; in a panel, eight
// columns after eight columns, each eight of all 16 rows together, held as q + 8; and beside it 16
// multipliers a group.
class PackedInt4 {
 public:
  PackedInt4() = default;
  // Dense products multiplier · q [N, K] with their multipliers [N, K / 32], from 1 to 15, and
  // `scales` [N]; K is a multiple of 32.
  PackedInt4(const int8_t* products, const int8_t* multipliers, const float* scales,
             int64_t num_rows, int64_t num_columns, const Parallel& parallel = serial);

  int64_t num_rows() const { return num_rows_; }        // N
  int64_t num_columns() const { return num_columns_; }  // K
  int64_t num_panels() const { return num_panels_of(num_rows_); }
  int64_t num_bytes() const { return num_panels() * panel_size(); }  // without the scales

  // Of a panel: for each group of inputs its numbers, then its multipliers.
  static constexpr int64_t kGroupBytes = kInt4Group / 2 * kPanelRows + kPanelRows;
  int64_t num_groups() const { return padded_inputs_of(num_columns_) / kInt4Group; }
  int64_t panel_size() const { return num_groups() * kGroupBytes; }
  const uint8_t* panel(int64_t index) const { return data_.get() + index * panel_size(); }
  const std::vector<float>& scales() const { return scales_; }  // [N]

 private:
  int64_t num_rows_ = 0, num_columns_ = 0;
  std::vector<float> scales_;
  std::shared_ptr<uint8_t[]> data_;
};

}  // namespace unipic::kernels
