#include "kernels/cpu/adaln_mlp.h"

#include "kernels/cpu/layer_norm.h"
#include "kernels/cpu/product.h"
#include "kernels/cpu/silu_sum.h"

namespace unipic::kernels {
namespace {

std::vector<float> some_floats(int64_t count, uint64_t seed) {
  RandomStream random({.seed = seed});
  std::vector<float> numbers(static_cast<size_t>(count));
  for (auto& number : numbers) number = static_cast<float>(random.uniform(-1, 1));
  return numbers;
}

double normed(const float* row, int64_t width, int64_t at, double eps) {
  double mean = 0, variance = 0;
  for (int64_t i = 0; i < width; ++i) mean += row[i];
  mean /= static_cast<double>(width);
  for (int64_t i = 0; i < width; ++i) variance += (row[i] - mean) * (row[i] - mean);
  return (row[at] - mean) / std::sqrt(variance / static_cast<double>(width) + eps);
}

class LayerNormKernel : public testing::TestWithParam<Isa> {};
class SiluSum : public testing::TestWithParam<Isa> {};
class AdaLnMlpKernel : public testing::TestWithParam<Isa> {};

TEST_P(LayerNormKernel, NormalisesShiftsAndScalesRowsOfEveryTail) {
  for (const int64_t width : {1, 3, 8, 16, 17, 31, 33, 256}) {
    SCOPED_TRACE(width);
    const auto x = some_floats(2 * width, 1);
    const auto weight = some_floats(width, 2);
    const auto bias = some_floats(width, 3);
    const auto modulation = some_floats(2 * 3 * width, 4);
    std::vector<uint16_t> out(static_cast<size_t>(2 * width + 1), 0x1234);
    layer_norm(x.data(), 2, width,
               {.eps = 1e-3F,
                .weight = weight.data(),
                .bias = bias.data(),
                .shift = modulation.data(),
                .scale = modulation.data() + width,
                .modulation_stride = 3 * width},
               out.data(), GetParam());
    for (int64_t row = 0; row < 2; ++row) {
      for (int64_t at = 0; at < width; ++at) {
        const auto column = static_cast<size_t>(at);
        const auto* m = modulation.data() + row * 3 * width + at;
        const double y =
            normed(x.data() + row * width, width, at, 1e-3) * weight[column] + bias[column];
        const double expected = y * (1 + m[width]) + m[0];
        ASSERT_NEAR(from_bf16(out[static_cast<size_t>(row * width + at)]), expected,
                    std::abs(expected) / 250 + 1e-5);
      }
    }
    EXPECT_EQ(out.back(), 0x1234);
  }
}

TEST_P(SiluSum, IsSiluOfTheSumForEveryTail) {
  for (int64_t count = 1; count <= 35; ++count) {
    const auto a = some_floats(count, 1);
    const auto b = some_floats(count, 2);
    std::vector<uint16_t> out(static_cast<size_t>(count + 1), 0x1234);
    silu_sum(a.data(), b.data(), count, out.data(), GetParam());
    for (size_t i = 0; i < a.size(); ++i) {
      const double expected = test::activated(double{a[i]} + b[i], Activation::kSilu);
      ASSERT_NEAR(from_bf16(out[i]), expected, std::abs(expected) / 250 + 1e-6);
    }
    EXPECT_EQ(out.back(), 0x1234);
  }
}

// A linear layer in numbers of bf16, and what it gives in double.
struct SmallLinear {
  int64_t num_outputs, num_inputs;
  uint64_t seed;
  std::vector<uint16_t> weight = test::some_bf16(num_outputs * num_inputs, seed);
  std::vector<float> bias = some_floats(num_outputs, seed + 100);

  SharedLinear packed() const {
    return std::make_shared<const PackedLinear>(
        PackedLinear{PackedBf16(weight.data(), num_outputs, num_inputs, num_inputs), bias});
  }
  std::vector<double> operator()(const std::vector<double>& x) const {
    std::vector<double> y(bias.begin(), bias.end());
    for (size_t output = 0; output < y.size(); ++output) {
      for (size_t input = 0; input < x.size(); ++input) {
        y[output] += x[input] * from_bf16(weight[output * x.size() + input]);
      }
    }
    return y;
  }
};

constexpr int64_t kWidth = 20, kChannels = 5, kOutputs = 10;

struct SmallNetwork {
  SmallLinear first{kWidth, kChannels, 1}, modulation{3 * kWidth, kWidth, 2}, in{kWidth, kWidth, 3},
      out{kWidth, kWidth, 4}, last_modulation{2 * kWidth, kWidth, 5}, last{kOutputs, kWidth, 6};
  std::vector<float> norm_weight = some_floats(kWidth, 7), norm_bias = some_floats(kWidth, 8);

  AdaLnMlp packed() const {
    AdaLnMlp network = {first.packed(), {}, last_modulation.packed(), last.packed(), 1e-6F};
    network.blocks.push_back(
        {modulation.packed(), norm_weight, norm_bias, in.packed(), out.packed()});
    return network;
  }
};

std::vector<double> in_double(const std::vector<uint16_t>& numbers, int64_t row, int64_t width) {
  std::vector<double> out;
  for (int64_t i = 0; i < width; ++i) {
    out.push_back(from_bf16(numbers[static_cast<size_t>(row * width + i)]));
  }
  return out;
}

std::vector<double> modulated_norm(const std::vector<double>& x, const std::vector<double>& m,
                                   const SmallNetwork* affine) {
  const std::vector<float> row(x.begin(), x.end());
  std::vector<double> y;
  for (size_t i = 0; i < x.size(); ++i) {
    double value = normed(row.data(), kWidth, static_cast<int64_t>(i), 1e-6);
    if (affine != nullptr) value = value * affine->norm_weight[i] + affine->norm_bias[i];
    y.push_back(value * (1 + m[x.size() + i]) + m[i]);
  }
  return y;
}

std::vector<double> predict(const SmallNetwork& network, const std::vector<double>& x,
                            const std::vector<double>& silu_condition) {
  auto residual = network.first(x);
  const auto m = network.modulation(silu_condition);
  auto hidden = network.in(modulated_norm(residual, m, &network));
  for (auto& value : hidden) value = test::activated(value, Activation::kSilu);
  const auto change = network.out(hidden);
  for (size_t i = 0; i < residual.size(); ++i) {
    residual[i] += m[2 * residual.size() + i] * change[i];
  }
  return network.last(modulated_norm(residual, network.last_modulation(silu_condition), nullptr));
}

TEST_P(AdaLnMlpKernel, IsTheNetworkAndARowDoesNotDependOnTheOthers) {
  constexpr int64_t kRows = 9;
  const SmallNetwork network;
  const auto packed = network.packed();
  const auto x = test::some_bf16(kRows * kChannels, 20);
  const auto condition = test::some_bf16(kRows * kWidth, 21);
  std::vector<float> out(kRows * kOutputs);
  AdaLnMlpRun run(packed, kRows);
  run(x.data(), condition.data(), out.data(), test::backwards, GetParam());

  AdaLnMlpRun of_one(packed, 1);
  for (int64_t row = 0; row < kRows; ++row) {
    const auto expected =
        predict(network, in_double(x, row, kChannels), in_double(condition, row, kWidth));
    std::vector<float> alone(kOutputs);
    of_one(x.data() + row * kChannels, condition.data() + row * kWidth, alone.data(), serial,
           GetParam());
    for (size_t i = 0; i < expected.size(); ++i) {
      const float result = out[static_cast<size_t>(row * kOutputs) + i];
      ASSERT_NEAR(result, expected[i], 0.1) << "row " << row << ", output " << i;
      EXPECT_EQ(alone[i], result);
    }
  }
}

std::string isa_name(const testing::TestParamInfo<Isa>& info) {
  return std::string(name(info.param));
}
INSTANTIATE_TEST_SUITE_P(Isas, LayerNormKernel, testing::ValuesIn(supported_isas()), isa_name);
INSTANTIATE_TEST_SUITE_P(Isas, SiluSum, testing::ValuesIn(supported_isas()), isa_name);
INSTANTIATE_TEST_SUITE_P(Isas, AdaLnMlpKernel, testing::ValuesIn(supported_isas()), isa_name);

}  // namespace
}  // namespace unipic::kernels
