#include "backbones/qwen2/sampling.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/check.h"
#include "base/philox.h"

namespace unipic::qwen2 {
namespace {

// Uniform in 0..1, 1 excluded.
double share_of(uint64_t seed, uint64_t place) {
  const auto bits =
      philox(seed, {static_cast<uint32_t>(place), static_cast<uint32_t>(place >> 32), 0, 0});
  return std::ldexp(static_cast<double>(bits[0]), -32);
}

}  // namespace

void Sampling::validate() const {
  check_usage(std::isfinite(temperature) && temperature >= 0,
              "temperature {} is not a finite number of at least 0", temperature);
  check_usage(top_k >= 0, "top_k {} is below 0", top_k);
  check_usage(top_p > 0 && top_p <= 1, "top_p {} is not within 0..1, 0 excluded", top_p);
}

int64_t choose_token(const torch::Tensor& scores_1V, const Sampling& sampling, uint64_t place) {
  // Below this all probability is the likeliest token's, and scores divided by it overflow.
  constexpr double kCold = 1e-5;
  if (sampling.temperature < kCold) return scores_1V.argmax(-1).item<int64_t>();
  const auto scores_V = scores_1V.reshape(-1).to(torch::kCPU, torch::kDouble);
  const int64_t num_kept =
      sampling.top_k == 0 ? scores_V.numel() : std::min(sampling.top_k, scores_V.numel());
  const auto [likeliest_K, ids_K] = scores_V.topk(num_kept);
  const auto up_to_K = (likeliest_K / sampling.temperature).softmax(-1).cumsum(-1);
  const auto* up_to = up_to_K.const_data_ptr<double>();
  // The first that reaches the share is the last that may be chosen.
  const auto last = std::min<int64_t>(
      std::lower_bound(up_to, up_to + num_kept, sampling.top_p) - up_to, num_kept - 1);
  const double wanted = share_of(sampling.seed, place) * up_to[last];
  const auto chosen =
      std::min<int64_t>(std::upper_bound(up_to, up_to + last, wanted) - up_to, last);
  return ids_K[chosen].item<int64_t>();
}

}  // namespace unipic::qwen2
