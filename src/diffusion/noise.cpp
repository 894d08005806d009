#include "diffusion/noise.h"

#include "base/philox.h"

namespace unipic::diffusion {

torch::Tensor seeded_noise(const std::vector<uint64_t>& seeds, NoisePurpose purpose,
                           int64_t channels, int64_t height, int64_t width) {
  const auto num_pictures = static_cast<int64_t>(seeds.size());
  auto noise_PHWC = torch::empty({num_pictures, height, width, channels}, torch::kFloat);
  auto* numbers = noise_PHWC.data_ptr<float>();
  for (const uint64_t seed : seeds) {
    for (int64_t row = 0; row < height; ++row) {
      for (int64_t column = 0; column < width; ++column) {
        philox_normals(seed, static_cast<uint32_t>(row), static_cast<uint32_t>(column),
                       static_cast<uint32_t>(purpose), {numbers, static_cast<size_t>(channels)});
        numbers += channels;
      }
    }
  }
  return noise_PHWC.permute({0, 3, 1, 2}).contiguous();
}

}  // namespace unipic::diffusion
