#include "eval/geneval/zero_shot_head.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.h"

namespace unipic::eval {
namespace {

constexpr double kLogitScale = 100;

template <typename T>
std::vector<double> unit(std::span<const T> vector) {
  const double length =
      std::sqrt(std::inner_product(vector.begin(), vector.end(), vector.begin(), 0.0));
  check(std::isnormal(length), "zero-shot head: an embedding is zero or not finite");
  std::vector<double> result(vector.begin(), vector.end());
  for (auto& value : result) value /= length;
  return result;
}

}  // namespace

ZeroShotHead::ZeroShotHead(std::span<const float> captions, size_t num_classes,
                           size_t captions_per_class, size_t dim)
    : dim_(dim) {
  check(num_classes > 0 && captions_per_class > 0 && dim > 0 &&
            captions.size() == num_classes * captions_per_class * dim,
        "zero-shot head: {} numbers are not {} classes of {} captions, each {} long",
        captions.size(), num_classes, captions_per_class, dim);
  for (size_t label = 0; label < num_classes; ++label) {
    // The sum points where the mean does.
    std::vector<double> sum(dim);
    for (size_t caption = 0; caption < captions_per_class; ++caption) {
      const auto direction =
          unit(captions.subspan((label * captions_per_class + caption) * dim, dim));
      std::ranges::transform(sum, direction, sum.begin(), std::plus<>());
    }
    const auto mean = unit(std::span<const double>(sum));
    for (const double value : mean) weights_.push_back(static_cast<float>(value));
  }
}

std::vector<float> ZeroShotHead::logits(std::span<const float> image) const {
  check(image.size() == dim_, "zero-shot head: an embedding of {} numbers, {} are expected",
        image.size(), dim_);
  const auto direction = unit(image);
  std::vector<float> result;
  for (auto label = weights_.begin(); label != weights_.end(); label += dim_) {
    const double cosine = std::inner_product(direction.begin(), direction.end(), label, 0.0);
    result.push_back(static_cast<float>(kLogitScale * cosine));
  }
  return result;
}

size_t ZeroShotHead::classify(std::span<const float> image) const {
  const auto scores = logits(image);
  return std::ranges::max_element(scores) - scores.begin();
}

}  // namespace unipic::eval
