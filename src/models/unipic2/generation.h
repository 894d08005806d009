#pragma once

#include <torch/types.h>

#include <vector>

#include "backbones/sd3/model.h"
#include "base/run_control.h"
#include "diffusion/flow_match.h"
#include "models/unipic2/prompts.h"
#include "nn/trace.h"

// P pictures, C latent channels, H height and W width in latents.

namespace unipic::unipic2 {

// A third pass that leaves layers out, from whose result the picture is pushed away
// (specs/unipic2.md §8).
struct SkipLayerGuidance {
  std::vector<int64_t> layers = {};  // none: off
  double scale = 2.8;
  double start = 0.01, stop = 0.2;  // shares of the steps, both excluded
};

struct SamplerOptions {
  int64_t num_steps = 50;
  double guidance = 3.5;
  SkipLayerGuidance skip = {};

  bool is_guided() const { return guidance > 1; }
};

struct SamplerHooks {
  RunControl control = {};
  // "sigmas", "noise_pred_step0_uncond_cond" and "latents_stepI".
  nn::Trace trace = {};
};

// Pictures on their way from noise to latents, a step of the schedule at a time.
class Generation {
 public:
  // `noise` in the type and place of the transformer; `reference` [P, C, H', W'] is of pictures to
  // edit; undefined: none.
  Generation(sd3::Transformer transformer, diffusion::FlowSchedule schedule,
             torch::Tensor noise_PCHW, PromptPair prompts, torch::Tensor reference,
             const SamplerOptions& options, SamplerHooks hooks = {});

  int64_t step() const { return step_; }
  int64_t num_steps() const { return options_.num_steps; }
  bool is_done() const { return step_ == num_steps(); }
  int64_t num_pictures() const { return latents_PCHW_.size(0); }

  // The next step; `is_done` must be false. Throws `Cancelled` when asked to stop.
  void advance();
  // Goes on with these pictures alone, in this order; at least one.
  void keep(const std::vector<int64_t>& pictures);

  // Once `is_done`, the result.
  const torch::Tensor& latents() const { return latents_PCHW_; }
  // Where the last step was heading: what the pictures are as far as they are.
  const torch::Tensor& heading() const { return heading_PCHW_; }

 private:
  torch::Tensor velocity(float timestep) const;
  bool skips_layers() const;
  void join_conditions();

  sd3::Transformer transformer_;
  diffusion::FlowSchedule schedule_;
  torch::Tensor latents_PCHW_, heading_PCHW_;
  PromptPair prompts_;
  torch::Tensor reference_;
  sd3::Conditions joined_;  // of both prompts where they are guided, the negative ones first
  SamplerOptions options_;
  SamplerHooks hooks_;
  int64_t step_ = 0;
};

}  // namespace unipic::unipic2
