#include "backbones/siglip/text_config.h"

#include "base/check.h"

namespace unipic::siglip {

void TextConfig::validate(std::string_view where) const {
  check_usage(vocab_size > 0 && hidden_size > 0 && intermediate_size > 0 && num_layers > 0 &&
                  num_heads > 0 && num_positions > 0,
              "{}: all sizes of the text tower must be positive", where);
  check_usage(hidden_size % num_heads == 0, "{}: text width {} is not a multiple of {} heads",
              where, hidden_size, num_heads);
}

Json text_config_to_json(const TextConfig& config) {
  return {{"hidden_act", "gelu_pytorch_tanh"},
          {"hidden_size", config.hidden_size},
          {"intermediate_size", config.intermediate_size},
          {"layer_norm_eps", config.norm_eps},
          {"max_position_embeddings", config.num_positions},
          {"model_type", "siglip_text_model"},
          {"num_attention_heads", config.num_heads},
          {"num_hidden_layers", config.num_layers},
          {"projection_size", config.hidden_size},
          {"vocab_size", config.vocab_size}};
}

}  // namespace unipic::siglip
