#pragma once

#include <torch/nn/module.h>

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "diffusion/gaussian.h"
#include "kernels/cpu/adaln_mlp.h"
#include "models/unipic1/config.h"
#include "nn/linear.h"
#include "nn/norm.h"
#include "nn/trace.h"

// N rows, C latent channels, D condition width, W head width, S sampling steps.

namespace unipic::unipic1 {

// A residual MLP modulated by time and condition (adaLN).
class HeadBlockImpl : public torch::nn::Module {
 public:
  HeadBlockImpl(int64_t width, double norm_eps);
  // `silu_y_NW` is SiLU of the sum of the time and condition embeddings.
  torch::Tensor forward(const torch::Tensor& x_NW, const torch::Tensor& silu_y_NW) const;
  kernels::AdaLnBlock packed() const;

 private:
  nn::LayerNorm norm_;
  nn::SiluMlp mlp_;
  nn::Linear modulation_ = nullptr;
};
TORCH_MODULE(HeadBlock);

// How a diffusion head turns its draws into latents.
struct HeadSampling {
  double guidance = 1.0;  // exactly 1 takes every row by itself in `sample`
  double temperature = 1.0;
};

// The noise of one call of `DiffusionHead::sample`: `initial_NC`, then one [N, C] a step, asked
// for from the last step down to 1. fp32.
struct HeadNoise {
  torch::Tensor initial_NC;
  std::function<torch::Tensor(int64_t step)> of_step;
};

// What a sampling of some rows goes by: n rows of latents for conditions [N, D], N = 2n with
// guidance.
struct HeadRows {
  torch::Tensor condition_ND;
  HeadSampling sampling;
  HeadNoise noise;
};

// The per-token diffusion network and its sampling loop (specs/unipic1.md §2.5).
class DiffusionHeadImpl : public torch::nn::Module {
 public:
  explicit DiffusionHeadImpl(const MarConfig& config);

  // From now on `sample` uses our own kernels and the weights as they are now, if they are bf16 and
  // on a CPU.
  void pack();

  // Embeddings [N, W] of timesteps of the base schedule.
  torch::Tensor embed_time(const torch::Tensor& timesteps_N) const;

  // Noise and variance predicted for noised latents [N, C] at timesteps [N or 1] under
  // conditions [N, D]: [N, 2C].
  torch::Tensor forward(const torch::Tensor& x_NC, const torch::Tensor& timesteps_N,
                        const torch::Tensor& condition_ND) const;

  // Latents [n, C], fp32, for conditions [N, D]. With guidance the first half of the rows is
  // conditional, the second unconditional, and n = N/2; otherwise n = N. `before_step` is called
  // before every step and may throw. Traces "x_after_step" [n, C] after each step.
  torch::Tensor sample(const torch::Tensor& condition_ND, const HeadSampling& options,
                       const HeadNoise& noise, const std::function<void()>& before_step = {},
                       const nn::Trace& trace = {}) const;

  // The same for several sets of rows at once, all with guidance or all without.
  std::vector<torch::Tensor> sample_together(std::span<const HeadRows> sets,
                                             const std::function<void()>& before_step = {},
                                             const nn::Trace& trace = {}) const;

  // Losses of the rows for latents [N, C] noised at steps [N] of the base schedule.
  diffusion::RowLosses losses(const torch::Tensor& clean_NC, const torch::Tensor& condition_ND,
                              const torch::Tensor& steps_N, const torch::Tensor& noise_NC) const;

  const diffusion::Schedule& sampling_schedule() const { return sampling_schedule_; }

 private:
  torch::Tensor predict(const torch::Tensor& x_NC, const torch::Tensor& silu_y_NW) const;

  const MarConfig config_;
  diffusion::Schedule base_schedule_, sampling_schedule_;
  nn::SiluMlp time_mlp_ = nullptr;
  nn::Linear condition_in_ = nullptr, latent_in_ = nullptr, final_modulation_ = nullptr,
             final_ = nullptr;
  std::vector<HeadBlock> blocks_;
  std::shared_ptr<const kernels::AdaLnMlp> packed_;
};
TORCH_MODULE(DiffusionHead);

}  // namespace unipic::unipic1
