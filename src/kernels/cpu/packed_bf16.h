#pragma once

#include <cstdint>
#include <memory>

namespace unipic::kernels {

// Rows of a weight that lie side by side in its packed form.
inline constexpr int64_t kPanelRows = 16;

// A weight W[N, K] in bf16 as `gemm_bf16` reads it: panels of 16 rows, zeros after the last one; in
// a panel, pair after pair of columns, each pair of all 16 rows together, K rounded up to a pair.
class PackedBf16 {
 public:
  PackedBf16() = default;
  // Rows of `weight` begin `stride` numbers apart.
  PackedBf16(const uint16_t* weight, int64_t num_rows, int64_t num_columns, int64_t stride);

  int64_t num_rows() const { return num_rows_; }        // N
  int64_t num_columns() const { return num_columns_; }  // K
  int64_t num_panels() const { return (num_rows_ + kPanelRows - 1) / kPanelRows; }
  int64_t num_bytes() const { return num_panels() * panel_size() * int64_t{sizeof(uint16_t)}; }

  int64_t panel_size() const { return kPanelRows * (num_columns_ + num_columns_ % 2); }
  const uint16_t* panel(int64_t index) const { return data_.get() + index * panel_size(); }

 private:
  struct Free {
    void operator()(uint16_t* data) const;
  };
  int64_t num_rows_ = 0, num_columns_ = 0;
  std::unique_ptr<uint16_t[], Free> data_;  // aligned to a cache line
};

}  // namespace unipic::kernels
