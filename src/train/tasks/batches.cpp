#include "train/tasks/batches.h"

#include "models/unipic1/pixels.h"

namespace unipic::train {

BatchShare share_of(int64_t batch, const BatchPosition& position) {
  check_usage(batch >= position.num_ranks, "a batch of {} cannot be shared by {} processes", batch,
              position.num_ranks);
  const int64_t first = batch * position.rank / position.num_ranks;
  return {.first = first, .count = batch * (position.rank + 1) / position.num_ranks - first};
}

std::vector<data::Sample> samples_of(const data::Source& source, uint64_t first, int64_t count) {
  std::vector<data::Sample> samples;
  const uint64_t size = source.size().value_or(0);
  for (uint64_t number = first; number < first + static_cast<uint64_t>(count); ++number) {
    samples.push_back(size == 0 ? source.sample(0, number)
                                : source.sample(number / size, number % size));
  }
  return samples;
}

const Image& image_of_sample(const data::Sample& sample) {
  if (const auto* edit = std::get_if<data::Edit>(&sample)) return edit->target;
  if (const auto* dialogue = std::get_if<data::Understanding>(&sample)) return dialogue->image;
  return std::get<data::TextToImage>(sample).image;
}

std::vector<const Image*> images_of(const std::vector<data::Sample>& samples) {
  std::vector<const Image*> images;
  for (const auto& sample : samples) images.push_back(&image_of_sample(sample));
  return images;
}

torch::Tensor square_pixels(const std::vector<const Image*>& images, int64_t size) {
  std::vector<torch::Tensor> pixels;
  for (const auto* image : images) pixels.push_back(unipic1::cropped_pixels(*image, size, size));
  return torch::cat(pixels);
}

}  // namespace unipic::train
