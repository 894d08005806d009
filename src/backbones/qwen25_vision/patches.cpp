#include "backbones/qwen25_vision/patches.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "io/resample.h"
#include "ops/image_tensor.h"

namespace unipic::qwen25_vision {
using torch::Tensor;

namespace {

constexpr double kMean[] = {0.48145466, 0.4578275, 0.40821073};
constexpr double kDeviation[] = {0.26862954, 0.26130258, 0.27577711};

Tensor of_channels(const double (&values)[3]) {
  return torch::tensor({values[0], values[1], values[2]}, torch::kFloat);
}

Tensor patches_of(const Image& image, const Config& config) {
  const int64_t patch = config.patch_size, merge = config.merge_size;
  const auto normed_HW3 =
      (ops::image_tensor(image) / 255.0 - of_channels(kMean)) / of_channels(kDeviation);
  const int64_t rows = image.height / (patch * merge), columns = image.width / (patch * merge);
  // Rows of tokens, rows in a token, rows in a patch; the same for columns; channels.
  const auto cut = normed_HW3.view({rows, merge, patch, columns, merge, patch, 3});
  const auto ordered = cut.permute({0, 3, 1, 4, 6, 2, 5}).unsqueeze(5);
  const auto doubled = ordered.expand({-1, -1, -1, -1, -1, config.temporal_patch_size, -1, -1});
  return doubled.reshape({-1, config.patch_dim()});
}

}  // namespace

PixelSize read_size(const PixelSize& size, const Config& config, const PatchOptions& options) {
  constexpr double kLongest = 200;
  const double width = static_cast<double>(size.width), height = static_cast<double>(size.height);
  check(std::max(width, height) / std::min(width, height) <= kLongest,
        "a picture of {}x{} is more than {} times as long as wide", size.width, size.height,
        kLongest);
  const double token = static_cast<double>(config.patch_size * config.merge_size);
  const auto rounded = [&](double side) { return std::nearbyint(side / token) * token; };
  const double area = rounded(width) * rounded(height);
  const double most = static_cast<double>(options.max_pixels),
               least = static_cast<double>(options.min_pixels);
  double read_width = rounded(width), read_height = rounded(height);
  if (area > most) {
    const double shrink = std::sqrt(width * height / most);
    const auto shrunk = [&](double side) {
      return std::max(token, std::floor(side / shrink / token) * token);
    };
    read_width = shrunk(width);
    read_height = shrunk(height);
  } else if (area < least) {
    const double grow = std::sqrt(least / (width * height));
    read_width = std::ceil(width * grow / token) * token;
    read_height = std::ceil(height * grow / token) * token;
  }
  return {static_cast<int64_t>(read_width), static_cast<int64_t>(read_height)};
}

Patches to_patches(const std::vector<Image>& images, const Config& config,
                   const PatchOptions& options) {
  Patches patches;
  std::vector<Tensor> values;
  for (const auto& image : images) {
    const auto size = read_size({image.width, image.height}, config, options);
    values.push_back(
        patches_of(io::resize(image, size.width, size.height, io::Resampling::kBicubic), config));
    patches.grids.push_back({size.height / config.patch_size, size.width / config.patch_size});
  }
  patches.values_NP = torch::cat(values);
  return patches;
}

}  // namespace unipic::qwen25_vision
