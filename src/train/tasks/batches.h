#pragma once

#include <torch/torch.h>

#include <string_view>
#include <variant>
#include <vector>

#include "base/check.h"
#include "data/source.h"
#include "train/task.h"

// B batch, P pixels a side.

namespace unipic::train {

// The part of a batch that one process takes: as even as can be.
struct BatchShare {
  int64_t first = 0;
  int64_t count = 0;
};
// Throws `UsageError` if there are fewer samples than processes.
BatchShare share_of(int64_t batch, const BatchPosition& position);

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

// The pictures [B, 3, P, P] in -1..1, cropped to squares in the middle and resized.
torch::Tensor square_pixels(const std::vector<const Image*>& images, int64_t size);

}  // namespace unipic::train
