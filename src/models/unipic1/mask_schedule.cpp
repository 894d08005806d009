#include "models/unipic1/mask_schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/check.h"

namespace unipic::unipic1 {

std::vector<int64_t> masked_after(int64_t num_tokens, int64_t num_iterations) {
  check_usage(num_iterations >= 1 && num_iterations <= num_tokens,
              "{} iterations for a picture of {} tokens: at least 1 and at most {} are possible",
              num_iterations, num_tokens, num_tokens);
  std::vector<int64_t> masked;
  int64_t masked_now = num_tokens;
  for (int64_t iteration = 0; iteration < num_iterations; ++iteration) {
    const double progress =
        static_cast<double>(iteration + 1) / static_cast<double>(num_iterations);
    const double ratio = std::cos(std::numbers::pi / 2.0 * progress);
    const auto wanted = static_cast<int64_t>(std::floor(static_cast<double>(num_tokens) * ratio));
    masked_now = std::max<int64_t>(1, std::min(masked_now - 1, wanted));
    masked.push_back(masked_now);
  }
  return masked;
}

std::vector<int64_t> predicted_in(const std::vector<int64_t>& masked_after, int64_t num_tokens) {
  std::vector<int64_t> predicted;
  int64_t masked_now = num_tokens;
  for (const int64_t masked_next : masked_after) {
    predicted.push_back(masked_now - masked_next);
    masked_now = masked_next;
  }
  predicted.back() += masked_now;
  return predicted;
}

}  // namespace unipic::unipic1
