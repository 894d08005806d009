#include "models/tar/ar_detokenizer.h"

#include <algorithm>
#include <utility>

#include "backbones/vq/files.h"
#include "base/check.h"
#include "models/tar/ar_dtok_drawing.h"
#include "models/tar/ar_dtok_files.h"

namespace unipic::tar {
namespace fs = std::filesystem;
using torch::Tensor;

namespace {

// Makes rows of pixels from `first` on grey.
void grey_out(Image& image, int64_t first) {
  constexpr uint8_t kGrey = 127;
  std::fill(image.pixels.begin() + first * image.width * 3, image.pixels.end(), kGrey);
}

class Run : public DetokenizerRun {
 public:
  Run(ArDtokDrawing drawing, const vq::Autoencoder& vqgan, int64_t num_steps, RunControl control)
      : drawing_(std::move(drawing)),
        vqgan_(vqgan),
        num_steps_(num_steps),
        control_(std::move(control)) {}

  int64_t step() const override { return drawing_.num_codes(); }
  int64_t num_steps() const override { return num_steps_; }
  void advance() override { drawing_.next(); }

  // What has no codes yet is grey from the first row of pixels on that misses one.
  Image picture(int64_t index) const override {
    const torch::InferenceMode no_autograd;
    const auto codes_hw = drawing_.codes_Bhw()[index];
    auto image = control_.timed("vq_decode", [&] {
      return truncated_image(vqgan_->decode(vqgan_->vectors(codes_hw.unsqueeze(0)))[0]);
    });
    const int64_t side = codes_hw.size(0);
    if (!drawing_.is_done()) grey_out(image, step() / side * (image.height / side));
    return image;
  }
  void keep(const std::vector<int64_t>& pictures) override { drawing_.keep(pictures); }

 private:
  ArDtokDrawing drawing_;
  const vq::Autoencoder& vqgan_;
  int64_t num_steps_;
  RunControl control_;
};

}  // namespace

ArDetokenizer::ArDetokenizer(const fs::path& ar_dtok, const fs::path& vqgan,
                             const ops::Placement& placement)
    : network_(convert::load(open_ar_dtok(ar_dtok), placement)),
      vqgan_(convert::load(vq::open_autoencoder(vqgan, vq::Half::kDecoder), placement)) {
  check(network_->config().num_codes == vqgan_->config().num_codes,
        "{} writes {} different codes, {} reads {}", ar_dtok.string(), network_->config().num_codes,
        vqgan.string(), vqgan_->config().num_codes);
}

int64_t ArDetokenizer::size() const {
  return network_->config().side() * vqgan_->config().stride();
}

std::unique_ptr<DetokenizerRun> ArDetokenizer::begin(const Tensor& features_BND,
                                                     const DetokenizerOptions& options,
                                                     const RunControl& control) const {
  ArDtokDrawing drawing(network_, features_BND,
                        {.guidance = options.guidance, .seeds = options.seeds}, control);
  return std::make_unique<Run>(std::move(drawing), vqgan_, network_->config().num_picture_codes,
                               control);
}

ArPictures ar_pictures(const fs::path& ar_dtok, const fs::path& vqgan) {
  const auto network = open_ar_dtok(ar_dtok).module;
  const auto stride = vq::open_autoencoder(vqgan, vq::Half::kDecoder).module->config().stride();
  return {network->config().side() * stride, network->config().num_picture_codes};
}

}  // namespace unipic::tar
