#include "models/tar/ar_dtok_drawing.h"

#include <cmath>
#include <utility>

#include "base/check.h"
#include "ops/image_tensor.h"

namespace unipic::tar {
using torch::Tensor;

namespace {

// Keeps the numbers of pictures apart from those of the text that asked for them.
constexpr uint32_t kStream = 1;

// Behind themselves, once more.
Tensor doubled(const Tensor& x) { return torch::cat({x, x}); }

}  // namespace

ArDtokDrawing::ArDtokDrawing(ArDtok network, const Tensor& features_BMF,
                             ArDtokDrawingOptions options, RunControl control, nn::Trace trace)
    : network_(std::move(network)),
      options_(std::move(options)),
      control_(std::move(control)),
      trace_(std::move(trace)),
      cache_(network_->make_cache()) {
  const torch::InferenceMode no_autograd;
  options_.sampling.validate();
  check_usage(std::isfinite(options_.guidance), "guidance {} is not finite", options_.guidance);
  const int64_t num_pictures = features_BMF.size(0), side = network_->config().side();
  check(options_.seeds.empty() || static_cast<int64_t>(options_.seeds.size()) == num_pictures,
        "{} seeds for {} pictures", options_.seeds.size(), num_pictures);
  unread_BTD_ = network_->embed_features(
      options_.guidance > 1 ? torch::cat({features_BMF, torch::zeros_like(features_BMF)})
                            : features_BMF);
  codes_Bhw_ = torch::zeros({num_pictures, side, side}, torch::kLong);
  cache_.reserve(features_BMF.size(1) + network_->config().num_picture_codes - 1);
}

Tensor ArDtokDrawing::raw_logits() {
  return control_.timed(num_codes_ == 0 ? "features" : "codes", [&] {
    const auto hidden_BTD = network_->forward(unread_BTD_, &cache_);
    return network_->logits(hidden_BTD.select(1, hidden_BTD.size(1) - 1));
  });
}

Tensor ArDtokDrawing::scores() {
  const auto logits = raw_logits();
  if (trace_) trace_("raw_logits", logits);
  if (options_.guidance <= 1) return logits;
  const auto of_features_BV = logits.chunk(2)[0], of_none_BV = logits.chunk(2)[1];
  // The reference counts from the second code on.
  const bool is_guided = options_.last_guided < 0 || num_codes_ - 1 <= options_.last_guided;
  return is_guided ? of_none_BV + (of_features_BV - of_none_BV) * options_.guidance
                   : of_features_BV;
}

std::vector<int64_t> ArDtokDrawing::next() {
  const torch::InferenceMode no_autograd;
  const auto scores_BV = scores();
  const auto place = static_cast<uint64_t>(num_codes_);
  std::vector<int64_t> codes;
  for (int64_t picture = 0; picture < scores_BV.size(0); ++picture) {
    const auto seed = options_.seeds.empty() ? options_.sampling.seed
                                             : options_.seeds[static_cast<size_t>(picture)];
    const double share =
        options_.share ? options_.share(picture, place) : nn::share_of(seed, kStream, place);
    codes.push_back(nn::choose_token(scores_BV[picture], options_.sampling, share));
  }
  const auto codes_B = torch::tensor(codes, torch::kLong);
  codes_Bhw_.flatten(1).select(1, num_codes_).copy_(codes_B);
  ++num_codes_;
  control_.report("codes", num_codes_, network_->config().num_picture_codes);
  const auto read_B1 = codes_B.to(unread_BTD_.device()).unsqueeze(1);
  unread_BTD_ = network_->embed_codes(options_.guidance > 1 ? doubled(read_B1) : read_B1);
  return codes;
}

void ArDtokDrawing::keep(const std::vector<int64_t>& pictures) {
  const torch::InferenceMode no_autograd;
  const auto kept = torch::tensor(pictures, torch::kLong);
  const int64_t num_pictures = codes_Bhw_.size(0);
  codes_Bhw_ = codes_Bhw_.index_select(0, kept);
  if (!options_.seeds.empty()) {
    std::vector<uint64_t> seeds;
    for (const int64_t picture : pictures)
      seeds.push_back(options_.seeds.at(static_cast<size_t>(picture)));
    options_.seeds = std::move(seeds);
  }
  const auto rows = (options_.guidance > 1 ? torch::cat({kept, kept + num_pictures}) : kept)
                        .to(unread_BTD_.device());
  unread_BTD_ = unread_BTD_.index_select(0, rows);
  if (cache_.length() > 0) cache_ = cache_.select_rows(rows);
}

Tensor draw_codes(const ArDtok& network, const Tensor& features_BMF,
                  const ArDtokDrawingOptions& options, const RunControl& control,
                  const nn::Trace& trace) {
  ArDtokDrawing drawing(network, features_BMF, options, control, trace);
  while (!drawing.is_done()) drawing.next();
  return drawing.codes_Bhw();
}

Image truncated_image(const Tensor& pixels_3HW) {
  const auto shares = (pixels_3HW.to(torch::kFloat) * 0.5 + 0.5).nan_to_num(0.0).clamp(0, 1);
  return ops::image_of((shares * 255.0).permute({1, 2, 0}));
}

}  // namespace unipic::tar
