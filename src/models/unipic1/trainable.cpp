#include "models/unipic1/trainable.h"

#include "base/check.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace unipic::unipic1 {
namespace {

bool starts_with_any(std::string_view name, std::initializer_list<std::string_view> prefixes) {
  return std::ranges::any_of(prefixes, [&](auto prefix) { return name.starts_with(prefix); });
}

bool is_frozen(std::string_view name, const Freezing& freezing) {
  return starts_with_any(name, {"vae.", "siglip2."}) ||
         (freezing.llm && name.starts_with("llm.")) || (freezing.mar && name.starts_with("mar.")) ||
         (freezing.mar_decoder &&
          starts_with_any(name,
                          {"mar.decoder_embed.", "mar.decoder_blocks.", "mar.decoder_norm.",
                           "mar.decoder_pos_embed_learned", "mar.diffusion_pos_embed_learned"})) ||
         (freezing.vision_proj && name.starts_with("siglip2_proj."));
}

}  // namespace

UniPic1 trainable_copy(const UniPic1& model) {
  UniPic1 copy(model->config());
  const auto sources = model->named_parameters();
  for (auto& parameter : copy->named_parameters()) {
    const auto& source = sources[parameter.key()];
    check(source.sizes() == parameter.value().sizes() && source.is_floating_point(),
          "training needs the plain weights that our own kernels give up: --kernels aten");
    parameter.value().set_data(
        source.detach().to(torch::kFloat, /*non_blocking=*/false, /*copy=*/true));
  }
  copy->set_placement(torch::kFloat, model->device());
  return copy;
}

UniPic1 shared_copy(const UniPic1& model) {
  UniPic1 copy(model->config());
  const auto sources = model->named_parameters();
  for (auto& parameter : copy->named_parameters()) {
    parameter.value().set_data(sources[parameter.key()].detach());
  }
  copy->set_placement(model->dtype(), model->device());
  return copy;
}

void freeze(UniPic1& model, const Freezing& freezing) {
  for (auto& parameter : model->named_parameters()) {
    parameter.value().set_requires_grad(!is_frozen(parameter.key(), freezing));
  }
}

std::vector<optim::ParameterGroup> parameter_groups(const UniPic1& model, double weight_decay) {
  std::vector<optim::ParameterGroup> groups(2);
  groups[0].weight_decay = weight_decay;
  for (const auto& parameter : model->named_parameters()) {
    const auto& [name, tensor] = std::pair(parameter.key(), parameter.value());
    if (!tensor.requires_grad()) continue;
    const bool decays =
        tensor.dim() > 1 && !name.ends_with(".bias") && name.find("diffloss") == std::string::npos;
    groups[decays ? 0 : 1].parameters.push_back({name, tensor});
  }
  return groups;
}

}  // namespace unipic::unipic1
