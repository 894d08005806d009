#include "kernels/cpu/group_norm.h"

#include "kernels/cpu/product.h"

namespace unipic::kernels {
namespace {

using test::backwards, test::some_bf16;

class GroupNormKernel : public testing::TestWithParam<Isa> {};

struct Statistics {
  double mean = 0, deviation = 0;
};

// Of one group of one picture, in double.
Statistics statistics_of(const std::vector<uint16_t>& x, const GroupNorm& norm, int64_t picture,
                         int64_t group) {
  const int64_t of_group = norm.channels / norm.num_groups;
  double sum = 0, square = 0;
  for (int64_t pixel = 0; pixel < norm.num_pixels; ++pixel) {
    for (int64_t channel = group * of_group; channel < (group + 1) * of_group; ++channel) {
      const int64_t at = (picture * norm.num_pixels + pixel) * norm.channels + channel;
      const double number = from_bf16(x[static_cast<size_t>(at)]);
      sum += number;
      square += number * number;
    }
  }
  const auto count = static_cast<double>(norm.num_pixels * of_group);
  const double mean = sum / count;
  return {mean, std::sqrt(square / count - mean * mean + double{norm.eps})};
}

TEST_P(GroupNormKernel, IsTheDefinition) {
  for (const int64_t channels : {4, 18, 64, 68}) {
    for (const int64_t num_pixels : {1, 3, 700}) {
      for (const bool silu : {false, true}) {
        std::vector<float> weight, bias;
        for (int64_t channel = 0; channel < channels; ++channel) {
          weight.push_back(1 + 0.01F * static_cast<float>(channel));
          bias.push_back(0.5F - 0.02F * static_cast<float>(channel));
        }
        const GroupNorm norm = {.batch = 2,
                                .num_pixels = num_pixels,
                                .channels = channels,
                                .num_groups = 2,
                                .weight = weight.data(),
                                .bias = bias.data(),
                                .silu = silu};
        auto x = some_bf16(2 * num_pixels * channels, 3);
        std::vector<uint16_t> out(x.size());
        group_norm(x.data(), norm, out.data(), backwards, GetParam());
        std::vector<Statistics> statistics;  // [picture, group]
        for (const int64_t picture : {0, 1}) {
          for (const int64_t group : {0, 1}) {
            statistics.push_back(statistics_of(x, norm, picture, group));
          }
        }
        for (size_t at = 0; at < x.size(); ++at) {
          const size_t channel = at % weight.size();
          const size_t picture = at / (x.size() / 2), group = channel / (weight.size() / 2);
          const auto [mean, deviation] = statistics[2 * picture + group];
          double expected = (from_bf16(x[at]) - mean) / deviation * weight[channel] + bias[channel];
          if (silu) expected = test::activated(expected, Activation::kSilu);
          ASSERT_NEAR(from_bf16(out[at]), expected, 1e-4 + 0.004 * std::abs(expected));
        }
        group_norm(x.data(), norm, x.data(), serial, GetParam());  // in place
        ASSERT_EQ(x, out);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryIsa, GroupNormKernel, testing::ValuesIn(supported_isas()),
                         [](const auto& info) { return std::string(name(info.param)); });

}  // namespace
}  // namespace unipic::kernels
