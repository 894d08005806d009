#pragma once

#include <gtest/gtest.h>
#include <torch/types.h>

namespace unipic::test {

// Whether no element differs by more than `tolerance` of the largest expected value.
inline testing::AssertionResult is_close(const torch::Tensor& actual, const torch::Tensor& expected,
                                         double tolerance) {
  if (actual.sizes() != expected.sizes()) {
    return testing::AssertionFailure()
           << "shape " << actual.sizes() << ", want " << expected.sizes();
  }
  const auto difference = (actual.to(torch::kDouble) - expected.to(torch::kDouble)).abs().max();
  const double worst = difference.item<double>() / expected.abs().max().item<double>();
  if (worst <= tolerance) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << "largest difference is " << worst << " of the largest value; at most " << tolerance
         << " is allowed";
}

}  // namespace unipic::test
