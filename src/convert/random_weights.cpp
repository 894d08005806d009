#include "convert/random_weights.h"

#include <cmath>

namespace unipic::convert {
namespace {

// FNV-1a.
uint64_t hash_of(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

// SplitMix64's output function (Steele et al. 2014): 64 random bits for a counter.
uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace

int64_t fan_in(torch::IntArrayRef shape) {
  int64_t product = 1;
  for (const int64_t size : shape.slice(1)) product *= size;
  return product;
}

Distribution likely_distribution(std::string_view name, torch::IntArrayRef shape) {
  const bool is_table = name.find("embed") != std::string_view::npos ||
                        name.find("position") != std::string_view::npos;
  if (shape.size() == 1 && name.ends_with("weight")) return {.mean = 1.0};  // a norm
  if (shape.size() < 2 || is_table || name.ends_with("token")) return {};
  return {.deviation = 1.0 / std::sqrt(static_cast<double>(fan_in(shape)))};
}

torch::Tensor random_weight(std::string_view name, torch::IntArrayRef shape,
                            torch::ScalarType dtype, uint64_t seed) {
  return random_weight(name, shape, dtype, seed, likely_distribution(name, shape));
}

torch::Tensor random_weight(std::string_view name, torch::IntArrayRef shape,
                            torch::ScalarType dtype, uint64_t seed,
                            const Distribution& distribution) {
  const auto [mean, deviation] = distribution;
  const uint64_t stream = mix(seed) ^ hash_of(name);
  const auto centre = static_cast<float>(mean);
  const auto scale = static_cast<float>(deviation * std::sqrt(12.0) / 65536.0);
  auto tensor = torch::empty(shape, dtype);
  AT_DISPATCH_FLOATING_TYPES_AND2(torch::kHalf, torch::kBFloat16, dtype, "random_weight", [&] {
    auto* out = tensor.data_ptr<scalar_t>();
    at::parallel_for(0, tensor.numel(), 1 << 16, [&](int64_t begin, int64_t end) {
      for (int64_t index = begin; index < end; ++index) {
        const uint64_t bits = mix(stream + static_cast<uint64_t>(index) * 0x9e3779b97f4a7c15);
        const auto uniform = static_cast<float>(bits >> 48) - 32767.5F;
        out[index] = static_cast<scalar_t>(centre + uniform * scale);
      }
    });
  });
  return tensor;
}

void randomize(torch::nn::Module& module, torch::ScalarType dtype, uint64_t seed,
               const std::function<void(const std::string& name)>& then) {
  torch::NoGradGuard no_grad;
  for (auto& parameter : module.named_parameters()) {
    parameter.value().set_data(
        random_weight(parameter.key(), parameter.value().sizes(), dtype, seed));
    parameter.value().set_requires_grad(false);
    if (then) then(parameter.key());
  }
}

}  // namespace unipic::convert
