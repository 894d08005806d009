#pragma once

#include <cstdint>

#include "kernels/cpu/aligned_buffer.h"
#include "kernels/cpu/tiled_rows.h"

namespace unipic::kernels {

// bf16 rows [S, K] whose columns are multiplied by weights of the S rows: what `pack_panels` makes
// of their transpose [K, S], so panels of 16 columns and in each, pair after pair of rows.
class PackedValues {
 public:
  // Replaces what was here before.
  void pack(const uint16_t* rows, int64_t num_rows, int64_t num_columns, int64_t stride);

  int64_t num_panels() const { return (num_columns_ + kPanelRows - 1) / kPanelRows; }
  // From a row on that is a multiple of 32.
  const uint16_t* panel(int64_t index, int64_t row) const {
    return data_.data() + index * panel_size() + row * kPanelRows;
  }

 private:
  int64_t panel_size() const {
    return (num_rows_ + kTileInputs - 1) / kTileInputs * kTileInputs * kPanelRows;
  }

  int64_t num_rows_ = 0, num_columns_ = 0;
  AlignedBuffer<uint16_t> data_;
};

}  // namespace unipic::kernels
