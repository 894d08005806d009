#include "nn/causal_mask.h"

#include <limits>

namespace unipic::nn {

torch::Tensor causal_mask(int64_t num_queries, int64_t num_cached, const torch::Tensor& key_mask_BS,
                          const torch::TensorOptions& options) {
  const int64_t num_keys = num_cached + num_queries;
  if (num_queries == 1 && !key_mask_BS.defined()) return {};
  const auto bool_options = options.dtype(torch::kBool);
  auto visible = torch::ones({1, 1, num_queries, num_keys}, bool_options).tril(num_cached);
  if (key_mask_BS.defined()) {
    visible = visible.logical_and(key_mask_BS.to(torch::kBool).unsqueeze(1).unsqueeze(1));
    // A query that could see nothing sees itself: its result is nobody's, but must be finite.
    visible.diagonal(num_cached, -2, -1).logical_or_(visible.any(-1).logical_not());
  }
  return torch::zeros(visible.sizes(), options)
      .masked_fill_(visible.logical_not(), -std::numeric_limits<double>::infinity());
}

}  // namespace unipic::nn
