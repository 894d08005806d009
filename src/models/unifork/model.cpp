#include "models/unifork/model.h"

#include <fmt/format.h>
#include <torch/nn/modules/container/modulelist.h>

#include <string>

#include "nn/holder.h"

namespace unipic::unifork {
using torch::Tensor;

ConnectorImpl::ConnectorImpl(int64_t code_dim, int64_t dim)
    : in_(register_module("linear1", nn::Linear(code_dim, dim))),
      out_(register_module("linear2", nn::Linear(dim, dim))),
      marks_(register_module("token_embedding", nn::Embedding(2, dim))) {}

Tensor ConnectorImpl::forward(const Tensor& z) const {
  return out_->forward(in_->forward(z, ops::Activation::kGelu));
}

UniForkImpl::UniForkImpl(const Config& config)
    : config_((config.validate("UniFork config"), config)), llm_(config.llm) {
  for (const auto& child : llm_->named_children()) register_module(child.key(), child.value());
  // The checkpoint has everything in the language model.
  auto trunk = llm_->decoder();
  std::vector<qwen2::DecoderLayer> branch;
  torch::nn::ModuleList list;
  for (int64_t layer = 0; layer < config.num_branch_layers(); ++layer) {
    branch.emplace_back(config.llm);
    list->push_back(branch.back());
  }
  trunk->register_module("gen_fork_layers", list);
  const auto norm =
      trunk->register_module("norm_gen", nn::RmsNorm(config.llm.hidden_size, config.llm.norm_eps));
  generation_ = qwen2::Decoder(*trunk, config.num_shared_layers, branch, norm);
  connector_ = trunk->register_module(
      "mm_projector", Connector(config.tokenizer.code_dim(), config.llm.hidden_size));
  const auto tower = trunk->register_module("vision_tower", nn::Holder())
                         ->register_module("vision_tower", nn::Holder());
  tokenizer_ = tower->register_module("rqvaesiglip", vila_u::Tokenizer(config.tokenizer));
  depth_ = tower->register_module("rqtransformer", vila_u::DepthTransformer(config.depth));
}

Tensor UniForkImpl::embed_pictures(const Tensor& z_BhwC) const {
  const auto mark = [&](const Tensor& mark_1M) {
    return mark_1M.unsqueeze(0).expand({z_BhwC.size(0), 1, mark_1M.size(1)});
  };
  return torch::cat({mark(connector_->begin_mark()), connector_->forward(z_BhwC.flatten(1, 2)),
                     mark(connector_->end_mark())},
                    1);
}

void UniForkImpl::copy_branch() {
  const torch::NoGradGuard no_grad;
  const auto parameters = named_parameters();
  constexpr std::string_view kLayers = "model.gen_fork_layers.", kNorm = "model.norm_gen.";
  for (const auto& parameter : parameters) {
    const std::string_view name = parameter.key();
    std::string source;
    if (name.starts_with(kNorm)) source = fmt::format("model.norm.{}", name.substr(kNorm.size()));
    if (name.starts_with(kLayers)) {
      const auto rest = name.substr(kLayers.size());
      const auto layer = std::stoll(std::string(rest.substr(0, rest.find('.'))));
      source = fmt::format("model.layers.{}{}", config_.num_shared_layers + layer,
                           rest.substr(rest.find('.')));
    }
    if (source.empty()) continue;
    auto target = parameter.value();
    target.set_data(parameters[source].detach().clone());
  }
}

void UniForkImpl::set_activation_checkpointing(bool on) {
  auto trunk = llm_->decoder();
  trunk->set_activation_checkpointing(on);
  generation_->set_activation_checkpointing(on);
}

}  // namespace unipic::unifork
