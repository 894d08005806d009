#include "nn/sampling.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/check.h"
#include "base/philox.h"

namespace unipic::nn {
using torch::Tensor;

namespace {

// The tokens among the `top_k` likeliest, N of V, ascending.
Tensor likeliest(const Tensor& scores_V, int64_t top_k) {
  if (top_k == 0 || top_k >= scores_V.numel()) return torch::arange(scores_V.numel());
  const auto least = std::get<0>(scores_V.topk(top_k)).min();
  return (scores_V >= least).nonzero().squeeze(1);
}

// Where the likeliest of `scores` [N] that reach `top_p` together stand, ascending.
Tensor nucleus(const Tensor& scores_N, double top_p) {
  const auto [descending_N, places_N] = scores_N.sort(/*stable=*/true, /*dim=*/0, true);
  const auto up_to_N = descending_N.softmax(0).cumsum(0);
  const auto* up_to = up_to_N.const_data_ptr<double>();
  // The first that reaches the share is the last that may be chosen.
  const auto last = std::lower_bound(up_to, up_to + up_to_N.numel(), top_p) - up_to;
  return std::get<0>(places_N.slice(0, 0, last + 1).sort());
}

}  // namespace

void Sampling::validate() const {
  check_usage(std::isfinite(temperature) && temperature >= 0,
              "temperature {} is not a finite number of at least 0", temperature);
  check_usage(top_k >= 0, "top_k {} is below 0", top_k);
  check_usage(top_p > 0 && top_p <= 1, "top_p {} is not within 0..1, 0 excluded", top_p);
}

int64_t choose_token(const Tensor& scores_V, const Sampling& sampling, double share) {
  // Below this all probability is the likeliest token's, and scores divided by it overflow.
  constexpr double kCold = 1e-5;
  if (sampling.temperature < kCold) return scores_V.argmax().item<int64_t>();
  const auto scores = scores_V.to(torch::kCPU, torch::kFloat);
  auto ids_N = likeliest(scores, sampling.top_k);
  auto scores_N = scores.index_select(0, ids_N).to(torch::kDouble) / sampling.temperature;
  if (sampling.top_p < 1) {
    const auto kept = nucleus(scores_N, sampling.top_p);
    ids_N = ids_N.index_select(0, kept);
    scores_N = scores_N.index_select(0, kept);
  }
  const auto up_to_N = scores_N.softmax(0).cumsum(0);
  const auto* up_to = up_to_N.const_data_ptr<double>();
  const auto last = up_to_N.numel() - 1;
  const auto chosen =
      std::min<int64_t>(std::upper_bound(up_to, up_to + last, share * up_to[last]) - up_to, last);
  return ids_N[chosen].item<int64_t>();
}

double share_of(uint64_t seed, uint32_t stream, uint64_t place) {
  const auto bits =
      philox(seed, {static_cast<uint32_t>(place), static_cast<uint32_t>(place >> 32), stream, 0});
  return std::ldexp(static_cast<double>(bits[0]), -32);
}

}  // namespace unipic::nn
