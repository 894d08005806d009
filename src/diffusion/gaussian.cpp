#include "diffusion/gaussian.h"

#include <cmath>
#include <numbers>

#include "base/check.h"

namespace unipic::diffusion {
using torch::Tensor;

namespace {

// All tables from betas, in double as the reference computes them.
Schedule schedule_of(std::vector<int64_t> timesteps, std::vector<double> betas) {
  Schedule schedule;
  schedule.timesteps = std::move(timesteps);
  double cumprod = 1.0;
  std::vector<double> variances;
  for (const double beta : betas) {
    const double previous = cumprod;
    cumprod *= 1.0 - beta;
    variances.push_back(beta * (1.0 - previous) / (1.0 - cumprod));
    schedule.alphas_cumprod.push_back(cumprod);
    schedule.posterior_mean_coef1.push_back(beta * std::sqrt(previous) / (1.0 - cumprod));
    schedule.posterior_mean_coef2.push_back((1.0 - previous) * std::sqrt(1.0 - beta) /
                                            (1.0 - cumprod));
    schedule.sqrt_recip_alphas_cumprod.push_back(std::sqrt(1.0 / cumprod));
    schedule.sqrt_recipm1_alphas_cumprod.push_back(std::sqrt(1.0 / cumprod - 1.0));
  }
  variances[0] = variances[1];
  for (const double variance : variances) {
    schedule.posterior_log_variance.push_back(std::log(variance));
  }
  schedule.betas = std::move(betas);
  return schedule;
}

// The entries of a table at steps [N], as a column [N, 1].
Tensor lookup(const std::vector<double>& table, const Tensor& steps_N) {
  return torch::tensor(table, torch::kDouble)
      .to(torch::kFloat)
      .to(steps_N.device())
      .index_select(0, steps_N)
      .unsqueeze(1);
}

struct Gaussian {
  Tensor mean_NC, log_variance_NC;
};

// The model's distribution of x_{t-1}; x_0 is not clipped. `at` gives a table's entry: a number
// for one step, a column for many.
template <typename Lookup>
Gaussian predicted_posterior(const Schedule& schedule, const Tensor& x_NC, const Lookup& at,
                             const Prediction& prediction) {
  using std::log, torch::log;
  const auto clean = at(schedule.sqrt_recip_alphas_cumprod) * x_NC -
                     at(schedule.sqrt_recipm1_alphas_cumprod) * prediction.noise_NC;
  const auto mean =
      at(schedule.posterior_mean_coef1) * clean + at(schedule.posterior_mean_coef2) * x_NC;
  const auto fraction = (prediction.variance_NC + 1) / 2;
  const auto log_variance =
      fraction * log(at(schedule.betas)) + (1 - fraction) * at(schedule.posterior_log_variance);
  return {mean, log_variance};
}

Tensor kl_divergence(const Gaussian& p, const Gaussian& q) {
  return 0.5 * (-1.0 + q.log_variance_NC - p.log_variance_NC +
                (p.log_variance_NC - q.log_variance_NC).exp() +
                (p.mean_NC - q.mean_NC).square() * (-q.log_variance_NC).exp());
}

// The tanh approximation of the standard normal's distribution function.
Tensor approximate_cdf(const Tensor& x) {
  return 0.5 * (1.0 + torch::tanh(std::sqrt(2.0 / std::numbers::pi) * (x + 0.044715 * x.pow(3))));
}

// Log likelihood of `x` under a Gaussian summed over bins of 1/255 to either side.
Tensor discretized_log_likelihood(const Tensor& x, const Gaussian& gaussian) {
  const auto centred = x - gaussian.mean_NC;
  const auto inverse_std = (-0.5 * gaussian.log_variance_NC).exp();
  const auto cdf_above = approximate_cdf(inverse_std * (centred + 1.0 / 255.0));
  const auto cdf_below = approximate_cdf(inverse_std * (centred - 1.0 / 255.0));
  const auto log = [](const Tensor& p) { return p.clamp_min(1e-12).log(); };
  return torch::where(x < -0.999, log(cdf_above),
                      torch::where(x > 0.999, log(1.0 - cdf_below), log(cdf_above - cdf_below)));
}

}  // namespace

Schedule cosine_schedule(int64_t num_steps, double max_beta) {
  check(num_steps >= 2, "a noise schedule of {} steps; at least 2 are needed", num_steps);
  const auto alpha_bar = [](double s) {
    const double root = std::cos((s + 0.008) / 1.008 * std::numbers::pi / 2);
    return root * root;
  };
  std::vector<int64_t> timesteps;
  std::vector<double> betas;
  const auto total = static_cast<double>(num_steps);
  for (int64_t step = 0; step < num_steps; ++step) {
    const auto at = static_cast<double>(step);
    timesteps.push_back(step);
    betas.push_back(std::min(1.0 - alpha_bar((at + 1) / total) / alpha_bar(at / total), max_beta));
  }
  return schedule_of(std::move(timesteps), std::move(betas));
}

Schedule respace(const Schedule& base, int64_t num_steps) {
  check(num_steps >= 2 && num_steps <= base.num_steps(), "{} diffusion steps, not within 2..{}",
        num_steps, base.num_steps());
  const double stride =
      static_cast<double>(base.num_steps() - 1) / static_cast<double>(num_steps - 1);
  std::vector<int64_t> timesteps;
  std::vector<double> betas;
  double position = 0.0;
  double previous = 1.0;
  for (int64_t step = 0; step < num_steps; ++step) {
    // Accumulated and rounded half to even, as the reference does, so that ties fall alike.
    const auto timestep = static_cast<int64_t>(std::nearbyint(position));
    position += stride;
    const double cumprod = base.alphas_cumprod[static_cast<size_t>(timestep)];
    timesteps.push_back(timestep);
    betas.push_back(1.0 - cumprod / previous);
    previous = cumprod;
  }
  return schedule_of(std::move(timesteps), std::move(betas));
}

Tensor sample_step(const Schedule& schedule, int64_t step, const Tensor& x_NC,
                   const Prediction& prediction, const Tensor& noise_NC) {
  const auto at = [step](const std::vector<double>& table) {
    return table[static_cast<size_t>(step)];
  };
  const auto posterior = predicted_posterior(schedule, x_NC, at, prediction);
  if (step == 0) return posterior.mean_NC;
  return posterior.mean_NC + (0.5 * posterior.log_variance_NC).exp() * noise_NC;
}

Tensor add_noise(const Schedule& schedule, const Tensor& clean_NC, const Tensor& steps_N,
                 const Tensor& noise_NC) {
  const auto cumprod = lookup(schedule.alphas_cumprod, steps_N);
  return cumprod.sqrt() * clean_NC + (1.0 - cumprod).sqrt() * noise_NC;
}

RowLosses training_losses(const Schedule& schedule, const Tensor& clean_NC, const Tensor& noisy_NC,
                          const Tensor& steps_N, const Tensor& noise_NC,
                          const Prediction& prediction) {
  const Gaussian truth = {lookup(schedule.posterior_mean_coef1, steps_N) * clean_NC +
                              lookup(schedule.posterior_mean_coef2, steps_N) * noisy_NC,
                          lookup(schedule.posterior_log_variance, steps_N)};
  const auto at = [&](const std::vector<double>& table) { return lookup(table, steps_N); };
  const auto model = predicted_posterior(schedule, noisy_NC, at,
                                         {prediction.noise_NC.detach(), prediction.variance_NC});
  const double nats_per_bit = std::numbers::ln2;
  const auto bound = kl_divergence(truth, model).mean(1) / nats_per_bit;
  const auto at_zero = -discretized_log_likelihood(clean_NC, model).mean(1) / nats_per_bit;
  return {(noise_NC - prediction.noise_NC).square().mean(1),
          torch::where(steps_N == 0, at_zero, bound)};
}

}  // namespace unipic::diffusion
