#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "data/sample.h"

namespace unipic::data {

// A size that images are brought to, so that those of a batch agree.
struct Bucket {
  int64_t width = 0;
  int64_t height = 0;

  bool operator==(const Bucket&) const = default;
};

struct BucketLimits {
  int64_t max_pixels = 1024 * 1024;  // Width times height.
  int64_t stride = 16;               // Both sides are multiples of it.
  double max_aspect = 2.0;           // Of the longer side to the shorter.
};

// For each width the greatest height that `limits` allow, and the other way round, without those
// that fit into another; from the tallest shape to the widest. Throws `UsageError` if `limits` make
// no sense or allow more than 1000 upright ones.
std::vector<Bucket> make_buckets(const BucketLimits& limits);

// The number of the bucket whose ratio of width to height comes nearest, as a factor, to that of
// the sides; of two alike, the first. `buckets` are not empty.
size_t nearest_bucket(const std::vector<Bucket>& buckets, int64_t width, int64_t height);

enum class Fit {
  kCrop,     // Keeps the middle, in the bucket's ratio.
  kStretch,  // Keeps everything, distorted.
};

// How a source's images are made ready for a batch.
struct Preparation {
  std::vector<Bucket> buckets = {};  // None: images stay as they are.
  Fit fit = Fit::kCrop;
};

// `image` at the size of `bucket`, by bicubic resampling as Pillow does it. Throws `Error` for
// extreme sizes, as `io::resize` does.
Image fit_image(const Image& image, const Bucket& bucket, Fit fit);

// Brings all images of `sample` to the bucket nearest to its image, or to the target of an edit,
// and returns that bucket's number; 0 without buckets. Throws `SampleError` as `fit_image` throws.
size_t prepare(Sample& sample, const Preparation& preparation);

}  // namespace unipic::data
