#pragma once

#include <torch/types.h>

#include <functional>
#include <string>
#include <vector>

#include "backbones/qwen2/continuation.h"
#include "base/run_control.h"
#include "models/unipic1/checkpoint.h"
#include "models/unipic1/draws.h"
#include "models/unipic1/generation.h"
#include "models/unipic1/model.h"
#include "models/unipic1/prompt.h"
#include "unipic/options.h"

// P pictures of H×W pixels, L tokens of each, C latent channels, T prompt tokens, M width of the
// language model.

namespace unipic::unipic1 {

// A prompt with a picture in it, ready for the language model.
struct Question {
  TokenIds ids;
  torch::Tensor embeddings_1TM;
};

struct DrawPrompt {
  std::string prompt;
  std::string negative = {};  // what the unconditional half is told, usually nothing
};

// The three tasks of UniPic 1 (specs/unipic1.md §5). Each is a step that prepares conditions and
// one that runs, so that prepared tensors and recorded draws can be put in between.
class Pipeline {
 public:
  // Loads the weights of `checkpoint`. Throws `Error` if some are missing or misshapen.
  Pipeline(Checkpoint checkpoint, DType dtype, torch::Device device);
  // Takes a model that has its weights.
  Pipeline(UniPic1 model, text::Tokenizer tokenizer, double repetition_penalty);

  // What draws from now on. Our own kernels take over where they can (bf16 weights on a CPU), with
  // the weights as they are now.
  void use_kernels(Kernels kernels) {
    if (kernels == Kernels::kOwn) model_->use_own_kernels();
  }

  const UniPic1& model() const { return model_; }
  const PromptWriter& prompts() const { return prompts_; }
  double repetition_penalty() const { return repetition_penalty_; }
  // Names in the checkpoint that the model has no use for and that are not known to be idle.
  const std::vector<std::string>& left_over() const { return left_over_; }

  // One picture a prompt. Padding has the id `pad_id`, which is masked and so matters to nobody but
  // comparisons.
  Conditions to_draw(const std::vector<DrawPrompt>& prompts, bool guided, int64_t pad_id) const;

  // `count` edits of the picture whose latent tokens [1, L, C] are given.
  Conditions to_edit(const torch::Tensor& source_1LC, const Grid& grid,
                     const std::string& instruction, const std::string& negative, bool guided,
                     int64_t count) const;

  // Latent tokens [P, L, C].
  torch::Tensor run(const Conditions& conditions, const Grid& grid, const SamplerOptions& options,
                    std::unique_ptr<Draws> draws, const SamplerHooks& hooks) const;

  // Pixels [P, 3, H, W] of latent tokens, one picture at a time to save memory.
  torch::Tensor decode(const torch::Tensor& tokens_PLC, const Grid& grid,
                       const RunControl& control) const;
  // Latent tokens [1, L, C] of pixels [1, 3, H, W].
  torch::Tensor encode(const torch::Tensor& pixels_13HW, const RunControl& control) const;

  // The question about a picture by the published route (MAR features of its latents)...
  Question ask_mar(const torch::Tensor& pixels_13HW, const std::string& text,
                   const RunControl& control) const;
  // ...and by the paper's (SigLIP2 tokens).
  Question ask_vision(const torch::Tensor& pixels_13PP, const std::string& text,
                      const RunControl& control) const;

  // The answer, id by id, with the end token if it is reached...
  qwen2::Continuation begin_answer(const Question& question, int64_t max_new_tokens,
                                   const RunControl& control, const nn::Trace& trace = {},
                                   const nn::Sampling& sampling = {}) const;
  // ...and at once.
  std::vector<int64_t> answer(const Question& question, int64_t max_new_tokens,
                              const std::function<void(int64_t id)>& on_token,
                              const RunControl& control, const nn::Trace& trace = {}) const;

 private:
  torch::Tensor embed(const PromptBatch& batch) const;
  Question insert_picture(const torch::Tensor& picture_1VM, const std::string& text) const;
  torch::Tensor with_picture(const torch::Tensor& ids_UP, const torch::Tensor& embeddings_UPM,
                             const torch::Tensor& picture_1VM) const;

  PromptWriter prompts_;
  double repetition_penalty_;
  UniPic1 model_;
  std::vector<std::string> left_over_;
};

}  // namespace unipic::unipic1
