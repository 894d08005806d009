#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "base/random_stream.h"
#include "kernels/cpu/bf16.h"
#include "kernels/cpu/gemm_bf16.h"

namespace unipic::kernels::test {

inline std::vector<uint16_t> some_bf16(int64_t count, uint64_t seed) {
  RandomStream random({.seed = seed});
  std::vector<uint16_t> numbers(static_cast<size_t>(count));
  for (auto& number : numbers) number = to_bf16(static_cast<float>(random.uniform(-1, 1)));
  return numbers;
}

inline double activated(double x, Activation activation) {
  switch (activation) {
    case Activation::kNone:
      return x;
    case Activation::kSilu:
      return x / (1 + std::exp(-x));
    case Activation::kGelu:
      return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
    case Activation::kGeluTanh:
      return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case Activation::kQuickGelu:
      return x / (1 + std::exp(-1.702 * x));
  }
  return 0;
}

// x [M, K] times weight [N, K].
struct Product {
  int64_t num_rows, num_outputs, num_inputs;
  std::vector<uint16_t> x = some_bf16(num_rows * num_inputs, 1);
  std::vector<uint16_t> weight = some_bf16(num_outputs * num_inputs, 2);

  // In double.
  double sum(int64_t row, int64_t output) const {
    double sum = 0;
    for (int64_t i = 0; i < num_inputs; ++i) {
      sum += double{from_bf16(x[static_cast<size_t>(row * num_inputs + i)])} *
             double{from_bf16(weight[static_cast<size_t>(output * num_inputs + i)])};
    }
    return sum;
  }

  RowsBf16 rows() const { return {x.data(), num_rows, num_inputs}; }
  PackedBf16 packed() const { return {weight.data(), num_outputs, num_inputs, num_inputs}; }
};

// The last range first, each of one thing.
inline void backwards(int64_t count, const std::function<void(int64_t, int64_t)>& work) {
  for (int64_t i = count; i > 0; --i) work(i - 1, i);
}

inline void expect_close(const Product& product, const std::vector<float>& out) {
  const double allowed = 2e-7 * static_cast<double>(product.num_inputs) + 1e-6;
  for (int64_t row = 0; row < product.num_rows; ++row) {
    for (int64_t output = 0; output < product.num_outputs; ++output) {
      ASSERT_NEAR(out[static_cast<size_t>(row * product.num_outputs + output)],
                  product.sum(row, output), allowed)
          << "row " << row << ", output " << output;
    }
  }
}

}  // namespace unipic::kernels::test
