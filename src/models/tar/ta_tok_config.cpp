#include "models/tar/ta_tok_config.h"

#include <cmath>

#include "base/config_check.h"

namespace unipic::tar {

void TaTokConfig::validate(std::string_view where) const {
  constexpr int64_t kMaxSize = int64_t{1} << 20;
  const SizeCheck check_size(where);
  encoder.validate(where);
  check_size(code_dim, "bottleneck_dim", kMaxSize);
  check_size(num_codes, "codebook_size", int64_t{1} << 24);
  check_size(decoder_layers, "decoder_depth", 4096);
  check_size(decoder_hidden_dim, "width of the decoder's MLP", kMaxSize);
  check_size(decoder_grid, "grid of the decoder's positions", 4096);
  check(encoder.hidden_size % kDecoderHeads == 0,
        "{}: hidden_size {} is not a multiple of {} heads", where, encoder.hidden_size,
        kDecoderHeads);
  check(std::isfinite(temperature) && temperature > 0,
        "{}: 'stochastic_temperature' is {}, not positive", where, temperature);
}

TaTokConfig ta_tok_config(const CheckpointArgs& args, const TaTokConfig& otherwise) {
  const std::string bottleneck = "args.bottleneck.", quantizer = bottleneck + "args.regularizer.";
  args.expect(bottleneck + "name", "bottleneck");
  args.expect(bottleneck + "args.norm", "none");
  args.expect(quantizer + "name", "simvq");
  args.expect(quantizer + "args.l2_normalized", "true");
  auto config = otherwise;
  // Counted from the end like the hidden states of the transformers library, of which there is one
  // more than layers.
  const int64_t num_layers = otherwise.encoder.num_layers;
  const auto selected = args.integer("args.select_layer_id").value_or(-2);
  config.encoder.num_layers = selected < 0 ? num_layers + 1 + selected : selected;
  check(config.encoder.num_layers >= 1 && config.encoder.num_layers <= num_layers,
        "{}: 'args.select_layer_id' is {}, of {} layers", args.where(), selected, num_layers);
  const auto integer = [&](const std::string& name, int64_t& value) {
    value = args.integer(name).value_or(value);
  };
  integer("args.input_size", config.encoder.image_size);
  integer("args.decoder_depth", config.decoder_layers);
  integer(bottleneck + "args.bottleneck_dim", config.code_dim);
  integer(quantizer + "args.codebook_size", config.num_codes);
  const auto number = [&](const std::string& name, double& value) {
    value = args.number(quantizer + "args." + name).value_or(value);
  };
  number("stochastic_temperature", config.temperature);
  number("commitment_loss_weight", config.commitment_weight);
  number("codebook_loss_weight", config.codebook_weight);
  return config;
}

}  // namespace unipic::tar
