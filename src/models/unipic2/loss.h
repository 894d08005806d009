#pragma once

#include <torch/types.h>

#include "backbones/sd3/model.h"
#include "diffusion/flow_match.h"

// B pictures, C latent channels, H height and W width in latents.

namespace unipic::unipic2 {

// Flow matching at drawn noise levels, with all that led to the loss (specs/unipic2.md §12.2).
struct FlowMatchLoss {
  torch::Tensor sigmas_B, timesteps_B;
  torch::Tensor noisy_BCHW, target_BCHW, prediction_BCHW;
  torch::Tensor per_sample_B;  // mean squared error of each, fp32
  torch::Tensor loss;          // their mean
};

// `shares` [B] in 0..1 choose each sample's level from the training schedule. `latents` are scaled
// ones.
FlowMatchLoss flow_match_loss(const sd3::Transformer& transformer,
                              const diffusion::FlowSchedule& training_schedule,
                              const torch::Tensor& latents_BCHW, const torch::Tensor& noise_BCHW,
                              const torch::Tensor& shares_B, const sd3::Conditions& conditions);

}  // namespace unipic::unipic2
