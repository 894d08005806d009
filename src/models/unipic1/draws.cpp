#include "models/unipic1/draws.h"

#include <utility>

#include "base/philox.h"

namespace unipic::unipic1 {
using torch::Tensor;

namespace {

// What a counter's last word says its numbers are for.
enum Purpose : uint32_t { kOrder, kInitialNoise, kStepNoise };

}  // namespace

SeededDraws::SeededDraws(std::vector<uint64_t> seeds, int64_t channels, torch::Device device)
    : seeds_(std::move(seeds)), channels_(channels), device_(device) {}

Tensor SeededDraws::orders(int64_t num_tokens) {
  const auto num_pictures = static_cast<int64_t>(seeds_.size());
  auto orders_PL = torch::empty({num_pictures, num_tokens}, torch::kLong);
  auto* row = orders_PL.data_ptr<int64_t>();
  for (const uint64_t seed : seeds_) {
    philox_permutation(seed, 0, 0, kOrder, {row, static_cast<size_t>(num_tokens)});
    row += num_tokens;
  }
  return orders_PL.to(device_);
}

HeadNoise SeededDraws::head_noise(int64_t /*iteration*/, const Tensor& positions_Pn) {
  const auto positions = positions_Pn.cpu();
  return {noise(kInitialNoise, 0, positions), [this, positions](int64_t step) {
            return noise(kStepNoise, static_cast<uint32_t>(step), positions);
          }};
}

void SeededDraws::keep(const std::vector<int64_t>& pictures) {
  std::vector<uint64_t> kept;
  for (const int64_t picture : pictures) kept.push_back(seeds_[static_cast<size_t>(picture)]);
  seeds_ = std::move(kept);
}

Tensor SeededDraws::noise(uint32_t purpose, uint32_t step, const Tensor& positions_Pn) const {
  auto noise_NC = torch::empty({positions_Pn.numel(), channels_}, torch::kFloat);
  auto* row = noise_NC.data_ptr<float>();
  const auto positions = positions_Pn.accessor<int64_t, 2>();
  for (int64_t picture = 0; picture < positions.size(0); ++picture) {
    for (int64_t token = 0; token < positions.size(1); ++token) {
      philox_normals(seeds_[static_cast<size_t>(picture)],
                     static_cast<uint32_t>(positions[picture][token]), step, purpose,
                     {row, static_cast<size_t>(channels_)});
      row += channels_;
    }
  }
  return noise_NC.to(device_);
}

}  // namespace unipic::unipic1
