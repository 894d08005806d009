#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

// Gaussian diffusion with learned variances (Nichol and Dhariwal 2021), one row a sample.
// N rows, C channels.

namespace unipic::diffusion {

// The tables of a noise schedule, one entry a step from the least noise to the most.
struct Schedule {
  std::vector<int64_t> timesteps;  // which step of the base schedule each is
  std::vector<double> betas;
  std::vector<double> alphas_cumprod;
  std::vector<double> posterior_log_variance;  // entry 0 repeats entry 1
  std::vector<double> posterior_mean_coef1;    // of x_0
  std::vector<double> posterior_mean_coef2;    // of x_t
  std::vector<double> sqrt_recip_alphas_cumprod;
  std::vector<double> sqrt_recipm1_alphas_cumprod;

  int64_t num_steps() const { return static_cast<int64_t>(betas.size()); }
};

// The cosine schedule (Eq. 17 there) with each beta at most `max_beta`; UniPic 1 caps at 0.2
// (specs/unipic1.md §2.5).
Schedule cosine_schedule(int64_t num_steps = 1000, double max_beta = 0.2);

// The same process in `num_steps` evenly spread steps (at least 2).
Schedule respace(const Schedule& base, int64_t num_steps);

// What a network says of one step: noise, and a coefficient that places the log variance between
// the posterior's (-1) and ln(beta) (1).
struct Prediction {
  torch::Tensor noise_NC, variance_NC;
};

// One step of ancestral sampling at step `step` of `schedule`: x_t to x_{t-1}, fp32. `noise_NC`
// comes scaled by the temperature, if there is one; at step 0 none is added.
torch::Tensor sample_step(const Schedule& schedule, int64_t step, const torch::Tensor& x_NC,
                          const Prediction& prediction, const torch::Tensor& noise_NC);

// x_t for steps t [N]: sqrt(alpha_bar) x_0 + sqrt(1 - alpha_bar) noise.
torch::Tensor add_noise(const Schedule& schedule, const torch::Tensor& clean_NC,
                        const torch::Tensor& steps_N, const torch::Tensor& noise_NC);

// The hybrid training loss of each row: squared error of the noise plus the variational bound in
// bits, in which only the variance learns.
struct RowLosses {
  torch::Tensor squared_error_N, variational_N;
};
RowLosses training_losses(const Schedule& schedule, const torch::Tensor& clean_NC,
                          const torch::Tensor& noisy_NC, const torch::Tensor& steps_N,
                          const torch::Tensor& noise_NC, const Prediction& prediction);

}  // namespace unipic::diffusion
