#include "models/unipic1/diffusion_head.h"

#include <torch/nn/modules/container/modulelist.h>
#include <optional>

#include "base/check.h"
#include "models/unipic1/packed_head.h"
#include "nn/holder.h"
#include "nn/modulation.h"
#include "ops/modulation.h"
#include "ops/norm.h"
#include "ops/packing.h"

namespace unipic::unipic1 {
using torch::Tensor;

namespace {

// ε_u + guidance · (ε_c − ε_u) for the conditional half; its variances stay unguided.
Tensor guide(const Tensor& prediction_NP, const Tensor& guidance_n1, int64_t channels) {
  const auto halves = prediction_NP.chunk(2, 0);
  const auto conditional = halves[0].narrow(1, 0, channels);
  const auto unconditional = halves[1].narrow(1, 0, channels);
  return torch::cat({unconditional + guidance_n1 * (conditional - unconditional),
                     halves[0].narrow(1, channels, channels)},
                    1);
}

bool is_guided(const HeadRows& rows) {
  return rows.condition_ND.size(0) != rows.noise.initial_NC.size(0);
}

// Sets of rows as one: their conditional halves one after the other, then the unconditional ones.
Tensor joined_conditions(std::span<const HeadRows> sets, bool guided) {
  if (sets.size() == 1) return sets.front().condition_ND;
  std::vector<Tensor> parts;
  for (const int64_t half : {0, 1}) {
    if (half == 1 && !guided) continue;
    for (const auto& rows : sets) {
      const int64_t count = rows.noise.initial_NC.size(0);
      parts.push_back(rows.condition_ND.narrow(0, half * count, count));
    }
  }
  return torch::cat(parts);
}

// A number of each set [n, 1], fp32, for each of its rows.
Tensor for_each_row(std::span<const HeadRows> sets, double HeadSampling::*number) {
  std::vector<Tensor> parts;
  for (const auto& rows : sets) {
    const auto& initial_NC = rows.noise.initial_NC;
    parts.push_back(torch::full({initial_NC.size(0), 1}, rows.sampling.*number,
                                initial_NC.options().dtype(torch::kFloat)));
  }
  return torch::cat(parts);
}

Tensor joined_noise(std::span<const HeadRows> sets,
                    const std::function<Tensor(const HeadNoise&)>& noise_of) {
  if (sets.size() == 1) return noise_of(sets.front().noise);
  std::vector<Tensor> parts;
  for (const auto& rows : sets) parts.push_back(noise_of(rows.noise));
  return torch::cat(parts);
}

diffusion::Prediction split_prediction(const Tensor& prediction_NP) {
  const auto halves = prediction_NP.to(torch::kFloat).chunk(2, 1);
  return {halves[0], halves[1]};
}

}  // namespace

HeadBlockImpl::HeadBlockImpl(int64_t width, double norm_eps)
    : norm_(register_module("in_ln", nn::LayerNorm(width, norm_eps))),
      mlp_(register_module("mlp", nn::SiluMlp(width, width, width))),
      modulation_(register_module("adaLN_modulation", nn::Holder())
                      ->register_module("1", nn::Linear(width, 3 * width))) {}

Tensor HeadBlockImpl::forward(const Tensor& x_NW, const Tensor& silu_y_NW) const {
  const auto m = modulation_->forward(silu_y_NW).chunk(3, -1);
  return x_NW + m[2] * mlp_->forward(ops::modulate(norm_->forward(x_NW), m[0], m[1]));
}

kernels::AdaLnBlock HeadBlockImpl::packed() const {
  return {modulation_->packed(), ops::to_floats(norm_->weight()), ops::to_floats(norm_->bias()),
          mlp_->in()->packed(), mlp_->out()->packed()};
}

DiffusionHeadImpl::DiffusionHeadImpl(const MarConfig& config)
    : config_(config),
      base_schedule_(diffusion::cosine_schedule()),
      sampling_schedule_(diffusion::respace(base_schedule_, config.sampling_steps)) {
  const auto net = register_module("net", nn::Holder());
  const int64_t width = config.head_width;
  time_mlp_ = net->register_module("time_embed", nn::Holder())
                  ->register_module("mlp", nn::SiluMlp(nn::kTimestepFeatures, width, width));
  condition_in_ = net->register_module("cond_embed", nn::Linear(config.decoder_dim, width));
  latent_in_ = net->register_module("input_proj", nn::Linear(config.latent_channels, width));
  torch::nn::ModuleList list;
  for (int64_t block = 0; block < config.head_depth; ++block) {
    blocks_.emplace_back(width, config.norm_eps);
    list->push_back(blocks_.back());
  }
  net->register_module("res_blocks", list);
  const auto final_layer = net->register_module("final_layer", nn::Holder());
  final_modulation_ = final_layer->register_module("adaLN_modulation", nn::Holder())
                          ->register_module("1", nn::Linear(width, 2 * width));
  final_ = final_layer->register_module("linear", nn::Linear(width, 2 * config.latent_channels));
}

void DiffusionHeadImpl::pack() {
  nn::pack_linears(*this);
  if (!latent_in_->packed()) return;
  kernels::AdaLnMlp network{.first = latent_in_->packed(),
                            .blocks = {},
                            .last_modulation = final_modulation_->packed(),
                            .last = final_->packed(),
                            .norm_eps = static_cast<float>(config_.norm_eps)};
  for (const auto& block : blocks_) network.blocks.push_back(block->packed());
  packed_ = std::make_shared<const kernels::AdaLnMlp>(std::move(network));
}

Tensor DiffusionHeadImpl::embed_time(const Tensor& timesteps_N) const {
  return time_mlp_->forward(nn::timestep_features(timesteps_N).to(final_->dtype()));
}

Tensor DiffusionHeadImpl::predict(const Tensor& x_NC, const Tensor& silu_y_NW) const {
  auto x_NW = latent_in_->forward(x_NC.to(final_->dtype()));
  for (const auto& block : blocks_) x_NW = block->forward(x_NW, silu_y_NW);
  const auto m = final_modulation_->forward(silu_y_NW).chunk(2, -1);
  const auto normed = ops::layer_norm(x_NW, {}, {}, config_.norm_eps);
  return final_->forward(ops::modulate(normed, m[0], m[1]));
}

Tensor DiffusionHeadImpl::forward(const Tensor& x_NC, const Tensor& timesteps_N,
                                  const Tensor& condition_ND) const {
  const auto y_NW = embed_time(timesteps_N) + condition_in_->forward(condition_ND);
  return predict(x_NC, torch::silu(y_NW));
}

Tensor DiffusionHeadImpl::sample(const Tensor& condition_ND, const HeadSampling& options,
                                 const HeadNoise& noise, const std::function<void()>& before_step,
                                 const nn::Trace& trace) const {
  const HeadRows rows = {condition_ND, options, noise};
  return sample_together({&rows, 1}, before_step, trace).front();
}

std::vector<Tensor> DiffusionHeadImpl::sample_together(std::span<const HeadRows> sets,
                                                       const std::function<void()>& before_step,
                                                       const nn::Trace& trace) const {
  const bool guided = is_guided(sets.front());
  for (const auto& rows : sets) {
    check(is_guided(rows) == guided, "rows with guidance and rows without are sampled apart");
  }
  const auto condition_ND = joined_conditions(sets, guided);
  const auto guidance_n1 = for_each_row(sets, &HeadSampling::guidance);
  const auto temperature_n1 = for_each_row(sets, &HeadSampling::temperature);
  // Neither changes from step to step: all times and the condition are embedded once.
  const auto times_SW = embed_time(
      torch::tensor(sampling_schedule_.timesteps, torch::kLong).to(condition_ND.device()));
  const auto condition_NW = condition_in_->forward(condition_ND);

  std::optional<PackedHeadRun> packed_run;
  if (packed_) packed_run.emplace(*packed_, times_SW, condition_NW);
  const auto predict_at = [&](int64_t step, const Tensor& x_NC) {
    return packed_run ? (*packed_run)(step, x_NC)
                      : predict(x_NC, torch::silu(times_SW[step] + condition_NW));
  };

  auto x_nC = joined_noise(sets, [](const HeadNoise& noise) { return noise.initial_NC; });
  for (int64_t step = sampling_schedule_.num_steps() - 1; step >= 0; --step) {
    if (before_step) before_step();
    auto prediction = predict_at(step, guided ? x_nC.repeat({2, 1}) : x_nC).to(torch::kFloat);
    if (guided) prediction = guide(prediction, guidance_n1, config_.latent_channels);
    const auto noise_nC =
        step == 0 ? Tensor() : temperature_n1 * joined_noise(sets, [step](const HeadNoise& noise) {
                                 return noise.of_step(step);
                               });
    x_nC = diffusion::sample_step(sampling_schedule_, step, x_nC, split_prediction(prediction),
                                  noise_nC);
    if (trace) trace("x_after_step", x_nC);
  }
  std::vector<int64_t> sizes;
  for (const auto& rows : sets) sizes.push_back(rows.noise.initial_NC.size(0));
  return x_nC.split_with_sizes(sizes);
}

diffusion::RowLosses DiffusionHeadImpl::losses(const Tensor& clean_NC, const Tensor& condition_ND,
                                               const Tensor& steps_N,
                                               const Tensor& noise_NC) const {
  const auto noisy_NC = diffusion::add_noise(base_schedule_, clean_NC, steps_N, noise_NC);
  const auto prediction = split_prediction(forward(noisy_NC, steps_N, condition_ND));
  return diffusion::training_losses(base_schedule_, clean_NC, noisy_NC, steps_N, noise_NC,
                                    prediction);
}

}  // namespace unipic::unipic1
