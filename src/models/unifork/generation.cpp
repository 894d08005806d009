#include "models/unifork/generation.h"

#include <cmath>
#include <utility>

#include "base/check.h"

namespace unipic::unifork {
using torch::Tensor;

void SamplerOptions::validate() const {
  check_usage(std::isfinite(guidance), "guidance {} is not a finite number", guidance);
  check_usage(num_tokens >= 0, "{} tokens of a picture are below 0", num_tokens);
  sampling.validate();
}

Generation::Generation(UniFork model, PromptRows prompts, std::vector<uint64_t> seeds,
                       const SamplerOptions& options, SamplerHooks hooks)
    : model_(std::move(model)),
      prompts_(std::move(prompts)),
      seeds_(std::move(seeds)),
      options_(options),
      hooks_(std::move(hooks)),
      cache_(model_->config().llm.num_layers),
      depth_cache_(model_->depth()->make_cache()) {
  options_.validate();
  const int64_t num_image_tokens = model_->config().num_image_tokens();
  if (options_.num_tokens == 0) options_.num_tokens = num_image_tokens;
  check_usage(options_.num_tokens <= num_image_tokens, "{} tokens of a picture that has {}",
              options_.num_tokens, num_image_tokens);
  check_usage(num_pictures() >= 1, "there is no picture to draw");
  const int64_t num_rows = num_pictures() * (options_.is_guided() ? 2 : 1);
  check(prompts_.num_rows() == num_rows, "{} prompts for {} pictures, {} are needed",
        prompts_.num_rows(), num_pictures(), num_rows);
  check_usage(prompts_.ids_UP.size(1) + num_image_tokens < kMaxPositions,
              "the prompt has {} tokens, with a picture the language model takes {}",
              prompts_.ids_UP.size(1), kMaxPositions - num_image_tokens - 1);
  for (int64_t picture = 0; picture < num_pictures(); ++picture) numbers_.push_back(picture);
}

Tensor Generation::to_rows(const Tensor& x_P) const {
  return options_.is_guided() ? torch::cat({x_P, x_P}) : x_P;
}

// What the last layer says of the mark where the picture begins.
Tensor Generation::read_prompts() {
  const auto device = model_->device();
  const auto text_UPM = model_->understanding()->embed(prompts_.ids_UP.to(device));
  const auto mark = model_->connector()->begin_mark().unsqueeze(0);
  const auto prompt_USM =
      torch::cat({text_UPM, mark.expand({text_UPM.size(0), 1, text_UPM.size(2)})}, 1);
  if (hooks_.trace) hooks_.trace("prompt_embeds", prompt_USM);

  const int64_t length = prompt_USM.size(1);
  const auto rows_R = prompts_.rows_R.to(device);
  Tensor mask_US;
  if (!prompts_.mask_UP.all().item<bool>()) {
    mask_US = torch::constant_pad_nd(prompts_.mask_UP, {0, 1}, 1).to(device);
    key_mask_RS_ = mask_US.index_select(0, rows_R);
  }
  // Positions count what rows are filled up with, as in training (specs/unifork.md §5.2).
  const auto positions = torch::arange(length, rows_R.options()).unsqueeze(0);
  const nn::Trace trace = hooks_.trace ? nn::Trace([&](const std::string& name, const Tensor& x) {
    hooks_.trace("prompt_" + name, x);
  })
                                       : nn::Trace();
  nn::KvCache cache(model_->config().llm.num_layers);
  cache.reserve(length + num_steps() - 1);
  const auto hidden_USM =
      model_->generation()->forward(prompt_USM, positions, mask_US, &cache, trace);
  const auto hidden_UM = hidden_USM.select(1, length - 1);
  cache_ = cache.select_rows(rows_R);
  return hidden_UM.index_select(0, rows_R);
}

Tensor Generation::read_token() {
  const int64_t place = cache_.length();
  const auto position =
      torch::full({1, 1}, place, torch::dtype(torch::kLong).device(next_RM_.device()));
  if (key_mask_RS_.defined()) key_mask_RS_ = torch::constant_pad_nd(key_mask_RS_, {0, 1}, 1);
  return model_->generation()
      ->forward(next_RM_.unsqueeze(1), position, key_mask_RS_, &cache_)
      .squeeze(1);
}

Tensor Generation::choose(const Tensor& scores_RK, uint64_t place) const {
  auto scores_PK = scores_RK;
  if (options_.is_guided()) {
    const auto halves = scores_RK.chunk(2);
    scores_PK = halves[1] + options_.guidance * (halves[0] - halves[1]);
  }
  if (hooks_.trace) hooks_.trace("guided_logits", scores_PK);
  std::vector<int64_t> codes;
  for (int64_t picture = 0; picture < num_pictures(); ++picture) {
    const auto index = static_cast<size_t>(picture);
    const double share = hooks_.share ? hooks_.share(numbers_[index], place)
                                      : nn::share_of(seeds_[index], /*stream=*/0, place);
    codes.push_back(nn::choose_token(scores_PK[picture], options_.sampling, share));
  }
  return torch::tensor(codes, torch::kLong).to(scores_RK.device());
}

// The codes of one token [P, Q]; sets what is read next.
Tensor Generation::choose_codes(const Tensor& hidden_RM) {
  const auto& depth = model_->depth();
  const auto num_levels = static_cast<uint64_t>(depth->config().depth);
  const uint64_t first_place = static_cast<uint64_t>(step()) * num_levels;
  depth_cache_.cut_back(0);
  std::vector<Tensor> codes;
  Tensor sum_PC;  // of the rows so far, fp32
  for (uint64_t level = 0; level < num_levels; ++level) {
    const auto scores_RK =
        level == 0 ? depth->first(hidden_RM, depth_cache_)
                   : depth->next(to_rows(sum_PC.to(hidden_RM.scalar_type())), depth_cache_);
    codes.push_back(choose(scores_RK, first_place + level));
    const auto row_PC = model_->tokenizer()->codebook()->rows(codes.back()).to(torch::kFloat);
    sum_PC = level == 0 ? row_PC : sum_PC + row_PC;
  }
  next_RM_ = to_rows(model_->connector()->forward(sum_PC.to(hidden_RM.scalar_type())));
  if (hooks_.trace) hooks_.trace("next_embeds", next_RM_);
  return torch::stack(codes, 1);
}

void Generation::advance() {
  const torch::InferenceMode no_autograd;
  const auto& control = hooks_.control;
  control.report("generate", step(), num_steps());
  const auto hidden_RM = step() == 0 ? control.timed("prompt", [&] { return read_prompts(); })
                                     : control.timed("decode", [&] { return read_token(); });
  if (hooks_.trace) hooks_.trace("hidden", hidden_RM);
  codes_.push_back(control.timed("depth", [&] { return choose_codes(hidden_RM); }));
  if (is_done()) control.report("generate", step(), num_steps());
}

void Generation::keep(const std::vector<int64_t>& pictures) {
  const torch::InferenceMode no_autograd;
  std::vector<uint64_t> seeds;
  std::vector<int64_t> numbers, rows = pictures;
  for (const int64_t picture : pictures) {
    seeds.push_back(seeds_.at(static_cast<size_t>(picture)));
    numbers.push_back(numbers_.at(static_cast<size_t>(picture)));
    if (options_.is_guided()) rows.push_back(num_pictures() + picture);
  }
  const auto kept_R = torch::tensor(rows, torch::kLong);
  prompts_.rows_R = prompts_.rows_R.index_select(0, kept_R);
  if (step() > 0) {
    const auto on_device = kept_R.to(next_RM_.device());
    cache_ = cache_.select_rows(on_device);
    depth_cache_ = model_->depth()->make_cache();
    next_RM_ = next_RM_.index_select(0, on_device);
    if (key_mask_RS_.defined()) key_mask_RS_ = key_mask_RS_.index_select(0, on_device);
    const auto kept_P = on_device.narrow(0, 0, static_cast<int64_t>(pictures.size()));
    for (auto& codes_PQ : codes_) codes_PQ = codes_PQ.index_select(0, kept_P);
  }
  seeds_ = std::move(seeds);
  numbers_ = std::move(numbers);
}

Tensor Generation::vectors() const {
  const torch::InferenceMode no_autograd;
  const auto& config = model_->config();
  const auto& codebook = model_->tokenizer()->codebook();
  const auto options = torch::dtype(model_->dtype()).device(model_->device());
  auto z_PLC = torch::zeros(
      {num_pictures(), config.num_image_tokens(), config.tokenizer.code_dim()}, options);
  if (step() > 0) z_PLC.narrow(1, 0, step()).copy_(codebook->sums(codes()));
  return z_PLC.unflatten(1, {config.grid_size(), config.grid_size()});
}

}  // namespace unipic::unifork
