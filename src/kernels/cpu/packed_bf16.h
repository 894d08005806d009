#pragma once

#include <cstdint>
#include <memory>

#include "kernels/cpu/ceil_divide.h"
#include "kernels/cpu/parallel.h"

namespace unipic::kernels {

// Rows of a weight that lie side by side in its packed form.
inline constexpr int64_t kPanelRows = 16;

// Rows [N, K] in bf16 as products read what they multiply by: panels of 16 rows, zeros after the
// last one; in a panel, pair after pair of columns, each pair of all 16 rows together, K rounded up
// to 32 with zeros. 32 columns of a panel are what AMX multiplies at a time.

inline int64_t num_panels_of(int64_t num_rows) { return ceil_divide(num_rows, kPanelRows); }
inline int64_t panel_size_of(int64_t num_columns) {
  return kPanelRows * ceil_divide(num_columns, 32) * 32;
}

// Writes all panels of rows that begin `stride` numbers apart, one after the other.
void pack_panels(const uint16_t* rows, int64_t num_rows, int64_t num_columns, int64_t stride,
                 uint16_t* panels, const Parallel& parallel = serial);

// The same for the columns of rows [N, K]: what `pack_panels` makes of their transpose.
void pack_panels_of_columns(const uint16_t* rows, int64_t num_rows, int64_t num_columns,
                            int64_t stride, uint16_t* panels);

// A weight in that form.
class PackedBf16 {
 public:
  PackedBf16() = default;
  // Rows of `weight` begin `stride` numbers apart.
  PackedBf16(const uint16_t* weight, int64_t num_rows, int64_t num_columns, int64_t stride,
             const Parallel& parallel = serial);

  int64_t num_rows() const { return num_rows_; }        // N
  int64_t num_columns() const { return num_columns_; }  // K
  int64_t num_panels() const { return num_panels_of(num_rows_); }
  int64_t num_bytes() const { return num_panels() * panel_size() * int64_t{sizeof(uint16_t)}; }

  int64_t panel_size() const { return panel_size_of(num_columns_); }
  const uint16_t* panel(int64_t index) const { return data_.get() + index * panel_size(); }

 private:
  int64_t num_rows_ = 0, num_columns_ = 0;
  std::shared_ptr<uint16_t[]> data_;
};

}  // namespace unipic::kernels
