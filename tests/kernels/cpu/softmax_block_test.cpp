#include "kernels/cpu/softmax_block.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random_stream.h"
#include "kernels/cpu/bf16.h"

namespace unipic::kernels {
namespace {

constexpr int64_t kBlock = kScoreRows * kScoreColumns;

// Scores of `num_rows` queries for `num_keys` keys, garbage beyond them.
struct Scores {
  int64_t num_rows, num_keys;
  std::vector<float> blocks;

  Scores(int64_t rows, int64_t keys, uint64_t seed) : num_rows(rows), num_keys(keys) {
    RandomStream random({.seed = seed});
    const int64_t num_blocks = (keys + kScoreColumns - 1) / kScoreColumns;
    for (int64_t i = 0; i < num_blocks * kBlock; ++i) {
      blocks.push_back(static_cast<float>(random.uniform(-20, 20)));
    }
  }
  float at(int64_t row, int64_t key) const {
    return blocks[static_cast<size_t>(key / kScoreColumns * kBlock + row * kScoreColumns +
                                      key % kScoreColumns)];
  }
};

float weight_at(const std::vector<uint16_t>& weights, int64_t row, int64_t key) {
  return from_bf16(
      weights[static_cast<size_t>(key / kScoreColumns * kBlock + row / 16 * kBlock / 2 +
                                  row % 16 * kScoreColumns + key % kScoreColumns)]);
}

class SoftmaxBlock : public testing::TestWithParam<Isa> {};

TEST_P(SoftmaxBlock, WeighsKeysInTwoParts) {
  constexpr float kScale = 0.25F;
  for (const int64_t num_keys : {1, 15, 16, 40, 64}) {
    for (const int64_t num_rows : {1, 17, 32}) {
      const Scores first(num_rows, 64, 1), second(num_rows, num_keys, 2);
      SoftmaxState state;
      state.reset();
      float rescale[kScoreRows];
      std::vector<uint16_t> first_weights(2 * kBlock, 0x7FC0), weights(2 * kBlock, 0x7FC0);
      auto scores = first.blocks;
      softmax_block(
          {.scores = scores.data(), .num_rows = num_rows, .num_keys = 64, .scale = kScale}, state,
          first_weights.data(), rescale, GetParam());
      scores = second.blocks;
      softmax_block(
          {.scores = scores.data(), .num_rows = num_rows, .num_keys = num_keys, .scale = kScale},
          state, weights.data(), rescale, GetParam());
      for (int64_t row = 0; row < num_rows; ++row) {
        double sum = 0;
        for (int64_t key = 0; key < 64; ++key) sum += std::exp2(kScale * first.at(row, key));
        for (int64_t key = 0; key < num_keys; ++key) sum += std::exp2(kScale * second.at(row, key));
        for (int64_t key = 0; key < 64; ++key) {
          const double expected = std::exp2(kScale * first.at(row, key)) / sum;
          EXPECT_NEAR(weight_at(first_weights, row, key) * rescale[row] / state.sum[row], expected,
                      0.004 * expected);
        }
        for (int64_t key = 0; key < num_keys; ++key) {
          const double expected = std::exp2(kScale * second.at(row, key)) / sum;
          EXPECT_NEAR(weight_at(weights, row, key) / state.sum[row], expected, 0.004 * expected);
        }
      }
    }
  }
}

TEST_P(SoftmaxBlock, GivesNoWeightToWhatIsNotThere) {
  Scores scores(3, 40, 3);
  SoftmaxState state;
  state.reset();
  float rescale[kScoreRows];
  std::vector<uint16_t> weights(2 * kBlock, 0x7FC0);
  softmax_block({.scores = scores.blocks.data(), .num_rows = 3, .num_keys = 40}, state,
                weights.data(), rescale, GetParam());
  for (int64_t row = 0; row < kScoreRows; ++row) {
    for (int64_t key = 0; key < 64; ++key) {
      if (row < 3 && key < 40) continue;
      EXPECT_LT(weight_at(weights, row, key), 2e-38) << row << " " << key;
    }
  }
}

TEST_P(SoftmaxBlock, AddsTheMask) {
  Scores scores(2, 20, 4), plain(2, 20, 4);
  std::vector<uint16_t> mask(2 * 20);
  mask[5] = to_bf16(-INFINITY);
  mask[25] = to_bf16(-2);
  SoftmaxState state;
  state.reset();
  float rescale[kScoreRows];
  std::vector<uint16_t> weights(kBlock);
  softmax_block({.scores = scores.blocks.data(),
                 .num_rows = 2,
                 .num_keys = 20,
                 .scale = 0.25F,
                 .mask = mask.data(),
                 .mask_stride = 20},
                state, weights.data(), rescale, GetParam());
  EXPECT_LT(weight_at(weights, 0, 5), 2e-38);
  const double ratio = weight_at(weights, 1, 5) / weight_at(weights, 1, 6);
  EXPECT_NEAR(ratio, std::exp2(0.25F * (plain.at(1, 5) - plain.at(1, 6))) * std::exp(-2),
              0.01 * ratio);
}

INSTANTIATE_TEST_SUITE_P(EveryIsa, SoftmaxBlock, testing::ValuesIn(supported_isas()),
                         [](const auto& info) { return std::string(name(info.param)); });

}  // namespace
}  // namespace unipic::kernels
