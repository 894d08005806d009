#include "ops/low_rank.h"

#include <ATen/ATen.h>
#include <fmt/ranges.h>

#include "base/check.h"

namespace unipic::ops {

void check_fits(std::string_view name, at::IntArrayRef weight_shape, const LowRank& change) {
  const bool fits = weight_shape.size() == 2 && weight_shape[0] == change.up_MR.size(0) &&
                    weight_shape[1] == change.down_RN.size(1);
  check(fits, "LoRA: the change to '{}' is for a weight [{}, {}], the model's is [{}]", name,
        change.up_MR.size(0), change.down_RN.size(1), fmt::join(weight_shape, ", "));
}

at::Tensor low_rank(const at::Tensor& x, const LowRank& change) {
  return at::linear(at::linear(x, change.down_RN), change.up_MR) * change.scale;
}

at::Tensor merged(const at::Tensor& weight_MN, const LowRank& change) {
  const auto product_MN = at::mm(change.up_MR.to(at::kFloat), change.down_RN.to(at::kFloat));
  return weight_MN.to(at::kFloat) + product_MN.to(weight_MN.device()) * change.scale;
}

}  // namespace unipic::ops
