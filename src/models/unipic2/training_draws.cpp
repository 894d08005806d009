#include "models/unipic2/training_draws.h"

#include <cmath>
#include <span>

#include "base/philox.h"

namespace unipic::unipic2 {
using torch::Tensor;

namespace {

// The last word of a counter says what its numbers are for.
enum Purpose : uint32_t { kShare = 192, kNoise, kLatent, kSource };

// The high word of the draw goes into the key, the low one into the counters.
class Counters {
 public:
  Counters(uint64_t seed, const PictureRange& range)
      : key_(seed ^ ((range.draw >> 32) * 0x9e3779b97f4a7c15)),
        draw_(static_cast<uint32_t>(range.draw)),
        first_(range.first) {}

  void normals(int64_t picture, Purpose purpose, std::span<float> out) const {
    philox_normals(key_, draw_, static_cast<uint32_t>(first_ + picture), purpose, out);
  }
  double uniform(int64_t picture, Purpose purpose) const {
    const auto number = static_cast<uint32_t>(first_ + picture);
    return philox(key_, {0, draw_, number, purpose})[0] * 0x1p-32;
  }
  Tensor normals(torch::IntArrayRef shape_BCHW, Purpose purpose) const {
    auto numbers = torch::empty(shape_BCHW);
    const auto size = static_cast<size_t>(numbers[0].numel());
    for (int64_t picture = 0; picture < shape_BCHW[0]; ++picture) {
      normals(picture, purpose, {numbers[picture].data_ptr<float>(), size});
    }
    return numbers;
  }

 private:
  uint64_t key_;
  uint32_t draw_;
  int64_t first_;
};

Tensor drawn_shares(const Counters& counters, int64_t num_pictures, NoiseLevels levels) {
  auto shares_B = torch::empty({num_pictures});
  auto* share = shares_B.data_ptr<float>();
  for (int64_t picture = 0; picture < num_pictures; ++picture) {
    if (levels == NoiseLevels::kUniform) {
      share[picture] = static_cast<float>(counters.uniform(picture, kShare));
    } else {
      float normal = 0;
      counters.normals(picture, kShare, {&normal, 1});
      share[picture] = 1.0F / (1.0F + std::exp(-normal));
    }
  }
  return shares_B;
}

FlowDraws draws_with(const Counters& counters, torch::IntArrayRef shape_BCHW, Tensor shares_B) {
  return {.shares_B = std::move(shares_B),
          .noise_BCHW = counters.normals(shape_BCHW, kNoise),
          .latent_BCHW = counters.normals(shape_BCHW, kLatent),
          .source_BCHW = counters.normals(shape_BCHW, kSource)};
}

}  // namespace

FlowDraws training_draws(uint64_t seed, const PictureRange& range, torch::IntArrayRef shape_BCHW,
                         NoiseLevels levels) {
  const Counters counters(seed, range);
  return draws_with(counters, shape_BCHW, drawn_shares(counters, shape_BCHW[0], levels));
}

FlowDraws measuring_draws(uint64_t seed, const PictureRange& range, torch::IntArrayRef shape_BCHW) {
  const auto count = static_cast<double>(shape_BCHW[0]);
  return draws_with(Counters(seed, range), shape_BCHW,
                    (torch::arange(shape_BCHW[0]).to(torch::kFloat) + 0.5) / count);
}

}  // namespace unipic::unipic2
