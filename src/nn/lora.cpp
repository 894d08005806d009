#include "nn/lora.h"

#include <fnmatch.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include "base/check.h"
#include "base/philox.h"
#include "nn/linear.h"

namespace unipic::nn {
using torch::Tensor;

namespace {

// The last word of a counter says what its numbers are for.
constexpr uint32_t kLoraDown = 128;

bool fits(const std::string& pattern, const std::string& name) {
  return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

// Uniform in ±1/√N, as PEFT begins.
Tensor random_down(int64_t rank, int64_t num_inputs, uint64_t seed, uint32_t layer) {
  auto down_RN = torch::empty({rank, num_inputs});
  const auto bound = static_cast<float>(1.0 / std::sqrt(static_cast<double>(num_inputs)));
  auto* out = down_RN.data_ptr<float>();
  for (int64_t index = 0; index < down_RN.numel(); ++index) {
    const auto bits =
        philox(seed, {static_cast<uint32_t>(index / 4), layer, 0, kLoraDown})[index % 4];
    out[index] = bound * (static_cast<float>(bits >> 8) * 0x1p-23F - 1.0F);
  }
  return down_RN;
}

ops::LowRank fresh_change(const Tensor& weight_MN, const LoraConfig& config, uint64_t seed,
                          uint32_t layer) {
  const auto down_RN = random_down(config.rank, weight_MN.size(1), seed, layer);
  const auto options = torch::dtype(torch::kFloat).device(weight_MN.device());
  return {.down_RN = down_RN.to(options).set_requires_grad(true),
          .up_MR = torch::zeros({weight_MN.size(0), config.rank}, options).set_requires_grad(true),
          .scale = config.scale()};
}

}  // namespace

void LoraConfig::validate() const {
  constexpr int64_t kMaxRank = 4096;
  check_usage(rank >= 0 && rank <= kMaxRank, "lora.rank = {}, not within 0..{}", rank, kMaxRank);
  check_usage(std::isfinite(alpha) && alpha > 0, "lora.alpha = {}, must be positive", alpha);
  check_usage(!enabled() || !targets.empty(), "lora.targets is empty: nothing to learn");
}

ops::LowRankChanges add_lora(torch::nn::Module& module, const LoraConfig& config, uint64_t seed) {
  config.validate();
  const auto layers = linear_layers(module);
  check_usage(!layers.empty(), "lora: there are no linear layers");
  for (const auto& target : config.targets) {
    const bool known =
        std::ranges::any_of(layers, [&](const auto& layer) { return fits(target, layer.first); });
    check_usage(known, "lora.targets: '{}' names no linear layer; one is '{}'", target,
                layers.begin()->first);
  }
  for (auto& parameter : module.parameters()) parameter.set_requires_grad(false);
  ops::LowRankChanges changes;
  uint32_t number = 0;
  for (const auto& [name, linear] : layers) {
    const bool chosen = std::ranges::any_of(
        config.targets, [&, &name = name](const auto& target) { return fits(target, name); });
    if (!chosen) continue;
    changes[name] = fresh_change(linear->weight(), config, seed, number++);
    linear->set_change(changes[name]);
  }
  return changes;
}

void merge_lora(torch::nn::Module& module, const ops::LowRankChanges& changes) {
  torch::NoGradGuard no_grad;
  const auto layers = linear_layers(module);
  for (const auto& [name, change] : changes) {
    const auto layer = layers.find(name);
    check(layer != layers.end(), "LoRA: '{}' is no linear layer of the model", name);
    auto weight_MN = layer->second->weight();
    ops::check_fits(name, weight_MN.sizes(), change);
    weight_MN.set_data(ops::merged(weight_MN, change).to(weight_MN.scalar_type()));
  }
}

}  // namespace unipic::nn
