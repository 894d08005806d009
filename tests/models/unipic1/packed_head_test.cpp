#include "models/unipic1/packed_head.h"

#include <gtest/gtest.h>

#include "convert/random_weights.h"
#include "models/unipic1/diffusion_head.h"
#include "support/close.h"

namespace unipic::unipic1 {
namespace {
using torch::Tensor;

MarConfig small_config() {
  MarConfig config;
  config.decoder_dim = 24;
  config.latent_channels = 5;
  config.head_width = 40;
  config.head_depth = 2;
  config.sampling_steps = 6;
  return config;
}

DiffusionHead random_head(torch::ScalarType dtype) {
  DiffusionHead head(small_config());
  convert::randomize(*head, torch::kBFloat16, /*seed=*/3);
  head->to(dtype);
  return head;
}

// For rows `first` to `first + count` of four guided pictures' tokens.
Tensor sample(const DiffusionHead& head, torch::ScalarType dtype, int64_t first, int64_t count) {
  torch::InferenceMode no_autograd;
  torch::manual_seed(1);
  const auto condition = torch::randn({2, 4, 24}).narrow(1, first, count).flatten(0, 1);
  const auto noise = torch::randn({6, 4, 5}).narrow(1, first, count);
  return head->sample(condition.to(torch::kBFloat16).to(dtype), {.guidance = 2.0},
                      {noise[0], [&](int64_t step) { return noise[step]; }});
}

double error(const Tensor& a, const Tensor& b) {
  return ((a - b).norm() / b.norm()).item<double>();
}

TEST(PackedHead, DrawsWhatTheModulesDrawAtLeastAsExactly) {
  auto head = random_head(torch::kBFloat16);
  const auto exact = sample(random_head(torch::kFloat), torch::kFloat, 0, 4);
  const auto by_aten = sample(head, torch::kBFloat16, 0, 4);
  head->pack();
  const auto packed = sample(head, torch::kBFloat16, 0, 4);
  EXPECT_FALSE(torch::equal(packed, by_aten));  // other kernels, other rounding
  EXPECT_LT(error(packed, exact), 0.02);
  EXPECT_LT(error(packed, exact), 1.2 * error(by_aten, exact));
}

TEST(PackedHead, DrawsTheSameBitsForATokenInAnyCompany) {
  auto head = random_head(torch::kBFloat16);
  head->pack();
  const auto together = sample(head, torch::kBFloat16, 0, 4);
  EXPECT_TRUE(torch::equal(sample(head, torch::kBFloat16, 3, 1), together.narrow(0, 3, 1)));
  EXPECT_TRUE(torch::equal(sample(head, torch::kBFloat16, 1, 2), together.narrow(0, 1, 2)));
}

TEST(PackedHead, LeavesOtherTypesToLibTorch) {
  auto head = random_head(torch::kFloat);
  const auto before = sample(head, torch::kFloat, 0, 4);
  head->pack();
  EXPECT_TRUE(torch::equal(sample(head, torch::kFloat, 0, 4), before));
}

}  // namespace
}  // namespace unipic::unipic1
