#pragma once

#include <cstdint>

#include "kernels/cpu/aligned_buffer.h"
#include "kernels/cpu/gemm_bf16.h"
#include "kernels/cpu/isa.h"
#include "kernels/cpu/parallel.h"

namespace unipic::kernels {

// Rows [M, K] in 8 bits: x[m, k] ≈ scale[m] · q[m, k], scale[m] = max |x[m]| / 127, q to the
// nearest integer. A row that holds NaN or an infinity has the scale NaN and zeros.
class QuantizedRows {
 public:
  // Replaces what was here before by rows of `num_inputs` numbers.
  void quantize(const RowsBf16& rows, int64_t num_inputs, const Parallel& parallel = serial,
                Isa isa = best_isa());

  int64_t num_rows() const { return num_rows_; }
  int64_t stride() const { return stride_; }  // K rounded up to 64, with zeros
  const int8_t* row(int64_t index) const { return numbers_.data() + index * stride_; }
  float scale(int64_t index) const { return scales_.data()[index]; }
  int32_t sum(int64_t index) const { return sums_.data()[index]; }  // of q

 private:
  int64_t num_rows_ = 0, stride_ = 0;
  AlignedBuffer<int8_t> numbers_;
  AlignedBuffer<float> scales_;
  AlignedBuffer<int32_t> sums_;
};

}  // namespace unipic::kernels
