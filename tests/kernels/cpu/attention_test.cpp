#include "kernels/cpu/attention.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/cpu/bf16.h"
#include "kernels/cpu/product.h"

namespace unipic::kernels {
namespace {

// Random heads that lie as projections leave them, [B, rows, heads, K].
struct Heads {
  int64_t heads, rows, width;
  std::vector<uint16_t> numbers;

  Heads(int64_t batch, int64_t num_heads, int64_t num_rows, int64_t head_width, uint64_t seed)
      : heads(num_heads),
        rows(num_rows),
        width(head_width),
        numbers(test::some_bf16(batch * num_rows * num_heads * head_width, seed)) {}

  HeadRows<const uint16_t> view() const {
    return {numbers.data(), rows * heads * width, width, heads * width};
  }
  double at(int64_t batch, int64_t head, int64_t row, int64_t column) const {
    return from_bf16(*(view().row(batch, head, row) + column));
  }
};

struct Case {
  AttentionSizes sizes;
  Heads q = {sizes.batch, sizes.num_heads, sizes.num_queries, sizes.width, 1};
  Heads k = {sizes.batch, sizes.num_groups, sizes.num_keys, sizes.width, 2};
  Heads v = {sizes.batch, sizes.num_groups, sizes.num_keys, sizes.width, 3};
  std::vector<uint16_t> mask = {};  // [B, T, S] or none
  float scale = 4 / std::sqrt(static_cast<float>(sizes.width));

  HeadRows<const uint16_t> mask_view() const {
    if (mask.empty()) return {};
    return {mask.data(), sizes.num_queries * sizes.num_keys, 0, sizes.num_keys};
  }

  std::vector<uint16_t> run(const Parallel& parallel = serial) const {
    const int64_t row = sizes.num_heads * sizes.width;
    std::vector<uint16_t> out(static_cast<size_t>(sizes.batch * sizes.num_queries * row), 0x7FC0);
    attention({.sizes = sizes,
               .q = q.view(),
               .k = k.view(),
               .v = v.view(),
               .mask = mask_view(),
               .scale = scale,
               .out = {out.data(), sizes.num_queries * row, sizes.width, row}},
              parallel);
    return out;
  }

  // Row `query` of the definition.
  std::vector<double> expected(int64_t batch, int64_t head, int64_t query) const {
    const int64_t group = head / (sizes.num_heads / sizes.num_groups);
    std::vector<double> weights(static_cast<size_t>(sizes.num_keys));
    for (int64_t key = 0; key < sizes.num_keys; ++key) {
      double score = 0;
      for (int64_t i = 0; i < sizes.width; ++i) {
        score += q.at(batch, head, query, i) * k.at(batch, group, key, i);
      }
      weights[static_cast<size_t>(key)] = score * scale;
      if (!mask.empty()) {
        weights[static_cast<size_t>(key)] += from_bf16(mask_view().row(batch, head, query)[key]);
      }
    }
    const double largest = *std::ranges::max_element(weights);
    double sum = 0;
    for (auto& weight : weights) sum += weight = std::exp(weight - largest);
    std::vector<double> out(static_cast<size_t>(sizes.width));
    for (int64_t key = 0; key < sizes.num_keys; ++key) {
      for (int64_t i = 0; i < sizes.width; ++i) {
        out[static_cast<size_t>(i)] +=
            weights[static_cast<size_t>(key)] / sum * v.at(batch, group, key, i);
      }
    }
    return out;
  }

  void expect_right() const {
    const auto out = run();
    size_t at = 0;
    for (int64_t batch = 0; batch < sizes.batch; ++batch) {
      for (int64_t query = 0; query < sizes.num_queries; ++query) {
        for (int64_t head = 0; head < sizes.num_heads; ++head) {
          for (const double number : expected(batch, head, query)) {
            ASSERT_NEAR(from_bf16(out[at++]), number, 0.006)
                << "batch " << batch << ", head " << head << ", query " << query;
          }
        }
      }
    }
  }
};

// Queries see the keys up to their own place, of which the first ones are hidden.
std::vector<uint16_t> causal_mask(const AttentionSizes& sizes, int64_t num_hidden) {
  const uint16_t hidden = to_bf16(-std::numeric_limits<float>::infinity());
  std::vector<uint16_t> mask;
  for (int64_t row = 0; row < sizes.batch * sizes.num_queries; ++row) {
    const int64_t place = sizes.num_keys - sizes.num_queries + row % sizes.num_queries;
    for (int64_t key = 0; key < sizes.num_keys; ++key) {
      mask.push_back(key > place || key < num_hidden ? hidden : uint16_t{0});
    }
  }
  return mask;
}

class AttentionKernel : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_attention()) GTEST_SKIP() << "this machine has no AMX";
  }
};

TEST_F(AttentionKernel, IsTheDefinitionForEveryWidthAndTail) {
  for (const int64_t width : {1, 64, 72, 80, 128, 512}) {
    for (const int64_t num_queries : {1, 33}) {
      for (const int64_t num_keys : {1, 16, 47, 300}) {
        SCOPED_TRACE(testing::Message()
                     << num_queries << " queries, " << num_keys << " keys of " << width);
        Case{{1, 2, 2, num_queries, num_keys, width}}.expect_right();
      }
    }
  }
}

TEST_F(AttentionKernel, SharesKeysAmongTheHeadsOfAGroup) {
  Case{{2, 6, 2, 40, 70, 32}}.expect_right();
}

TEST_F(AttentionKernel, AddsAMask) {
  for (const int64_t num_hidden : {0, 3, 290}) {
    Case masked{{2, 2, 1, 100, 600, 64}};
    masked.mask = causal_mask(masked.sizes, num_hidden);
    masked.expect_right();
  }
}

TEST_F(AttentionKernel, AQueryThatSeesNothingGetsFiniteNumbers) {
  Case masked{{1, 1, 1, 40, 300, 16}};
  masked.mask = causal_mask(masked.sizes, 300);
  for (const uint16_t number : masked.run()) EXPECT_TRUE(std::isfinite(from_bf16(number)));
}

TEST_F(AttentionKernel, SurvivesLargeScores) {
  Case large{{1, 1, 1, 5, 40, 16}};
  large.scale = 1000;
  large.expect_right();
}

TEST_F(AttentionKernel, GivesARowTheSameBitsWhateverIsAroundIt) {
  const Case whole{{2, 4, 2, 70, 300, 80}};
  const auto out = whole.run();
  EXPECT_EQ(whole.run(test::backwards), out);

  const int64_t query_stride = 4 * 80;
  std::vector<uint16_t> alone(4 * 80);
  attention({.sizes = {1, 4, 2, 1, 300, 80},
             .q = {whole.q.view().row(1, 0, 69), 0, 80, query_stride},
             .k = {whole.k.view().row(1, 0, 0), 0, 80, 2 * 80},
             .v = {whole.v.view().row(1, 0, 0), 0, 80, 2 * 80},
             .mask = {},
             .scale = whole.scale,
             .out = {alone.data(), 0, 80, query_stride}});
  EXPECT_TRUE(std::equal(alone.begin(), alone.end(), out.end() - 4 * 80));
}

}  // namespace
}  // namespace unipic::kernels
