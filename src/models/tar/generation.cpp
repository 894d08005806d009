#include "models/tar/generation.h"

#include <utility>

namespace unipic::tar {
using torch::Tensor;

namespace {

// What a picture is before anything is known of it.
Image grey(int64_t size) {
  constexpr uint8_t kGrey = 127;
  return {.width = size,
          .height = size,
          .pixels = std::vector<uint8_t>(static_cast<size_t>(size * size * 3), kGrey)};
}

}  // namespace

Generation::Generation(const LanguageModel& model, const std::vector<std::vector<int64_t>>& prompts,
                       GenerationOptions options, const Detokenizer& detokenizer,
                       FeaturesOf features_of, const RunControl& control)
    : visual_(model.prompts().visual()),
      options_(std::move(options)),
      detokenizer_(detokenizer),
      features_of_(std::move(features_of)),
      control_(control),
      num_pictures_(static_cast<int64_t>(prompts.size())) {
  // Progress counts both stages, which neither knows of.
  const RunControl without_progress = {
      .stop = control.stop, .progress = {}, .clock = control.clock};
  writing_.emplace(model.begin(prompts,
                               {.max_new_tokens = options_.num_codes,
                                .end_ids = model.generation().end_ids,
                                .repetition_penalty = model.generation().repetition_penalty,
                                .sampling = options_.sampling,
                                .seeds = options_.detokenizer.seeds},
                               without_progress));
}

int64_t Generation::step() const {
  return drawing_ ? options_.num_codes + drawing_->step() : writing_->num_steps();
}

void Generation::advance() {
  if (drawing_) {
    drawing_->advance();
  } else {
    writing_->next();
    if (writing_->is_done()) begin_drawing();
  }
  control_.report("generate", step(), num_steps());
}

Tensor Generation::codes_BN() const {
  std::vector<Tensor> rows;
  for (int64_t picture = 0; picture < num_pictures_; ++picture)
    rows.push_back(torch::tensor(visual_.codes_of(writing_->written(picture), options_.num_codes),
                                 torch::kLong));
  return torch::stack(rows);
}

void Generation::begin_drawing() {
  const RunControl without_progress = {
      .stop = control_.stop, .progress = {}, .clock = control_.clock};
  const auto features_BND = control_.timed("features", [&] { return features_of_(codes_BN()); });
  drawing_ = detokenizer_.begin(features_BND, options_.detokenizer, without_progress);
  writing_.reset();
}

Image Generation::picture(int64_t index) const {
  return drawing_ ? drawing_->picture(index) : grey(detokenizer_.size());
}

void Generation::keep(const std::vector<int64_t>& pictures) {
  auto& seeds = options_.detokenizer.seeds;
  std::vector<uint64_t> kept;
  for (const int64_t picture : pictures) kept.push_back(seeds.at(static_cast<size_t>(picture)));
  seeds = std::move(kept);
  num_pictures_ = static_cast<int64_t>(pictures.size());
  if (drawing_) {
    drawing_->keep(pictures);
  } else {
    writing_->keep(pictures);
  }
}

}  // namespace unipic::tar
