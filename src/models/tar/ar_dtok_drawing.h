#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "base/run_control.h"
#include "models/tar/ar_dtok.h"
#include "nn/sampling.h"
#include "unipic/image.h"

// B pictures, M features of each, F their width, V codes that there are.

namespace unipic::tar {

struct ArDtokDrawingOptions {
  double guidance = 4;  // classifier-free; up to 1: none
  // The last code after the first that is guided; -1: all are.
  int64_t last_guided = -1;
  nn::Sampling sampling = {.temperature = 1};
  // Of each picture in place of the seed in `sampling`; empty: that one.
  std::vector<uint64_t> seeds = {};
  // The share of a choice instead of that of the seed.
  std::function<double(int64_t picture, uint64_t place)> share = {};
};

// Pictures as AR-DTok draws them, code by code in rows (specs/tar.md §4). Traces "raw_logits" of
// each code: [B, V], or with guidance [2·B, V], first of the features and then of none.
class ArDtokDrawing {
 public:
  // Throws `UsageError` for options out of range, `Error` for features that do not fit.
  ArDtokDrawing(ArDtok network, const torch::Tensor& features_BMF, ArDtokDrawingOptions options,
                RunControl control = {}, nn::Trace trace = {});

  // The next code of each picture; `is_done` must be false. Throws `Cancelled` when asked to stop.
  std::vector<int64_t> next();
  // Goes on with these pictures alone, in this order.
  void keep(const std::vector<int64_t>& pictures);
  bool is_done() const { return num_codes_ == network_->config().num_picture_codes; }
  // How many codes each picture has.
  int64_t num_codes() const { return num_codes_; }
  // The pictures so far, int64 [B, side, side]; 0 where there is no code yet.
  const torch::Tensor& codes_Bhw() const { return codes_Bhw_; }

 private:
  // Scores of the next code, [B, V].
  torch::Tensor scores();
  // Of both branches, [B or 2·B, V].
  torch::Tensor raw_logits();

  ArDtok network_;
  ArDtokDrawingOptions options_;
  RunControl control_;
  nn::Trace trace_;
  nn::KvCache cache_;
  torch::Tensor unread_BTD_;  // embeddings that the network has not read yet
  torch::Tensor codes_Bhw_;
  int64_t num_codes_ = 0;
};

// All codes of pictures, int64 [B, side, side].
torch::Tensor draw_codes(const ArDtok& network, const torch::Tensor& features_BMF,
                         const ArDtokDrawingOptions& options, const RunControl& control = {},
                         const nn::Trace& trace = {});

// The picture of a VQGAN's pixels [3, H, W] in -1..1: clamped and, as in the reference, rounded
// down.
Image truncated_image(const torch::Tensor& pixels_3HW);

}  // namespace unipic::tar
