#pragma once

#include <torch/types.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "backbones/dc_ae/model.h"
#include "backbones/sana/model.h"
#include "convert/opened.h"
#include "diffusion/dpm_solver.h"
#include "models/tar/detokenizer.h"
#include "nn/trace.h"

// B pictures, N codes each, D width of features, C latent channels, h×w latents.

namespace unipic::tar {

// The networks of a published folder (specs/tar.md §5). All throw `Error` for what is missing,
// malformed or does not fit.
convert::Opened<sana::Transformer> open_sana(const std::filesystem::path& folder);
convert::Opened<dc_ae::Autoencoder> open_dc_ae(const std::filesystem::path& folder);
// How far its scheduler shifts noise levels.
double read_flow_shift(const std::filesystem::path& folder);

// As the published script has it.
inline constexpr int64_t kDifDtokSteps = 20;

struct DifDtokOptions {
  int64_t num_steps = kDifDtokSteps;
  double guidance = 4.0;

  bool is_guided() const { return guidance > 1; }
};

class DifDtokRun;

// Tar's diffusion de-tokenizer: SANA draws from TA-Tok's features of 729 codes in place of a
// caption. The text encoder in its folder is not read.
class DifDtok : public Detokenizer {
 public:
  // The transformer is as `placement` says, the autoencoder in fp32.
  DifDtok(const std::filesystem::path& folder, const ops::Placement& placement);

  int64_t size() const override { return latents_a_side() * autoencoder_->config().stride(); }
  std::unique_ptr<DetokenizerRun> begin(const torch::Tensor& features_BND,
                                        const DetokenizerOptions& options,
                                        const RunControl& control) const override;

  // The same from given noise [B, C, h, w].
  std::unique_ptr<DifDtokRun> begin_from(torch::Tensor noise_BChw,
                                         const torch::Tensor& features_BND,
                                         const DifDtokOptions& options,
                                         const RunControl& control) const;

  const sana::Transformer& transformer() const { return transformer_; }
  const dc_ae::Autoencoder& autoencoder() const { return autoencoder_; }
  // The picture of latents [C, h, w].
  Image decode(const torch::Tensor& latents_Chw) const;
  double shift() const { return shift_; }

 private:
  friend class DifDtokRun;

  int64_t latents_a_side() const { return transformer_->config().sample_size; }
  // What the guided network reads: features, after those of nothing where it is guided.
  sana::Caption caption(const torch::Tensor& features_BND, bool is_guided) const;

  sana::Transformer transformer_;
  dc_ae::Autoencoder autoencoder_;
  double shift_;
  torch::Tensor negative_ND_;
};

// Pictures on their way from noise.
class DifDtokRun : public DetokenizerRun {
 public:
  DifDtokRun(const DifDtok& dtok, sana::Caption caption, torch::Tensor noise_BChw,
             const DifDtokOptions& options, RunControl control);

  int64_t step() const override { return solver_.step(); }
  int64_t num_steps() const override { return solver_.num_steps(); }
  void advance() override;
  // What the last step pointed to, while steps are left.
  Image picture(int64_t index) const override;
  void keep(const std::vector<int64_t>& pictures) override;

  const torch::Tensor& latents() const { return solver_.sample(); }

 private:
  torch::Tensor velocity() const;

  const DifDtok& dtok_;
  DifDtokOptions options_;
  RunControl control_;
  sana::Caption caption_;  // of both halves where it is guided, nothing's first
  diffusion::DpmSolver solver_;
};

// What the transformer learns by: the velocity from latents to noise at levels `sigma_B` (specs/
// tar.md §6.3), as a mean square error.
struct DifDtokLoss {
  torch::Tensor noisy_BChw, velocity_BChw, loss;
};
DifDtokLoss dif_dtok_loss(const sana::Transformer& transformer, const torch::Tensor& latents_BChw,
                          const torch::Tensor& noise_BChw, const torch::Tensor& sigma_B,
                          const torch::Tensor& features_BND);

}  // namespace unipic::tar
