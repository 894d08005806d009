#pragma once

#include <torch/torch.h>

#include <functional>

#include "base/run_control.h"
#include "models/unipic1/draws.h"
#include "models/unipic1/model.h"
#include "models/unipic1/prompt.h"
#include "nn/trace.h"

// P pictures, L tokens of each, rows = P, or 2·P with guidance (conditional ones first), C latent
// channels, E encoder width, M width of the language model.

namespace unipic::unipic1 {

enum class GuidanceSchedule { kConstant, kLinear };

struct SamplerOptions {
  int64_t num_iterations = 32;
  double guidance = 3.0;  // exactly 1 is unguided
  GuidanceSchedule schedule = GuidanceSchedule::kConstant;
  double temperature = 1.0;

  bool guided() const { return guidance != 1.0; }
  void validate() const;
};

// What pictures are drawn from.
struct Conditions {
  PromptBatch prompts;
  torch::Tensor embeddings_UPM;  // of the prompts' tokens
  torch::Tensor source_1SE;      // features of a picture to edit, else undefined
};

// Who watches a generation.
struct SamplerHooks {
  RunControl control;
  nn::Trace trace;  // "x_enc_kk", "z_kk", "tokens_after_kk" (pictures only), "cfg_iter", "num_pred"
  // After every iteration: the tokens so far [P, L, C], zero where nothing is known yet.
  std::function<void(int64_t iteration, const torch::Tensor& tokens_PLC)> on_iteration;
};

// The iterative masked sampler (specs/unipic1.md §3, §4): latent tokens [P, L, C] for the rows of
// `conditions`. Throws `Cancelled` when asked to stop.
torch::Tensor sample_tokens(const UniPic1& model, const Conditions& conditions, const Grid& grid,
                            const SamplerOptions& options, Draws& draws, const SamplerHooks& hooks);

}  // namespace unipic::unipic1
