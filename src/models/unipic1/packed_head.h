#pragma once

#include <torch/types.h>

#include "kernels/cpu/adaln_mlp.h"

// N rows, C latent channels, W head width, S sampling steps.

namespace unipic::unipic1 {

// The diffusion head's network at one set of conditions, step after step, by our own kernels.
class PackedHeadRun {
 public:
  // `network` must outlive this.
  PackedHeadRun(const kernels::AdaLnMlp& network, const torch::Tensor& times_SW,
                const torch::Tensor& condition_NW);

  // What the network says of latents [N, C] at sampling step `step`: [N, 2C], fp32, valid until the
  // next call.
  torch::Tensor operator()(int64_t step, const torch::Tensor& x_NC);

 private:
  torch::Tensor times_SW_, condition_NW_;  // fp32
  torch::Tensor silu_NW_, prediction_NP_;  // bf16, fp32
  kernels::AdaLnMlpRun run_;
};

}  // namespace unipic::unipic1
