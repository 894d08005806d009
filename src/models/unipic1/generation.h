#pragma once

#include <torch/types.h>

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/run_control.h"
#include "models/unipic1/draws.h"
#include "models/unipic1/model.h"
#include "models/unipic1/prompt.h"
#include "nn/kv_cache.h"
#include "nn/trace.h"

// P pictures, L tokens of each, rows = P, or 2·P with guidance (conditional ones first), n of a
// picture's tokens predicted in one iteration, C latent channels, E encoder width, M width of the
// language model.

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

// Pictures that come about together by the iterative masked sampler (specs/unipic1.md §3, §4),
// iteration by iteration, alone or beside other generations of the same model.
class Generation {
 public:
  // Reads the prompts. `draws` are for the pictures of `conditions`. Throws `UsageError` for
  // options out of range.
  Generation(const UniPic1& model, const Conditions& conditions, const Grid& grid,
             const SamplerOptions& options, std::unique_ptr<Draws> draws, SamplerHooks hooks);

  int64_t iteration() const { return iteration_; }  // how many are done
  int64_t num_iterations() const { return options_.num_iterations; }
  bool is_done() const { return iteration_ == num_iterations(); }
  int64_t num_pictures() const { return tokens_.size(0); }
  const Grid& grid() const { return grid_; }
  // Latent tokens [P, L, C], zero where nothing is known yet.
  const torch::Tensor& tokens() const { return tokens_; }

  // Goes on with these pictures alone, in this order.
  void keep(const std::vector<int64_t>& pictures);

 private:
  friend void advance(std::span<Generation* const> generations);

  // What an iteration asks of the diffusion head, and what it does with the answer.
  HeadRows next_rows();
  void place(const torch::Tensor& latents_nC);

  nn::KvCache prefill(const Conditions& conditions) const;
  int64_t masked_after_next() const;
  double guidance() const;
  torch::Tensor to_rows(const torch::Tensor& x) const;
  torch::Tensor refine(const torch::Tensor& encoded_PSE);
  torch::Tensor next_mask() const;

  UniPic1 model_;
  SamplerOptions options_;
  SamplerHooks hooks_;
  std::unique_ptr<Draws> draws_;
  Grid grid_;
  GridPositions positions_;
  std::vector<int64_t> masked_;  // tokens that are still hidden after each iteration
  int64_t iteration_ = 0;
  torch::Tensor prompt_mask_;
  nn::KvCache cache_;
  torch::Tensor source_, orders_, mask_, tokens_;
  torch::Tensor predicted_Pn_;  // where the tokens of this iteration are
};

// The next iteration of each, of which none is done, the diffusion head once for all of them. All
// are of the same model. A picture's tokens are the same bits whatever is drawn beside it where our
// own kernels compute. Throws `Cancelled` when one of them is asked to stop.
void advance(std::span<Generation* const> generations);

// Latent tokens [P, L, C] for the rows of `conditions`. Throws `Cancelled` when asked to stop.
torch::Tensor sample_tokens(const UniPic1& model, const Conditions& conditions, const Grid& grid,
                            const SamplerOptions& options, std::unique_ptr<Draws> draws,
                            const SamplerHooks& hooks);

}  // namespace unipic::unipic1
