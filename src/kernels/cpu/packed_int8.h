#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/cpu/ceil_divide.h"
#include "kernels/cpu/packed_bf16.h"
#include "kernels/cpu/parallel.h"

namespace unipic::kernels {

// How many inputs the rows of a product of 8-bit numbers hold: K rounded up to 64.
inline int64_t padded_inputs_of(int64_t num_inputs) { return ceil_divide(num_inputs, 64) * 64; }

// A weight [N, K] in 8 bits as products read it: weight[n, k] = scale[n] · q[n, k], held as q +
// 128. Panels of 16 rows; in a panel, four columns after four columns, each four of all 16 rows
// together; q is zero after the last row and column.
class PackedInt8 {
 public:
  PackedInt8() = default;
  // Dense q [N, K], within ±127, and `scales` [N].
  PackedInt8(const int8_t* q, const float* scales, int64_t num_rows, int64_t num_columns,
             const Parallel& parallel = serial);

  int64_t num_rows() const { return num_rows_; }        // N
  int64_t num_columns() const { return num_columns_; }  // K
  int64_t num_panels() const { return num_panels_of(num_rows_); }
  int64_t num_bytes() const { return num_panels() * panel_size(); }  // without the scales

  int64_t panel_size() const { return kPanelRows * padded_inputs_of(num_columns_); }
  const uint8_t* panel(int64_t index) const { return data_.get() + index * panel_size(); }
  const std::vector<float>& scales() const { return scales_; }  // [N]

 private:
  int64_t num_rows_ = 0, num_columns_ = 0;
  std::vector<float> scales_;
  std::shared_ptr<uint8_t[]> data_;
};

}  // namespace unipic::kernels
