#pragma once

#include <torch/types.h>

#include <string_view>
#include <variant>
#include <vector>

#include "base/check.h"
#include "data/source.h"
#include "train/task.h"

// B batch, H×W pixels.

namespace unipic::train {

// `count` samples from number `first` on of the endless sequence of a source's epochs.
std::vector<data::Sample> samples_of(const data::Source& source, uint64_t first, int64_t count);

// The sample as the kind a loss needs. Throws `UsageError` if it is of another.
template <typename Wanted>
const Wanted& sample_as(const data::Sample& sample, std::string_view loss) {
  const auto* wanted = std::get_if<Wanted>(&sample);
  check_usage(wanted != nullptr, "the source of '{}' gives samples of another kind", loss);
  return *wanted;
}

// The picture of a sample; of an edit the one that is to come out.
const Image& image_of_sample(const data::Sample& sample);
std::vector<const Image*> images_of(const std::vector<data::Sample>& samples);

// The pictures [B, 3, H, W] in -1..1, cropped in the middle to that shape and resized.
torch::Tensor cropped_pixels(const std::vector<const Image*>& images, int64_t width,
                             int64_t height);
torch::Tensor square_pixels(const std::vector<const Image*>& images, int64_t size);

}  // namespace unipic::train
