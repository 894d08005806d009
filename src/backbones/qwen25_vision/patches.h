#pragma once

#include <torch/types.h>

#include <vector>

#include "backbones/qwen25_vision/config.h"
#include "unipic/image.h"

// N patches, P numbers of one.

namespace unipic::qwen25_vision {

// A picture's patches: rows and columns, multiples of the merge size.
struct PatchGrid {
  int64_t rows = 0, columns = 0;

  int64_t num_patches() const { return rows * columns; }
  bool operator==(const PatchGrid&) const = default;
};

// Pictures as the tower takes them: patches of one after those of the other, and of a picture those
// of a token together.
struct Patches {
  torch::Tensor values_NP;  // fp32: channel, time, row, column
  std::vector<PatchGrid> grids;
};

// How a picture is read (preprocessor_config.json); the defaults are Qwen2.5-VL's.
struct PatchOptions {
  int64_t min_pixels = 3136;
  int64_t max_pixels = 12'845'056;
};

// The size that a picture of so many pixels is read at: sides multiples of a token's, the area
// within the limits. Throws `Error` for a picture that is over 200 times as long as wide.
struct PixelSize {
  int64_t width = 0, height = 0;
};
PixelSize read_size(const PixelSize& size, const Config& config, const PatchOptions& options);

// Resized bicubically, normalised, cut. Throws `Error` as `read_size`.
Patches to_patches(const std::vector<Image>& images, const Config& config,
                   const PatchOptions& options);

}  // namespace unipic::qwen25_vision
