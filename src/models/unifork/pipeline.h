#pragma once

#include <functional>
#include <string>
#include <vector>

#include "backbones/qwen2/continuation.h"
#include "models/unifork/checkpoint.h"
#include "models/unifork/generation.h"
#include "models/unifork/model.h"
#include "models/unifork/prompts.h"
#include "ops/placement.h"
#include "unipic/image.h"

// P pictures of S×S pixels.

namespace unipic::unifork {

struct DrawPrompt {
  std::string prompt;
  std::string negative = std::string(kNegativePrompt);  // what the unconditional half is told
};

struct AnswerOptions {
  int64_t max_new_tokens = 256;
  nn::Sampling sampling = {.temperature = 0.2};  // 0: the likeliest token each time
};

// A question with its picture, as the language model reads it.
struct Question {
  torch::Tensor embeddings_1TM;
  int64_t num_tokens() const { return embeddings_1TM.size(1); }
};

// Both tasks of UniFork (specs/unifork.md §7, §8).
class Pipeline {
 public:
  // Loads the weights. Throws `Error` for what is missing or misshapen.
  Pipeline(Checkpoint checkpoint, const ops::Placement& placement);

  const UniFork& model() const { return model_; }
  const PromptWriter& prompts() const { return prompts_; }
  // The ids that end an answer: those of generation_config.json and "<|im_end|>", with which the
  // answers it was trained on end.
  const std::vector<int64_t>& end_ids() const { return end_ids_; }

  // Keeps the weights of stacked layers in so many bits from now on.
  void quantize(ops::WeightBits bits) { nn::quantize_linears(*model_, bits); }
  // Our own kernels take over where they can, with the weights as they are now.
  void use_own_kernels();

  Question ask(const Image& image, const std::string& question,
               const RunControl& control = {}) const;
  // The answer, id by id...
  qwen2::Continuation begin_answer(const Question& question, const AnswerOptions& options,
                                   const RunControl& control = {},
                                   const nn::Trace& trace = {}) const;
  // ...and at once. Throws `Cancelled` when asked to stop.
  std::string understand(const Image& image, const std::string& question,
                         const AnswerOptions& options = {}, const RunControl& control = {}) const;

  // Pictures on their way, one a prompt and seed...
  Generation begin(const std::vector<DrawPrompt>& prompts, const SamplerOptions& options,
                   const std::vector<uint64_t>& seeds, SamplerHooks hooks = {}) const;
  // ...and at once; `on_step` sees them after every token. Throws `Cancelled` when asked to stop.
  std::vector<Image> generate(const std::vector<DrawPrompt>& prompts, const SamplerOptions& options,
                              const std::vector<uint64_t>& seeds, SamplerHooks hooks = {},
                              const std::function<void(const Generation&)>& on_step = {}) const;
  // Pixels [P, 3, S, S] of vectors of `Generation`, one picture at a time to save memory; not
  // clamped.
  torch::Tensor decode(const torch::Tensor& z_PhwC, const RunControl& control = {}) const;

 private:
  UniFork model_;
  PromptWriter prompts_;
  std::vector<int64_t> end_ids_;
  double repetition_penalty_;
};

}  // namespace unipic::unifork
