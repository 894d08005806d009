#include "models/unipic2/generation.h"

#include <string>
#include <utility>

#include "base/check.h"

namespace unipic::unipic2 {
using torch::Tensor;

namespace {

Tensor twice(const Tensor& x) { return x.defined() ? torch::cat({x, x}) : x; }

Tensor timesteps_for(const Tensor& x, float timestep) {
  return torch::full({x.size(0)}, timestep, torch::dtype(torch::kFloat).device(x.device()));
}

}  // namespace

Generation::Generation(sd3::Transformer transformer, diffusion::FlowSchedule schedule,
                       Tensor noise_PCHW, PromptPair prompts, Tensor reference,
                       const SamplerOptions& options, SamplerHooks hooks)
    : transformer_(std::move(transformer)),
      schedule_(std::move(schedule)),
      latents_PCHW_(std::move(noise_PCHW)),
      heading_PCHW_(latents_PCHW_),
      prompts_(std::move(prompts)),
      reference_(std::move(reference)),
      options_(options),
      hooks_(std::move(hooks)) {
  for (const int64_t layer : options_.skip.layers) {
    check_usage(layer >= 0 && layer < transformer_->config().num_layers,
                "layer {} cannot be skipped, there are {}", layer,
                transformer_->config().num_layers);
  }
  join_conditions();
  if (hooks_.trace) hooks_.trace("sigmas", torch::tensor(schedule_.sigmas));
}

void Generation::join_conditions() {
  const auto& [positive, negative] = prompts_;
  if (options_.is_guided()) {
    joined_ = {torch::cat({negative.prompt_BSE, positive.prompt_BSE}),
               torch::cat({negative.pooled_BP, positive.pooled_BP}), twice(reference_)};
  } else {
    joined_ = {positive.prompt_BSE, positive.pooled_BP, reference_};
  }
}

bool Generation::skips_layers() const {
  const auto& skip = options_.skip;
  const double steps = static_cast<double>(num_steps()), step = static_cast<double>(step_);
  return !skip.layers.empty() && step > steps * skip.start && step < steps * skip.stop;
}

Tensor Generation::velocity(float timestep) const {
  const auto& x = latents_PCHW_;
  const auto in = options_.is_guided() ? twice(x) : x;
  const auto both =
      transformer_->forward(in, timesteps_for(in, timestep), joined_, {}, hooks_.control);
  if (hooks_.trace && step_ == 0) hooks_.trace("noise_pred_step0_uncond_cond", both);
  if (!options_.is_guided()) return both;
  const auto halves = both.chunk(2);
  const auto guided = halves[0] + options_.guidance * (halves[1] - halves[0]);
  if (!skips_layers()) return guided;
  const auto without = transformer_->forward(
      x, timesteps_for(x, timestep),
      {prompts_.positive.prompt_BSE, prompts_.positive.pooled_BP, {}, options_.skip.layers}, {},
      hooks_.control);
  return guided + options_.skip.scale * (halves[1] - without);
}

void Generation::advance() {
  const torch::InferenceMode no_autograd;
  hooks_.control.report("generate", step_, num_steps());
  const auto at_step = static_cast<size_t>(step_);
  const auto toward =
      hooks_.control.timed("transformer", [&] { return velocity(schedule_.timesteps[at_step]); });
  heading_PCHW_ = latents_PCHW_ - schedule_.sigmas[at_step] * toward;
  latents_PCHW_ = diffusion::flow_step(schedule_, step_, latents_PCHW_, toward);
  if (hooks_.trace) hooks_.trace("latents_step" + std::to_string(step_), latents_PCHW_);
  ++step_;
  if (is_done()) hooks_.control.report("generate", step_, num_steps());
}

void Generation::keep(const std::vector<int64_t>& pictures) {
  const torch::InferenceMode no_autograd;
  const auto index = torch::tensor(pictures, torch::kLong).to(latents_PCHW_.device());
  for (auto* rows : {&latents_PCHW_, &heading_PCHW_, &reference_, &prompts_.positive.prompt_BSE,
                     &prompts_.positive.pooled_BP, &prompts_.negative.prompt_BSE,
                     &prompts_.negative.pooled_BP}) {
    if (rows->defined()) *rows = rows->index_select(0, index);
  }
  join_conditions();
}

}  // namespace unipic::unipic2
