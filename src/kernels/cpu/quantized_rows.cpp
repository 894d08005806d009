#include "kernels/cpu/quantized_rows.h"

#include <algorithm>
#include <limits>

#include "kernels/cpu/packed_int8.h"

namespace unipic::kernels {
namespace {

struct QuantizedRow {
  float scale = 0;
  int32_t sum = 0;
};

}  // namespace
}  // namespace unipic::kernels

#define UNIPIC_KERNEL "kernels/cpu/quantized_rows.inl.h"
#include "kernels/cpu/foreach_isa.inl.h"

namespace unipic::kernels {
namespace {

constexpr ForEachIsa<decltype(portable::quantize_row)> kQuantizeRow =
    UNIPIC_FOR_EACH_ISA(quantize_row);

}  // namespace

void QuantizedRows::quantize(const RowsBf16& rows, int64_t num_inputs, const Parallel& parallel,
                             Isa isa) {
  num_rows_ = rows.num_rows;
  stride_ = padded_inputs_of(num_inputs);
  numbers_.resize(num_rows_ * stride_);
  scales_.resize(num_rows_);
  sums_.resize(num_rows_);
  parallel(num_rows_, [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row) {
      int8_t* numbers = numbers_.data() + row * stride_;
      const auto quantized = kQuantizeRow[isa](rows.data + row * rows.stride, num_inputs, numbers);
      std::fill(numbers + num_inputs, numbers + stride_, int8_t{0});
      scales_.data()[row] = quantized.scale;
      sums_.data()[row] = quantized.sum;
    }
  });
}

}  // namespace unipic::kernels
