#include "ops/modulation.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "ops/norm.h"
#include "ops/packing.h"

namespace unipic::ops {
namespace {

using torch::Tensor;

class OwnModulation : public testing::Test {
 protected:
  OwnModulation() { torch::manual_seed(1); }

  static Tensor bf16(torch::IntArrayRef shape) { return torch::randn(shape).to(torch::kBFloat16); }
  // As far apart as a few roundings to bf16 put them.
  static void expect_close(const Tensor& own, const Tensor& aten) {
    EXPECT_EQ(own.sizes(), aten.sizes());
    EXPECT_EQ(own.scalar_type(), torch::kBFloat16);
    EXPECT_TRUE(torch::allclose(own.to(torch::kFloat), aten.to(torch::kFloat), 0.02, 0.03));
  }

  // Rows of different batch elements have different modulations, which lie apart as chunks do.
  const Tensor x_ = bf16({2, 37, 72}), y_ = bf16({2, 37, 72});
  const std::vector<Tensor> modulations_ = bf16({2, 1, 3 * 72}).chunk(3, -1);
};

TEST_F(OwnModulation, NormsAsLibTorchDoes) {
  expect_close(modulated_norm(x_, modulations_[0], modulations_[1], 1e-6, true),
               modulated_norm(x_, modulations_[0], modulations_[1], 1e-6, false));
}

TEST_F(OwnModulation, AddsAsLibTorchDoes) {
  expect_close(gated_sum(x_, modulations_[2], y_, true), gated_sum(x_, modulations_[2], y_, false));
  // Parts of a joint sequence do not lie densely.
  const auto part = y_.narrow(1, 3, 20);
  expect_close(gated_sum(x_.narrow(1, 0, 20), modulations_[2], part, true),
               gated_sum(x_.narrow(1, 0, 20), modulations_[2], part, false));
}

TEST_F(OwnModulation, RmsNormIsAsLibTorchs) {
  const auto weight = bf16({72});
  expect_close(rms_norm_own(x_, to_floats(weight), 1e-6), rms_norm(x_, weight, 1e-6));
}

TEST_F(OwnModulation, LeavesOtherTypesToLibTorch) {
  const auto x = x_.to(torch::kFloat), shift = modulations_[0].to(torch::kFloat),
             scale = modulations_[1].to(torch::kFloat);
  EXPECT_TRUE(modulated_norm(x, shift, scale, 1e-6, true)
                  .equal(modulated_norm(x, shift, scale, 1e-6, false)));
  EXPECT_TRUE(gated_sum(x, shift, x, true).equal(gated_sum(x, shift, x, false)));
}

}  // namespace
}  // namespace unipic::ops
