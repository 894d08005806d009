#include "ops/int4_weight.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

#include "base/check.h"
#include "kernels/cpu/packed_int4.h"

// G groups of I numbers in a row.

namespace unipic::ops {
namespace {

constexpr double kLeast = -8, kMost = 7;  // 4 bits
constexpr double kMiddle = (kMost - kLeast) / 2;
constexpr double kMostMultiplier = 15;
constexpr int64_t kElementsAtOnce = 1 << 20;  // what rows become on the way fits a cache

Int8Weight rows_to_int4(const at::Tensor& weight_MN) {
  const int64_t num_groups = weight_MN.size(1) / kernels::kInt4Group;
  const auto exact_MGI =
      weight_MN.to(at::kFloat).reshape({weight_MN.size(0), num_groups, kernels::kInt4Group});
  const auto scales_M11 =
      exact_MGI.abs().amax({1, 2}, /*keepdim=*/true) / (kMostMultiplier * kMiddle);
  const auto wanted_MGI = exact_MGI / at::where(scales_M11 > 0, scales_M11, 1.0);
  const auto without_clamping_MG1 = (wanted_MGI.abs().amax(2, /*keepdim=*/true) / kMiddle).ceil();
  at::Tensor best_MGI, best_multipliers_MG1, least_errors_MG1;
  for (const int64_t change : {0, -1, -2, 1}) {
    const auto multipliers_MG1 = (without_clamping_MG1 + change).clamp(1, kMostMultiplier);
    const auto products_MGI =
        (wanted_MGI / multipliers_MG1).round_().clamp_(kLeast, kMost).mul_(multipliers_MG1);
    const auto errors_MG1 = (products_MGI - wanted_MGI).square_().sum(2, /*keepdim=*/true);
    if (!best_MGI.defined()) {
      best_MGI = products_MGI;
      best_multipliers_MG1 = multipliers_MG1;
      least_errors_MG1 = errors_MG1;
      continue;
    }
    const auto is_better_MG1 = errors_MG1 < least_errors_MG1;
    best_MGI = at::where(is_better_MG1, products_MGI, best_MGI);
    best_multipliers_MG1 = at::where(is_better_MG1, multipliers_MG1, best_multipliers_MG1);
    least_errors_MG1 = at::where(is_better_MG1, errors_MG1, least_errors_MG1);
  }
  return {best_MGI.to(at::kChar).reshape(weight_MN.sizes()), scales_M11.reshape({-1, 1}),
          best_multipliers_MG1.to(at::kChar).squeeze(2)};
}

}  // namespace

bool fits_int4(int64_t num_inputs) { return num_inputs % kernels::kInt4Group == 0; }

Int8Weight to_int4(const at::Tensor& weight_MN) {
  check(fits_int4(weight_MN.size(1)), "rows of {} numbers do not divide into groups of {}",
        weight_MN.size(1), kernels::kInt4Group);
  const int64_t num_rows =
      std::max<int64_t>(1, kElementsAtOnce / std::max<int64_t>(1, weight_MN.size(1)));
  std::vector<at::Tensor> numbers, scales, multipliers;
  for (const auto& rows_MN : weight_MN.split(num_rows)) {
    auto part = rows_to_int4(rows_MN);
    numbers.push_back(std::move(part.q_MN));
    scales.push_back(std::move(part.scales_M1));
    multipliers.push_back(std::move(part.multipliers_MG));
  }
  return {at::cat(numbers), at::cat(scales), at::cat(multipliers)};
}

}  // namespace unipic::ops
