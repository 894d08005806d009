#include "kernels/cpu/gemm_int8.h"

#include <algorithm>

#include "kernels/cpu/product.h"
#include "kernels/cpu/quantized_rows.h"

namespace unipic::kernels {
namespace {

using test::backwards;

std::vector<int8_t> some_int8(int64_t count) {
  RandomStream random({.seed = 3});
  std::vector<int8_t> numbers(static_cast<size_t>(count));
  for (auto& number : numbers)
    number = static_cast<int8_t>(std::nearbyint(random.uniform(-127, 127)));
  return numbers;
}

// x [M, K] in bf16 times a weight [N, K] in 8 bits.
struct Int8Product {
  int64_t num_rows, num_outputs, num_inputs;
  std::vector<uint16_t> x = test::some_bf16(num_rows * num_inputs, 1);
  std::vector<int8_t> q = some_int8(num_outputs * num_inputs);
  std::vector<float> scales = std::vector<float>(static_cast<size_t>(num_outputs), 0.01F);

  RowsBf16 rows() const { return {x.data(), num_rows, num_inputs}; }
  PackedInt8 packed() const { return {q.data(), scales.data(), num_outputs, num_inputs}; }

  std::vector<float> multiply(Isa isa, const Parallel& parallel = serial) const {
    std::vector<float> out(static_cast<size_t>(num_rows * num_outputs), NAN);
    gemm_int8(rows(), packed(), {}, {.fp32 = out.data(), .stride = num_outputs}, parallel, isa);
    return out;
  }

  // Of numbers x [K] and the weight of an output, in double.
  template <typename Number>
  double sum(const Number* numbers, int64_t output) const {
    double sum = 0;
    for (int64_t i = 0; i < num_inputs; ++i) {
      sum += static_cast<double>(numbers[i]) * q[static_cast<size_t>(output * num_inputs + i)];
    }
    return sum * double{scales[static_cast<size_t>(output)]};
  }
};

class GemmInt8 : public testing::TestWithParam<Isa> {};

void expect_product(Int8Product product, Isa isa) {
  for (size_t i = 0; i < product.scales.size(); ++i)
    product.scales[i] = 0.01F + 0.001F * static_cast<float>(i);
  const auto out = product.multiply(isa);
  QuantizedRows x;
  x.quantize(product.rows(), product.num_inputs, serial, isa);
  for (int64_t row = 0; row < product.num_rows; ++row) {
    for (int64_t output = 0; output < product.num_outputs; ++output) {
      const double expected = product.sum(x.row(row), output) * x.scale(row);
      ASSERT_NEAR(out[static_cast<size_t>(row * product.num_outputs + output)], expected,
                  1e-6 * std::abs(expected))
          << "row " << row << ", output " << output;
    }
  }
}

TEST_P(GemmInt8, RoundsRowsToTheNearestOf255Steps) {
  const Int8Product product{5, 0, 201};
  QuantizedRows x;
  x.quantize(product.rows(), 201, backwards, GetParam());
  for (int64_t row = 0; row < 5; ++row) {
    int sum = 0, largest = 0;
    for (int64_t i = 0; i < 201; ++i) {
      const int q = x.row(row)[i];
      EXPECT_NEAR(double{x.scale(row)} * q,
                  from_bf16(product.x[static_cast<size_t>(row * 201 + i)]), 0.50001 * x.scale(row));
      sum += q;
      largest = std::max(largest, std::abs(q));
    }
    EXPECT_EQ(x.sum(row), sum);
    EXPECT_EQ(largest, 127);
    EXPECT_TRUE(
        std::all_of(x.row(row) + 201, x.row(row) + x.stride(), [](int q) { return q == 0; }));
  }
}

TEST_P(GemmInt8, IsTheProductOfTheRoundedNumbersForEveryTail) {
  for (int64_t num_rows = 1; num_rows <= 13; ++num_rows) {
    for (const int64_t num_outputs : {1, 15, 16, 17, 47, 64, 65, 130}) {
      for (const int64_t num_inputs : {1, 3, 4, 63, 64, 65}) {
        SCOPED_TRACE(testing::Message() << num_rows << " x " << num_outputs << " x " << num_inputs);
        expect_product({num_rows, num_outputs, num_inputs}, GetParam());
      }
    }
  }
}

TEST_P(GemmInt8, IsTheProductOverSeveralBlocks) {
  expect_product({400, 150, 33}, GetParam());
  expect_product({3, 20, 17001}, GetParam());
}

TEST_P(GemmInt8, GivesTheSameBitsAsEveryOtherInstructionSet) {
  const Int8Product product{20, 70, 300};
  EXPECT_EQ(product.multiply(GetParam()), product.multiply(Isa::kPortable));
}

TEST_P(GemmInt8, GivesARowTheSameBitsWhateverIsAroundIt) {
  const Int8Product product{250, 100, 99};
  const auto whole = product.multiply(GetParam());
  EXPECT_EQ(product.multiply(GetParam(), backwards), whole);
  for (const int64_t row : {0, 1, 5, 191, 192, 249}) {
    std::vector<float> alone(100);
    gemm_int8({product.rows().data + row * 99, 1, 99}, product.packed(), {},
              {.fp32 = alone.data(), .stride = 100}, serial, GetParam());
    EXPECT_TRUE(std::equal(alone.begin(), alone.end(), whole.begin() + row * 100)) << row;
  }
}

TEST_P(GemmInt8, IsCloseToTheProductOfRowsThatAreNotRounded) {
  const Int8Product product{20, 40, 1000};
  const auto out = product.multiply(GetParam());
  double error = 0, size = 0;
  for (int64_t row = 0; row < 20; ++row) {
    std::vector<float> x;
    for (int64_t i = 0; i < 1000; ++i) {
      x.push_back(from_bf16(product.x[static_cast<size_t>(row * 1000 + i)]));
    }
    for (int64_t output = 0; output < 40; ++output) {
      const double exact = product.sum(x.data(), output);
      error += std::pow(out[static_cast<size_t>(row * 40 + output)] - exact, 2);
      size += exact * exact;
    }
  }
  // Even steps of 1/127 and evenly spread numbers: 1/127 / sqrt(12) of sqrt(1/3).
  EXPECT_NEAR(std::sqrt(error / size), 1.0 / 127 / 2, 5e-4);
}

TEST_P(GemmInt8, FinishesWhatItSums) {
  const Int8Product product{7, 37, 20};
  const auto sums = product.multiply(GetParam());
  const std::vector<float> bias(37, 0.25F);
  std::vector<uint16_t> out(7 * 37, to_bf16(2.0F));
  gemm_int8(product.rows(), product.packed(),
            {.bias = bias.data(), .activation = Activation::kSilu, .combine = Combine::kAdd},
            {.bf16 = out.data(), .stride = 37}, serial, GetParam());
  for (size_t i = 0; i < out.size(); ++i) {
    const double expected = 2 + test::activated(sums[i] + 0.25, Activation::kSilu);
    EXPECT_NEAR(from_bf16(out[i]), expected, 0.004 * std::abs(expected));
  }
}

TEST_P(GemmInt8, KeepsTheScaleOfRowsAndMakesNothingOfInfinities) {
  Int8Product product{4, 16, 2};
  for (auto& number : product.q) number = 127;
  for (auto& scale : product.scales) scale = 1.0F / 127;
  product.x = {to_bf16(0x1p100F), 0, 0, 0, to_bf16(INFINITY), to_bf16(1), to_bf16(NAN), 0};
  const auto out = product.multiply(GetParam());
  EXPECT_FLOAT_EQ(out[0], 0x1p100F);
  EXPECT_EQ(out[16], 0.0F);
  EXPECT_TRUE(std::isnan(out[32]));
  EXPECT_TRUE(std::isnan(out[48]));
}

// A weight in 4 bits and the same in 8.
struct Int4Product {
  int64_t num_rows, num_outputs, num_inputs;
  Int8Product in_8_bits = {num_rows, num_outputs, num_inputs};
  std::vector<int8_t> multipliers = {};

  Int4Product(int64_t rows, int64_t outputs, int64_t inputs)
      : num_rows(rows), num_outputs(outputs), num_inputs(inputs) {
    RandomStream random({.seed = 4});
    auto& products = in_8_bits.q;
    for (size_t first = 0; first < products.size(); first += kInt4Group) {
      const int multiplier = static_cast<int>(random.uniform(1, 15.999));
      multipliers.push_back(static_cast<int8_t>(multiplier));
      for (size_t i = first; i < first + kInt4Group; ++i) {
        const int q = static_cast<int>(std::floor(random.uniform(-8, 7.999)));
        products[i] = static_cast<int8_t>(multiplier * q);
      }
    }
  }

  std::vector<float> multiply(Isa isa, const Parallel& parallel = serial) const {
    const PackedInt4 weight(in_8_bits.q.data(), multipliers.data(), in_8_bits.scales.data(),
                            num_outputs, num_inputs);
    std::vector<float> out(static_cast<size_t>(num_rows * num_outputs), NAN);
    gemm_int8(in_8_bits.rows(), weight, {}, {.fp32 = out.data(), .stride = num_outputs}, parallel,
              isa);
    return out;
  }
};

TEST_P(GemmInt8, GivesWeightsIn4BitsTheBitsThatTheSameIn8Have) {
  for (const int64_t num_rows : {1, 7, 200}) {
    for (const int64_t num_outputs : {1, 16, 47, 130}) {
      for (const int64_t num_inputs : {32, 64, 96, 544}) {
        const Int4Product product(num_rows, num_outputs, num_inputs);
        EXPECT_EQ(product.multiply(GetParam(), backwards), product.in_8_bits.multiply(GetParam()))
            << num_rows << " x " << num_outputs << " x " << num_inputs;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryIsa, GemmInt8, testing::ValuesIn(supported_isas()),
                         [](const auto& info) { return std::string(name(info.param)); });

}  // namespace
}  // namespace unipic::kernels
