#include "models/unipic1/generation.h"

#include <cmath>
#include <utility>

#include "base/check.h"
#include "models/unipic1/mask_schedule.h"

namespace unipic::unipic1 {
using torch::Tensor;

namespace {

// The rows [B, V, E] of x [B, L, E] at positions [B, V].
Tensor rows_at(const Tensor& x_BLE, const Tensor& positions_BV) {
  return x_BLE.gather(1, positions_BV.unsqueeze(-1).expand({-1, -1, x_BLE.size(2)}));
}

}  // namespace

void SamplerOptions::validate() const {
  check_usage(std::isfinite(guidance), "guidance {} is not a finite number", guidance);
  check_usage(std::isfinite(temperature) && temperature >= 0,
              "temperature {} is not a finite number of at least 0", temperature);
}

Generation::Generation(const UniPic1& model, const Conditions& conditions, const Grid& grid,
                       const SamplerOptions& options, std::unique_ptr<Draws> draws,
                       SamplerHooks hooks)
    : model_(model),
      options_(options),
      hooks_(std::move(hooks)),
      draws_(std::move(draws)),
      grid_(grid),
      positions_(model->mar()->positions(grid)),
      masked_(masked_after(grid.num_tokens(), options.num_iterations)),
      prompt_mask_(conditions.prompts.row_mask().to(model->device())),
      cache_(prefill(conditions)) {
  options.validate();
  const torch::InferenceMode no_autograd;
  const int64_t num_rows = conditions.prompts.num_rows();
  const int64_t num_pictures = num_rows / (options.guided() ? 2 : 1);
  if (conditions.source_1SE.defined()) source_ = conditions.source_1SE.expand({num_rows, -1, -1});
  orders_ = draws_->orders(grid.num_tokens());
  mask_ = torch::ones({num_pictures, grid.num_tokens()},
                      torch::dtype(torch::kLong).device(model->device()));
  tokens_ = torch::zeros({num_pictures, grid.num_tokens(), model->config().mar.latent_channels},
                         torch::dtype(model->dtype()).device(model->device()));
}

// Runs every different prompt once, unmasked: padding stands on the right and is causal.
nn::KvCache Generation::prefill(const Conditions& conditions) const {
  const torch::InferenceMode no_autograd;
  const auto& embeddings = conditions.embeddings_UPM;
  const auto positions = torch::arange(embeddings.size(1), prompt_mask_.options()).unsqueeze(0);
  return hooks_.control.timed("prompt", [&] {
    auto cache = model_->llm()->make_cache();
    model_->llm()->decoder()->forward(embeddings, positions, {}, &cache);
    auto rows = cache.select_rows(conditions.prompts.rows.to(model_->device()));
    rows.reserve(cache.length() + model_->config().mar.buffer_size + grid_.num_tokens());
    return rows;
  });
}

void Generation::keep(const std::vector<int64_t>& pictures) {
  const torch::InferenceMode no_autograd;
  const auto kept = torch::tensor(pictures, torch::kLong).to(model_->device());
  const auto rows = options_.guided() ? torch::cat({kept, kept + num_pictures()}) : kept;
  draws_->keep(pictures);
  prompt_mask_ = prompt_mask_.index_select(0, rows);
  const int64_t capacity = cache_.length() + model_->config().mar.buffer_size + grid_.num_tokens();
  cache_ = cache_.select_rows(rows);
  cache_.reserve(capacity);
  if (source_.defined()) source_ = source_.index_select(0, rows);
  orders_ = orders_.index_select(0, kept);
  mask_ = mask_.index_select(0, kept);
  tokens_ = tokens_.index_select(0, kept);
}

int64_t Generation::masked_after_next() const {
  return iteration_ + 1 == num_iterations() ? 0 : masked_[static_cast<size_t>(iteration_)];
}

double Generation::guidance() const {
  if (options_.schedule == GuidanceSchedule::kConstant) return options_.guidance;
  const auto total = static_cast<double>(grid_.num_tokens());
  const auto hidden = static_cast<double>(masked_[static_cast<size_t>(iteration_)]);
  return 1.0 + (options_.guidance - 1.0) * (total - hidden) / total;
}

// Pictures to rows: each once, or once for either half of guidance.
Tensor Generation::to_rows(const Tensor& x) const {
  if (!options_.guided()) return x;
  std::vector<int64_t> repeats(static_cast<size_t>(x.dim()), 1);
  repeats[0] = 2;
  return x.repeat(repeats);
}

// Adds what the language model says of the features, prompt by prompt (§3).
Tensor Generation::refine(const Tensor& encoded_PSE) {
  const auto inputs = to_rows(model_->to_llm(encoded_PSE));
  const int64_t num_inputs = inputs.size(1);
  const int64_t prompt_length = cache_.length();
  const auto key_mask = torch::cat(
      {prompt_mask_, torch::ones({inputs.size(0), num_inputs}, prompt_mask_.options())}, 1);
  const auto positions = qwen2::positions_of(key_mask).narrow(1, prompt_length, num_inputs);
  const auto hidden = model_->llm()->decoder()->forward(inputs, positions, key_mask, &cache_);
  cache_.cut_back(prompt_length);
  return to_rows(encoded_PSE) + model_->from_llm(hidden);
}

// 1 at the first tokens of each picture's order, which stay hidden.
Tensor Generation::next_mask() const {
  return torch::zeros_like(mask_).scatter_(1, orders_.narrow(1, 0, masked_after_next()), 1);
}

HeadRows Generation::next_rows() {
  const auto& control = hooks_.control;
  control.report("generate", iteration_, num_iterations());
  const auto visible_PV = visible_positions(mask_);
  // Both halves of guidance know the same tokens, so the encoder runs once for the two.
  const auto encoded_PSE = control.timed("mar_encoder", [&] {
    return model_->mar()->encode(rows_at(tokens_, visible_PV), visible_PV, positions_);
  });
  const auto features = control.timed("llm", [&] { return refine(encoded_PSE); });
  if (hooks_.trace) hooks_.trace(fmt::format("x_enc_{:02}", iteration_), features);
  const auto conditions = control.timed("mar_decoder", [&] {
    return model_->mar()->decode(features, to_rows(visible_PV), positions_, source_);
  });
  if (hooks_.trace) hooks_.trace(fmt::format("z_{:02}", iteration_), conditions);

  const auto keep = mask_.logical_and(next_mask().logical_not()).logical_not();
  predicted_Pn_ = visible_positions(keep);
  return {.condition_ND = rows_at(conditions, to_rows(predicted_Pn_)).flatten(0, 1),
          .sampling = {.guidance = options_.guided() ? guidance() : 1.0,
                       .temperature = options_.temperature},
          .noise = draws_->head_noise(iteration_, predicted_Pn_)};
}

void Generation::place(const Tensor& latents_nC) {
  const auto latents_PnC =
      latents_nC.view({num_pictures(), -1, tokens_.size(2)}).to(tokens_.scalar_type());
  tokens_ = tokens_.scatter(1, predicted_Pn_.unsqueeze(-1).expand_as(latents_PnC), latents_PnC);
  mask_ = next_mask();
  if (hooks_.trace) {
    hooks_.trace(fmt::format("tokens_after_{:02}", iteration_), tokens_);
    hooks_.trace("num_pred", torch::tensor({predicted_Pn_.size(1)}, torch::kLong));
    hooks_.trace("cfg_iter", torch::tensor({guidance()}, torch::kFloat));
  }
  ++iteration_;
  if (hooks_.on_iteration) hooks_.on_iteration(iteration_ - 1, tokens_);
  if (is_done()) hooks_.control.report("generate", iteration_, num_iterations());
}

void advance(std::span<Generation* const> generations) {
  const torch::InferenceMode no_autograd;
  // Guided rows come in halves, so they cannot share a call with others.
  for (const bool guided : {true, false}) {
    std::vector<Generation*> together;
    std::vector<HeadRows> rows;
    for (auto* generation : generations) {
      if (generation->options_.guided() != guided) continue;
      together.push_back(generation);
      rows.push_back(generation->next_rows());
    }
    if (together.empty()) continue;
    const auto latents = together.front()->hooks_.control.timed("diffusion_head", [&] {
      return together.front()->model_->head()->sample_together(rows, [&] {
        for (const auto* generation : together) generation->hooks_.control.check_stop();
      });
    });
    for (size_t index = 0; index < together.size(); ++index) {
      together[index]->place(latents[index]);
    }
  }
}

Tensor sample_tokens(const UniPic1& model, const Conditions& conditions, const Grid& grid,
                     const SamplerOptions& options, std::unique_ptr<Draws> draws,
                     const SamplerHooks& hooks) {
  Generation generation(model, conditions, grid, options, std::move(draws), hooks);
  auto* const alone = &generation;
  while (!generation.is_done()) advance({&alone, 1});
  return generation.tokens();
}

}  // namespace unipic::unipic1
