#pragma once

#include <cstdint>

#include "kernels/cpu/aligned_buffer.h"
#include "kernels/cpu/ceil_divide.h"
#include "kernels/cpu/gemm_bf16.h"

namespace unipic::kernels {

// One of AMX's tiles: 16 rows of 32 bf16 numbers.
inline constexpr int64_t kTileRows = 16, kTileInputs = 32;
inline constexpr int64_t kTileSize = kTileRows * kTileInputs;
inline constexpr int64_t kGroupRows = 2 * kTileRows;

// How many inputs of rows are multiplied by the same part of W, and in how many steps.
inline constexpr int64_t kPartInputs = 512;
inline constexpr int64_t kPartSteps = kPartInputs / kTileInputs;

// Some rows in the order in which products by AMX read them: parts of 512 inputs; in each, groups
// of 32 rows; in each, step after step of 32 inputs the group's one or two tiles. Zeros stand after
// the last row and input.
class TiledRows {
 public:
  // Replaces what was here before by rows of `num_inputs` numbers.
  void pack(const RowsBf16& rows, int64_t num_inputs);

  int64_t num_rows() const { return num_rows_; }
  int64_t num_tiles() const { return ceil_divide(num_rows_, kTileRows); }
  int64_t num_groups() const { return (num_tiles() + 1) / 2; }
  int64_t num_tiles_of_group(int64_t group) const { return 2 * group + 1 < num_tiles() ? 2 : 1; }
  int64_t num_steps() const { return ceil_divide(num_inputs_, kTileInputs); }
  // Of the part that begins at `first_step`.
  int64_t num_steps_from(int64_t first_step) const;
  // The tiles of a group in the part that begins at `first_step`.
  const uint16_t* tiles(int64_t group, int64_t first_step) const {
    return tiles_.data() + offset(group, first_step);
  }

 private:
  int64_t offset(int64_t group, int64_t first_step) const;

  int64_t num_rows_ = 0, num_inputs_ = 0;
  AlignedBuffer<uint16_t> tiles_;
};

}  // namespace unipic::kernels
