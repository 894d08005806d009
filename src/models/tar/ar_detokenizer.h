#pragma once

#include <filesystem>
#include <memory>

#include "backbones/vq/model.h"
#include "models/tar/ar_dtok.h"
#include "models/tar/detokenizer.h"
#include "ops/weight_placement.h"

namespace unipic::tar {

// AR-DTok with its VQGAN: the codes of a picture, one a step, row by row, then its pixels.
class ArDetokenizer : public Detokenizer {
 public:
  // Throws `Error` for what is missing, malformed or does not fit.
  ArDetokenizer(const std::filesystem::path& ar_dtok, const std::filesystem::path& vqgan,
                const ops::Placement& placement);

  ArDtok& network() { return network_; }
  vq::Autoencoder& vqgan() { return vqgan_; }

  int64_t size() const override;
  std::unique_ptr<DetokenizerRun> begin(const torch::Tensor& features_BND,
                                        const DetokenizerOptions& options,
                                        const RunControl& control) const override;

 private:
  ArDtok network_;
  vq::Autoencoder vqgan_;
};

// What such a pair draws, from the beginnings of their files alone.
struct ArPictures {
  int64_t size = 0;  // pixels a side
  int64_t num_codes = 0;
};
ArPictures ar_pictures(const std::filesystem::path& ar_dtok, const std::filesystem::path& vqgan);

}  // namespace unipic::tar
