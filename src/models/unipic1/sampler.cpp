#include "models/unipic1/sampler.h"

#include <cmath>

#include "base/check.h"
#include "models/unipic1/mask_schedule.h"

namespace unipic::unipic1 {
using torch::Tensor;

namespace {

// The rows [B, V, E] of x [B, L, E] at positions [B, V].
Tensor rows_at(const Tensor& x_BLE, const Tensor& positions_BV) {
  return x_BLE.gather(1, positions_BV.unsqueeze(-1).expand({-1, -1, x_BLE.size(2)}));
}

// One generation: the state that goes from iteration to iteration.
class Sampling {
 public:
  Sampling(const UniPic1& model, const Conditions& conditions, const Grid& grid,
           const SamplerOptions& options, Draws& draws, const SamplerHooks& hooks)
      : model_(model),
        options_(options),
        hooks_(hooks),
        draws_(draws),
        grid_(grid),
        positions_(model->mar()->positions(grid)),
        prompt_mask_(conditions.prompts.row_mask().to(model->device())),
        num_pictures_(conditions.prompts.num_rows() / (options.guided() ? 2 : 1)),
        cache_(prefill(conditions)) {
    if (conditions.source_1SE.defined()) {
      source_ = conditions.source_1SE.expand({conditions.prompts.num_rows(), -1, -1});
    }
    const auto index_options = torch::dtype(torch::kLong).device(model->device());
    orders_ = draws.orders(grid.num_tokens());
    mask_ = torch::ones({num_pictures_, grid.num_tokens()}, index_options);
    tokens_ = torch::zeros({num_pictures_, grid.num_tokens(), model->config().mar.latent_channels},
                           torch::dtype(model->dtype()).device(model->device()));
  }

  Tensor run() {
    const auto masked = masked_after(grid_.num_tokens(), options_.num_iterations);
    const auto predicted = predicted_in(masked, grid_.num_tokens());
    for (int64_t iteration = 0; iteration < options_.num_iterations; ++iteration) {
      const auto index = static_cast<size_t>(iteration);
      hooks_.control.report("generate", iteration, options_.num_iterations);
      const bool last = iteration + 1 == options_.num_iterations;
      step(iteration, last ? 0 : masked[index], guidance(masked[index]));
      trace_iteration(iteration, predicted[index], guidance(masked[index]));
      if (hooks_.on_iteration) hooks_.on_iteration(iteration, tokens_);
    }
    hooks_.control.report("generate", options_.num_iterations, options_.num_iterations);
    return tokens_;
  }

 private:
  // Runs every different prompt once, unmasked: padding stands on the right and is causal.
  nn::KvCache prefill(const Conditions& conditions) const {
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

  double guidance(int64_t masked_next) const {
    if (options_.schedule == GuidanceSchedule::kConstant) return options_.guidance;
    const auto total = static_cast<double>(grid_.num_tokens());
    return 1.0 + (options_.guidance - 1.0) * (total - static_cast<double>(masked_next)) / total;
  }

  // Pictures to rows: each once, or once for either half of guidance.
  Tensor to_rows(const Tensor& x) const {
    if (!options_.guided()) return x;
    std::vector<int64_t> repeats(static_cast<size_t>(x.dim()), 1);
    repeats[0] = 2;
    return x.repeat(repeats);
  }

  void step(int64_t iteration, int64_t masked_next, double guidance) {
    const auto visible_PV = visible_positions(mask_);
    const auto& control = hooks_.control;
    // Both halves of guidance know the same tokens, so the encoder runs once for the two.
    const auto encoded_PSE = control.timed("mar_encoder", [&] {
      return model_->mar()->encode(rows_at(tokens_, visible_PV), visible_PV, positions_);
    });
    const auto features = control.timed("llm", [&] { return refine(encoded_PSE); });
    if (hooks_.trace) hooks_.trace(fmt::format("x_enc_{:02}", iteration), features);
    const auto conditions = control.timed("mar_decoder", [&] {
      return model_->mar()->decode(features, to_rows(visible_PV), positions_, source_);
    });
    if (hooks_.trace) hooks_.trace(fmt::format("z_{:02}", iteration), conditions);
    control.timed("diffusion_head", [&] {
      predict(iteration, conditions, next_mask(masked_next), guidance);
      return 0;
    });
  }

  // Adds what the language model says of the features, prompt by prompt (§3).
  Tensor refine(const Tensor& encoded_PSE) {
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

  // 1 at the first `count` tokens of each picture's order.
  Tensor next_mask(int64_t count) const {
    return torch::zeros_like(mask_).scatter_(1, orders_.narrow(1, 0, count), 1);
  }

  void predict(int64_t iteration, const Tensor& conditions, const Tensor& next_mask,
               double guidance) {
    const auto keep = mask_.logical_and(next_mask.logical_not()).logical_not();
    const auto positions_Pn = visible_positions(keep);
    const auto condition_ND = rows_at(conditions, to_rows(positions_Pn)).flatten(0, 1);
    const auto latents = model_->head()->sample(
        condition_ND,
        {.guidance = options_.guided() ? guidance : 1.0, .temperature = options_.temperature},
        draws_.head_noise(iteration, positions_Pn), [this] { hooks_.control.check_stop(); });
    const auto latents_PnC =
        latents.view({num_pictures_, -1, tokens_.size(2)}).to(tokens_.scalar_type());
    tokens_ = tokens_.scatter(1, positions_Pn.unsqueeze(-1).expand_as(latents_PnC), latents_PnC);
    mask_ = next_mask;
  }

  void trace_iteration(int64_t iteration, int64_t num_predicted, double guidance) const {
    if (!hooks_.trace) return;
    hooks_.trace(fmt::format("tokens_after_{:02}", iteration), tokens_);
    hooks_.trace("num_pred", torch::tensor({num_predicted}, torch::kLong));
    hooks_.trace("cfg_iter", torch::tensor({guidance}, torch::kFloat));
  }

  const UniPic1& model_;
  const SamplerOptions& options_;
  const SamplerHooks& hooks_;
  Draws& draws_;
  const Grid grid_;
  const GridPositions positions_;
  const Tensor prompt_mask_;
  const int64_t num_pictures_;
  nn::KvCache cache_;
  Tensor source_, orders_, mask_, tokens_;
};

}  // namespace

void SamplerOptions::validate() const {
  check_usage(std::isfinite(guidance), "guidance {} is not a finite number", guidance);
  check_usage(std::isfinite(temperature) && temperature >= 0,
              "temperature {} is not a finite number of at least 0", temperature);
}

Tensor sample_tokens(const UniPic1& model, const Conditions& conditions, const Grid& grid,
                     const SamplerOptions& options, Draws& draws, const SamplerHooks& hooks) {
  torch::InferenceMode no_autograd;
  options.validate();
  return Sampling(model, conditions, grid, options, draws, hooks).run();
}

}  // namespace unipic::unipic1
