#include "backbones/vq/files.h"

#include <fmt/ranges.h>

#include <string>
#include <string_view>
#include <vector>

#include "convert/renamed_weights.h"
#include "io/torch_checkpoint.h"

namespace unipic::vq {
namespace {

// What the levels of one half are like: `prefix` is "encoder." or "decoder.". They are counted as
// the file does, in the order of computation.
struct Levels {
  std::vector<int64_t> channels, with_attention;
  int64_t num_blocks = 0;
};

Levels infer_levels(const convert::WeightSource& file, const std::string& prefix) {
  const auto first = prefix + "conv_blocks.";
  Levels levels;
  levels.num_blocks = file.count(first + "0.res.", ".norm1.weight");
  const int64_t num_levels = file.count(first, ".res.0.norm1.weight");
  for (int64_t level = 0; level < num_levels; ++level) {
    const auto blocks = fmt::format("{}{}.", first, level);
    levels.channels.push_back(file.size(blocks + "res.0.conv1.weight", 0));
    if (file.contains(blocks + "attn.0.norm.weight")) levels.with_attention.push_back(level);
  }
  return levels;
}

std::vector<std::string> split(std::string_view name) {
  std::vector<std::string> parts(1);
  for (const char letter : name) {
    if (letter == '.') {
      parts.emplace_back();
    } else {
      parts.back() += letter;
    }
  }
  return parts;
}

// "decoder.up.4.block.0.conv1.weight" is "decoder.conv_blocks.0.res.0.conv1.weight" in the file.
std::string name_in_file(const std::string& name, int64_t num_levels) {
  auto parts = split(name);
  if (parts.size() < 4) return name;
  if (parts[1] == "mid") {
    parts[2] = parts[2] == "block_1" ? "0" : parts[2] == "attn_1" ? "1" : "2";
  } else if (parts[1] == "down" || parts[1] == "up") {
    if (parts[1] == "up") parts[2] = std::to_string(num_levels - 1 - std::stoll(parts[2]));
    parts[1] = "conv_blocks";
    if (parts[3] == "block") parts[3] = "res";
  }
  return fmt::format("{}", fmt::join(parts, "."));
}

bool is_of_encoder(std::string_view name) {
  return name.starts_with("encoder.") || name.starts_with("quant_conv.");
}

}  // namespace

Config infer_config(const convert::WeightSource& file) {
  const auto down = infer_levels(file, "encoder.");
  const auto up = infer_levels(file, "decoder.");
  Config config;
  config.encoder.set_channels(file.size("encoder.conv_in.weight", 0), down.channels, file.where());
  config.encoder.num_res_blocks = down.num_blocks;
  config.encoder.latent_channels = file.size("encoder.conv_out.weight", 0);
  config.encoder.encoder_attention_levels = down.with_attention;

  const std::vector<int64_t> channels(up.channels.rbegin(), up.channels.rend());
  config.decoder.set_channels(file.size("decoder.norm_out.weight", 0), channels, file.where());
  config.decoder.num_res_blocks = up.num_blocks - 1;
  config.decoder.latent_channels = file.size("decoder.conv_in.weight", 1);
  for (const int64_t level : up.with_attention)
    config.decoder.decoder_attention_levels.push_back(config.decoder.num_levels() - 1 - level);

  config.num_codes = file.size("quantize.embedding.weight", 0);
  config.code_dim = file.size("quantize.embedding.weight", 1);
  config.validate(file.where());
  return config;
}

convert::Opened<Autoencoder> open_autoencoder(const std::filesystem::path& path, Half half) {
  convert::WeightSource file(path.string());
  file.add(io::open_torch_checkpoint(path, "model"));
  const auto config = infer_config(file);
  Autoencoder module(config, half);
  const convert::Renaming renaming = {
      .part_of =
          [num_levels = config.decoder.num_levels()](const std::string& name) {
            return convert::TensorPart{.name = name_in_file(name, num_levels)};
          },
      .is_idle =
          [half](std::string_view name) {
            return name == "quantize.codebook_used" ||
                   (half == Half::kDecoder && is_of_encoder(name));
          }};
  return {module, convert::renamed_weights(*module, file, renaming)};
}

}  // namespace unipic::vq
