#include "nn/glu_conv.h"

#include <gtest/gtest.h>

#include <torch/types.h>

#include "convert/random_weights.h"

namespace unipic::nn {
namespace {

TEST(GluConv, IsItsDefinition) {
  const torch::NoGradGuard no_grad;
  GluConv conv(4, 6);
  convert::randomize(*conv, torch::kFloat, 1);
  const auto weights = conv->named_parameters();
  const auto pointwise = [](const torch::Tensor& weight) {
    return weight.view({-1, weight.size(1), 1, 1});
  };
  const auto x_BhwD = torch::randn({2, 5, 3, 4});

  const auto wide = torch::silu(torch::conv2d(x_BhwD.permute({0, 3, 1, 2}),
                                              pointwise(weights["conv_inverted.weight"]),
                                              weights["conv_inverted.bias"]));
  const auto halves = torch::conv2d(wide, weights["conv_depth.weight"], weights["conv_depth.bias"],
                                    1, 1, 1, /*groups=*/12)
                          .chunk(2, 1);
  const auto expected =
      torch::conv2d(halves[0] * torch::silu(halves[1]), pointwise(weights["conv_point.weight"]))
          .permute({0, 2, 3, 1});
  EXPECT_TRUE(torch::allclose(conv->forward(x_BhwD), expected, 1e-4, 1e-5));
}

}  // namespace
}  // namespace unipic::nn
