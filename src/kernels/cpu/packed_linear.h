#pragma once

#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "kernels/cpu/gemm_bf16.h"
#include "kernels/cpu/packed_bf16.h"
#include "kernels/cpu/packed_int4.h"
#include "kernels/cpu/packed_int8.h"

namespace unipic::kernels {

// What kernels take for numbers that may be missing.
inline const float* or_none(const std::vector<float>& numbers) {
  return numbers.empty() ? nullptr : numbers.data();
}

// A linear layer as our own kernels read it.
struct PackedLinear {
  std::variant<PackedBf16, PackedInt8, PackedInt4> weight;
  std::vector<float> bias;  // empty: none

  int64_t num_outputs() const {
    return std::visit([](const auto& packed) { return packed.num_rows(); }, weight);
  }
  int64_t num_inputs() const {
    return std::visit([](const auto& packed) { return packed.num_columns(); }, weight);
  }
};

using SharedLinear = std::shared_ptr<const PackedLinear>;

// out = finish(linear(x)) by the product for the weight's type; `finish.bias` is the layer's.
void multiply(const RowsBf16& x, const PackedLinear& linear, GemmFinish finish,
              const GemmOutput& out, const Parallel& parallel = serial, Isa isa = best_isa());

}  // namespace unipic::kernels
