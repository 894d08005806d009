#include "models/unipic1/packed_head.h"

#include "kernels/cpu/silu_sum.h"
#include "ops/packing.h"

namespace unipic::unipic1 {
using torch::Tensor;

PackedHeadRun::PackedHeadRun(const kernels::AdaLnMlp& network, const Tensor& times_SW,
                             const Tensor& condition_NW)
    : times_SW_(times_SW.to(torch::kFloat).contiguous()),
      condition_NW_(condition_NW.to(torch::kFloat).contiguous()),
      silu_NW_(torch::empty(condition_NW.sizes(), torch::kBFloat16)),
      prediction_NP_(
          torch::empty({condition_NW.size(0), network.last->num_outputs()}, torch::kFloat)),
      run_(network, condition_NW.size(0)) {}

Tensor PackedHeadRun::operator()(int64_t step, const Tensor& x_NC) {
  const int64_t width = condition_NW_.size(1);
  const auto* time = times_SW_.const_data_ptr<float>() + step * width;
  const auto* condition = condition_NW_.const_data_ptr<float>();
  auto* silu = ops::mutable_bf16_data(silu_NW_);
  for (int64_t row = 0; row < condition_NW_.size(0); ++row) {
    kernels::silu_sum(time, condition + row * width, width, silu + row * width);
  }
  const auto rounded_NC = x_NC.to(torch::kBFloat16).contiguous();
  run_(ops::bf16_data(rounded_NC), silu, prediction_NP_.mutable_data_ptr<float>(),
       ops::on_all_threads);
  return prediction_NP_;
}

}  // namespace unipic::unipic1
