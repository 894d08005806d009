// Kernels that go over the rows of a matrix: norms and gated sums.

#include <cmath>

#include "kernels/cpu/gated_sum.h"
#include "kernels/cpu/layer_norm.h"
#include "kernels/cpu/product.h"
#include "kernels/cpu/rms_norm.h"

namespace unipic::kernels {
namespace {

using test::some_bf16;

constexpr int64_t kNumRows = 3;
constexpr float kEps = 1e-6F;

class RowKernel : public testing::TestWithParam<Isa> {
 protected:
  static constexpr int64_t kWidths[] = {1, 15, 64, 72, 200};

  static std::vector<float> some_floats(int64_t count, int seed) {
    std::vector<float> floats;
    for (const uint16_t number : some_bf16(count, seed)) floats.push_back(from_bf16(number));
    return floats;
  }
  // Half a unit in the last place of bf16, and a little for the sums in fp32.
  static void expect_near(uint16_t actual, double expected) {
    EXPECT_NEAR(from_bf16(actual), expected, 0.004 * std::abs(expected) + 1e-5);
  }
};

TEST_P(RowKernel, RmsNormIsTheDefinition) {
  for (const int64_t width : kWidths) {
    const auto x = some_bf16(kNumRows * width, 3);
    const auto weight = some_floats(width, 4);
    std::vector<uint16_t> out(x.size());
    rms_norm(x.data(), kNumRows, width, weight.data(), kEps, out.data(), GetParam());
    for (int64_t row = 0; row < kNumRows; ++row) {
      double squares = 0;
      for (int64_t at = 0; at < width; ++at)
        squares += std::pow(from_bf16(x[static_cast<size_t>(row * width + at)]), 2);
      const double scale = 1 / std::sqrt(squares / static_cast<double>(width) + kEps);
      for (int64_t at = 0; at < width; ++at) {
        const auto place = static_cast<size_t>(row * width + at);
        expect_near(out[place], from_bf16(x[place]) * scale * weight[static_cast<size_t>(at)]);
      }
    }
  }
}

TEST_P(RowKernel, ModulatedLayerNormOfBf16IsThatOfTheSameFloats) {
  for (const int64_t width : kWidths) {
    const auto x = some_bf16(kNumRows * width, 3);
    std::vector<float> x_f32;
    for (const uint16_t number : x) x_f32.push_back(from_bf16(number));
    const auto shift = some_floats(width, 4), scale = some_floats(width, 5);
    const LayerNormFinish finish = {.shift = shift.data(), .scale = scale.data()};
    std::vector<uint16_t> out(x.size());
    layer_norm(x.data(), kNumRows, width, finish, out.data(), GetParam());
    std::vector<uint16_t> expected(x.size());
    layer_norm(x_f32.data(), kNumRows, width, finish, expected.data(), GetParam());
    EXPECT_EQ(out, expected) << width;
  }
}

TEST_P(RowKernel, LayerNormIsTheDefinition) {
  for (const int64_t width : kWidths) {
    const auto x = some_bf16(kNumRows * width, 3);
    std::vector<uint16_t> out(x.size());
    layer_norm(x.data(), kNumRows, width, {.eps = kEps}, out.data(), GetParam());
    for (int64_t row = 0; row < kNumRows; ++row) {
      const auto* numbers = x.data() + row * width;
      double sum = 0, squares = 0;
      for (int64_t at = 0; at < width; ++at) sum += from_bf16(numbers[at]);
      const double mean = sum / static_cast<double>(width);
      for (int64_t at = 0; at < width; ++at) squares += std::pow(from_bf16(numbers[at]) - mean, 2);
      const double deviation = std::sqrt(squares / static_cast<double>(width) + kEps);
      for (int64_t at = 0; at < width; ++at)
        expect_near(out[static_cast<size_t>(row * width + at)],
                    (from_bf16(numbers[at]) - mean) / deviation);
    }
  }
}

TEST_P(RowKernel, GatedSumIsTheDefinitionAlsoInPlace) {
  for (const int64_t width : kWidths) {
    auto x = some_bf16(kNumRows * width, 3);
    const auto y = some_bf16(kNumRows * width, 4);
    const auto gate = some_floats(width, 5);
    std::vector<uint16_t> out(x.size());
    gated_sum(x.data(), gate.data(), y.data(), kNumRows, width, out.data(), GetParam());
    for (size_t at = 0; at < x.size(); ++at) {
      const double change = double{gate[at % static_cast<size_t>(width)]} * from_bf16(y[at]);
      EXPECT_NEAR(from_bf16(out[at]), from_bf16(x[at]) + change,
                  0.004 * (std::abs(from_bf16(x[at])) + std::abs(change)));
    }
    gated_sum(x.data(), gate.data(), y.data(), kNumRows, width, x.data(), GetParam());
    EXPECT_EQ(x, out);
  }
}

INSTANTIATE_TEST_SUITE_P(Isas, RowKernel, testing::ValuesIn(supported_isas()),
                         [](const auto& info) { return std::string(name(info.param)); });

}  // namespace
}  // namespace unipic::kernels
