#include "data/buckets.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "io/resample.h"

namespace unipic::data {
namespace {

constexpr int64_t kMaxSide = 1 << 20;
constexpr size_t kMaxBuckets = 1000;

void check_limits(const BucketLimits& limits) {
  check_usage(limits.stride > 0 && limits.stride <= kMaxSide, "a bucket's stride cannot be {}",
              limits.stride);
  check_usage(limits.max_pixels >= limits.stride * limits.stride &&
                  limits.max_pixels <= kMaxSide * kMaxSide,
              "buckets of at most {} pixels with sides of multiples of {} do not exist",
              limits.max_pixels, limits.stride);
  check_usage(limits.max_aspect >= 1.0, "a bucket's sides cannot be at most {}:1",
              limits.max_aspect);
}

// At least as high as wide, from the narrowest on; the last may be square.
std::vector<Bucket> upright_buckets(const BucketLimits& limits) {
  std::vector<Bucket> buckets;
  const auto stride = limits.stride;
  for (auto width = stride; width * width <= limits.max_pixels; width += stride) {
    const auto highest = std::floor(limits.max_aspect * static_cast<double>(width));
    const auto budget = limits.max_pixels / width;
    const auto height = std::min(static_cast<double>(budget), highest);
    const auto rounded = static_cast<int64_t>(height) / stride * stride;
    // Where the aspect is the limit, the next one up holds this one.
    if (!buckets.empty() && buckets.back().height <= rounded) buckets.pop_back();
    buckets.push_back({.width = width, .height = rounded});
    check_usage(buckets.size() <= kMaxBuckets, "the limits allow more than {} buckets",
                kMaxBuckets);
  }
  return buckets;
}

const Image& leading_image(const Sample& sample) {
  if (const auto* picture = std::get_if<TextToImage>(&sample)) return picture->image;
  if (const auto* answer = std::get_if<Understanding>(&sample)) return answer->image;
  return std::get<Edit>(sample).target;
}

std::vector<Image*> images_of(Sample& sample) {
  if (auto* picture = std::get_if<TextToImage>(&sample)) return {&picture->image};
  if (auto* answer = std::get_if<Understanding>(&sample)) return {&answer->image};
  auto& edit = std::get<Edit>(sample);
  std::vector<Image*> images = {&edit.target};
  for (auto& source : edit.sources) images.push_back(&source);
  return images;
}

}  // namespace

std::vector<Bucket> make_buckets(const BucketLimits& limits) {
  check_limits(limits);
  auto buckets = upright_buckets(limits);
  const auto num_upright = buckets.size();
  for (size_t upright = num_upright; upright-- > 0;) {
    const auto [width, height] = buckets[upright];
    if (width != height) buckets.push_back({.width = height, .height = width});
  }
  return buckets;
}

size_t nearest_bucket(const std::vector<Bucket>& buckets, int64_t width, int64_t height) {
  const double wanted = std::log(static_cast<double>(width) / static_cast<double>(height));
  const auto distance = [&](const Bucket& bucket) {
    const double aspect = static_cast<double>(bucket.width) / static_cast<double>(bucket.height);
    return std::abs(std::log(aspect) - wanted);
  };
  return static_cast<size_t>(std::ranges::min_element(buckets, {}, distance) - buckets.begin());
}

Image fit_image(const Image& image, const Bucket& bucket, Fit fit) {
  constexpr auto kResampling = io::Resampling::kBicubic;
  if (fit == Fit::kStretch) return io::resize(image, bucket.width, bucket.height, kResampling);
  const auto part = io::centre_crop(image, bucket.width, bucket.height);
  return io::resize(part, bucket.width, bucket.height, kResampling);
}

size_t prepare(Sample& sample, const Preparation& preparation) {
  if (preparation.buckets.empty()) return 0;
  const auto& leading = leading_image(sample);
  const auto number = nearest_bucket(preparation.buckets, leading.width, leading.height);
  try {
    for (auto* image : images_of(sample)) {
      *image = fit_image(*image, preparation.buckets[number], preparation.fit);
    }
  } catch (const Error& error) {
    throw SampleError(error.what());
  }
  return number;
}

}  // namespace unipic::data
