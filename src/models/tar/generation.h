#pragma once

#include <torch/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "models/tar/detokenizer.h"
#include "models/tar/language_model.h"

namespace unipic::tar {

struct GenerationOptions {
  int64_t num_codes = 729;  // of a picture
  nn::Sampling sampling = kDrawingSampling;
  DetokenizerOptions detokenizer = {};  // with the seeds of both stages and its number of steps
};

// Pictures on their way from prompts: the language model writes their codes, then a de-tokenizer
// draws them (specs/tar.md §0).
class Generation {
 public:
  using FeaturesOf = std::function<torch::Tensor(const torch::Tensor& codes_BN)>;

  // `prompts` as `PromptWriter::draw` writes them. `features_of` gives TA-Tok's features of codes.
  // Model, de-tokenizer and `features_of` must outlive it.
  Generation(const LanguageModel& model, const std::vector<std::vector<int64_t>>& prompts,
             GenerationOptions options, const Detokenizer& detokenizer, FeaturesOf features_of,
             const RunControl& control);

  // The next token of each picture, or the next step of the de-tokenizer. Throws `Cancelled` when
  // asked to stop. All steps must not be done.
  void advance();
  int64_t step() const;
  int64_t num_steps() const { return options_.num_codes + options_.detokenizer.num_steps; }
  int64_t num_pictures() const { return num_pictures_; }
  int64_t num_codes() const { return options_.num_codes; }

  // A grey one until its codes are written.
  Image picture(int64_t index) const;
  void keep(const std::vector<int64_t>& pictures);

 private:
  // Of all pictures, cut and filled up to their number.
  torch::Tensor codes_BN() const;
  void begin_drawing();

  const VisualTokens& visual_;
  GenerationOptions options_;
  const Detokenizer& detokenizer_;
  FeaturesOf features_of_;
  RunControl control_;
  int64_t num_pictures_;
  std::optional<qwen2::Continuation> writing_;  // until the codes are there
  std::unique_ptr<DetokenizerRun> drawing_;     // from then on
};

}  // namespace unipic::tar
