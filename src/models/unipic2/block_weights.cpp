#include "models/unipic2/block_weights.h"

#include <utility>

#include "base/check.h"
#include "convert/load_weights.h"

namespace unipic::unipic2 {

BlockWeights::BlockWeights(std::shared_ptr<torch::nn::Module> module, convert::WeightSource source,
                           const ops::Placement& placement, std::string stack,
                           const std::function<bool(const std::string& name)>& wants)
    : module_(std::move(module)),
      source_(std::move(source)),
      placement_(placement),
      stack_(std::move(stack)) {
  module_->eval();
  for (auto& parameter : module_->parameters()) parameter.set_requires_grad(false);
  load([&](const std::string& name) { return !name.starts_with(stack_) && wants(name); });
}

void BlockWeights::load(const std::function<bool(const std::string& name)>& wants) const {
  convert::load_weights(*module_, source_,
                        {.dtype = placement_.dtype, .device = placement_.device, .wants = wants});
}

std::function<bool(const std::string& name)> BlockWeights::is_of(int64_t block) const {
  return [prefix = fmt::format("{}{}.", stack_, block)](const std::string& name) {
    return name.starts_with(prefix);
  };
}

nn::BlockHooks BlockWeights::hooks(const RunControl& control) const {
  return {
      .before =
          [this, control](int64_t block) {
            control.check_stop();
            load(is_of(block));
          },
      .after = [this](int64_t block) { convert::unload_weights(*module_, source_, is_of(block)); }};
}

}  // namespace unipic::unipic2
