#include "models/tar/model.h"

#include <algorithm>

#include "base/check.h"
#include "models/tar/ar_detokenizer.h"
#include "models/tar/dif_dtok.h"
#include "models/tar/ta_tok_files.h"
#include "models/tar/ta_tok_pixels.h"
#include "nn/linear.h"
#include "nn/norm.h"

namespace unipic::tar {
using torch::Tensor;

namespace {

// What a seed is used for beside the codes that are written (0) and drawn by AR-DTok (1).
constexpr uint32_t kSeenCodes = 2;

int64_t size_of_dif_pictures(const std::filesystem::path& folder) {
  return open_sana(folder).module->config().sample_size *
         open_dc_ae(folder).module->config().stride();
}

std::vector<Tar::DetokenizerPlace> find_detokenizers(const TarFiles& files) {
  std::vector<Tar::DetokenizerPlace> places;
  if (!files.vqgan.empty()) {
    for (const auto& [size_in_name, path] : files.ar_dtoks) {
      const auto pictures = ar_pictures(path, files.vqgan);
      places.push_back({DetokenizerKind::kAutoregressive, pictures.size, pictures.num_codes, path});
    }
  }
  for (const auto& folder : files.dif_dtoks)
    places.push_back({DetokenizerKind::kDiffusion, size_of_dif_pictures(folder), 0, folder});
  return places;
}

}  // namespace

Tar::Tar(const TarFiles& files, const ops::Placement& placement, ops::WeightBits bits,
         bool own_kernels)
    : files_(files),
      placement_(placement),
      own_kernels_(own_kernels),
      llm_(files.llm, placement),
      tokenizer_(load_ta_tok(files.ta_tok, placement)),
      places_(find_detokenizers(files)),
      opened_(places_.size()) {
  const int64_t num_codes = tokenizer_->config().num_codes;
  check(llm_.prompts().visual().num_codes == num_codes, "{} knows {} codes of pictures, {} has {}",
        files.llm.string(), llm_.prompts().visual().num_codes, files.ta_tok.string(), num_codes);
  nn::quantize_linears(*llm_.network(), bits);
  if (own_kernels) {
    nn::pack_linears(*llm_.network());
    nn::pack_norms(*llm_.network());
  }
}

int64_t Tar::DetokenizerPlace::steps_for(int64_t num_steps) const {
  if (num_codes == 0) {
    constexpr int64_t kMaxSteps = 1000;
    check_usage(num_steps <= kMaxSteps, "{} steps: at most {} are possible", num_steps, kMaxSteps);
    return num_steps == 0 ? kDifDtokSteps : num_steps;
  }
  check_usage(num_steps == 0 || num_steps == num_codes,
              "{} steps: the autoregressive de-tokenizer draws a picture of {} pixels in {}",
              num_steps, size, num_codes);
  return num_codes;
}

int64_t Tar::num_scales() const {
  return std::min(llm_.prompts().visual().num_scales, tokenizer_->config().encoder.grid_size());
}

int64_t Tar::num_codes(int64_t scale) const {
  const int64_t side = tokenizer_->config().grid_size(scale + 1);
  return side * side;
}

std::unique_ptr<Detokenizer> Tar::open(const DetokenizerPlace& place) const {
  if (place.kind == DetokenizerKind::kDiffusion) {
    auto dtok = std::make_unique<DifDtok>(place.path, placement_);
    if (own_kernels_) nn::pack_linears(*dtok->transformer());
    return dtok;
  }
  auto detokenizer = std::make_unique<ArDetokenizer>(place.path, files_.vqgan, placement_);
  if (own_kernels_) detokenizer->network()->use_own_kernels();
  return detokenizer;
}

const Detokenizer& Tar::detokenizer(size_t number) const {
  auto& opened = opened_.at(number);
  if (!opened) opened = open(places_.at(number));
  return *opened;
}

std::vector<int64_t> Tar::codes_of(const Image& image, int64_t scale,
                                   std::optional<uint64_t> seed) const {
  const torch::InferenceMode no_autograd;
  Tensor shares;
  if (seed) {
    std::vector<double> drawn;
    for (int64_t place = 0; place < num_codes(scale); ++place)
      drawn.push_back(nn::share_of(*seed, kSeenCodes, static_cast<uint64_t>(place)));
    shares = torch::tensor(drawn, torch::kDouble);
  }
  const auto pixels = ta_tok_pixels(image, tokenizer_->config().encoder.image_size)
                          .to(placement_.device, placement_.dtype);
  const auto codes = tokenizer_->encode(pixels, scale + 1, shares).codes_BN.cpu().contiguous();
  return {codes.const_data_ptr<int64_t>(), codes.const_data_ptr<int64_t>() + codes.numel()};
}

Tensor Tar::features_of(const Tensor& codes_BN) const {
  const torch::InferenceMode no_autograd;
  return tokenizer_->decode(codes_BN.to(placement_.device));
}

}  // namespace unipic::tar
