#pragma once

#include <torch/nn/module.h>

#include <vector>

#include "base/json.h"
#include "models/unipic2/prompts.h"
#include "nn/encoder_layer.h"
#include "nn/linear.h"
#include "nn/trace.h"

// B prompts, Q queries, M width of the language model, D width of the connector, E width of the
// transformer's context.

namespace unipic::unipic2 {

struct ConditionerConfig {
  int64_t num_queries = 256;
  int64_t llm_dim = 3584;
  int64_t context_dim = 4096;
  int64_t pooled_dim = 2048;
  nn::EncoderLayerConfig layer = {.dim = 1536, .num_heads = 24, .hidden_dim = 8960};
  int64_t num_layers = 24;

  void validate(std::string_view where) const;
};

// From conditioner/config.json.
ConditionerConfig conditioner_config_from_json(const Json& json, std::string_view where);

// From a language model's states at learned queries to what the transformer is told
// (specs/unipic2.md §10.2).
class ConditionerImpl : public torch::nn::Module {
 public:
  explicit ConditionerImpl(const ConditionerConfig& config);

  const ConditionerConfig& config() const { return config_; }
  // What stands for the queries among the language model's inputs, [Q, M].
  const torch::Tensor& queries() const { return queries_QM_; }

  // Traces "projector_1" and "layerI".
  EncodedPrompts forward(const torch::Tensor& states_BQM, const nn::Trace& trace = {}) const;

 private:
  const ConditionerConfig config_;
  torch::Tensor queries_QM_;
  nn::Linear in_, pooled_out_, out_;
  std::vector<nn::EncoderLayer> layers_;
};
TORCH_MODULE(Conditioner);

}  // namespace unipic::unipic2
