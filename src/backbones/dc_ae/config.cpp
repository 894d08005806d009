#include "backbones/dc_ae/config.h"

#include <cmath>
#include <string>

#include "base/config_check.h"

namespace unipic::dc_ae {
namespace {

// The list `key` of `json`.
const Json& list_of(const Json& json, const std::string& key, std::string_view where) {
  const auto list = json.find(key);
  check(list != json.end() && list->is_array(), "{}: '{}' is no list", where, key);
  return *list;
}

std::vector<int64_t> sizes_of(const Json& json, const std::string& key, std::string_view where) {
  std::vector<int64_t> sizes;
  for (const auto& size : list_of(json, key, where)) {
    check(size.is_number_integer(), "{}: '{}' holds something other than whole numbers", where,
          key);
    sizes.push_back(size.get<int64_t>());
  }
  return sizes;
}

// Which stages of the half that `prefix` names have blocks with attention.
std::vector<bool> attending_stages(const Json& json, const std::string& prefix,
                                   std::string_view where) {
  std::vector<bool> attends;
  for (const auto& type : list_of(json, prefix + "block_types", where)) {
    check(type == "ResBlock" || type == "EfficientViTBlock", "{}: block type {} is not supported",
          where, type.dump());
    attends.push_back(type == "EfficientViTBlock");
  }
  const auto& scales = list_of(json, prefix + "qkv_multiscales", where);
  check(scales.size() == attends.size(), "{}: {} stages, but {} of qkv_multiscales", where,
        attends.size(), scales.size());
  for (size_t stage = 0; stage < attends.size(); ++stage)
    check(!attends[stage] || scales[stage] == Json::array({5}),
          "{}: qkv_multiscales {} is not supported, only [5]", where, scales[stage].dump());
  return attends;
}

HalfConfig half_from_json(const Json& json, const std::string& prefix, std::string_view where) {
  return {.channels = sizes_of(json, prefix + "block_out_channels", where),
          .num_blocks = sizes_of(json, prefix + "layers_per_block", where),
          .attends = attending_stages(json, prefix, where)};
}

void refuse_unsupported(const Json& json, std::string_view where) {
  const auto want = [&](const char* key, const std::string& supported) {
    const auto said = json_get_or<std::string>(json, key, supported, where);
    check(said == supported, "{}: '{}' is {}, only {} is supported", where, key, said, supported);
  };
  want("downsample_block_type", "Conv");
  want("upsample_block_type", "interpolate");
  want("decoder_act_fns", "silu");
  want("decoder_conv_act_fn", "relu");
  want("decoder_norm_types", "rms_norm");
  for (const char* shortcut : {"encoder_out_shortcut", "decoder_in_shortcut"})
    check(json_get_or<bool>(json, shortcut, true, where), "{}: without '{}' is not supported",
          where, shortcut);
  const auto in_channels = json_get_or<int64_t>(json, "in_channels", 3, where);
  check(in_channels == 3, "{}: 'in_channels' is {}, not 3", where, in_channels);
}

void validate_half(const HalfConfig& half, const Config& config, std::string_view where) {
  constexpr int64_t kMaxChannels = 1 << 14;
  const SizeCheck check_size(where);
  check(half.num_stages() >= 2 && half.num_stages() <= 12 &&
            half.num_blocks.size() == half.num_stages() && half.attends.size() == half.num_stages(),
        "{}: {} widths, {} numbers of blocks and {} types of them", where, half.num_stages(),
        half.num_blocks.size(), half.attends.size());
  for (size_t stage = 0; stage < half.num_stages(); ++stage) {
    const int64_t channels = half.channels[stage];
    check_size(channels, "block_out_channels", kMaxChannels);
    check_size(half.num_blocks[stage], "layers_per_block", 256);
    check(!half.attends[stage] || channels % config.head_dim == 0,
          "{}: {} channels do not divide into heads of {}", where, channels, config.head_dim);
  }
  // Shortcuts pair every channel with four of the other resolution.
  for (size_t stage = 1; stage < half.num_stages(); ++stage) {
    const int64_t finer = half.channels[stage - 1], coarser = half.channels[stage];
    check((4 * finer) % coarser == 0, "{}: no shortcut from {} to {} channels", where, finer,
          coarser);
  }
  check(half.channels.back() % config.latent_channels == 0,
        "{}: {} channels are no multiple of {} latent ones", where, half.channels.back(),
        config.latent_channels);
}

}  // namespace

void Config::validate(std::string_view where) const {
  const SizeCheck check_size(where);
  check_size(latent_channels, "latent_channels", 1 << 14);
  check_size(head_dim, "attention_head_dim", 4096);
  validate_half(encoder, *this, where);
  validate_half(decoder, *this, where);
  check(encoder.num_stages() == decoder.num_stages(), "{}: {} stages to latents, {} from them",
        where, encoder.num_stages(), decoder.num_stages());
  check(std::isfinite(latent_scale) && latent_scale > 0, "{}: 'scaling_factor' is {}", where,
        latent_scale);
}

Config config_from_json(const Json& json, std::string_view where) {
  check(json.is_object(), "{}: is no JSON object", where);
  refuse_unsupported(json, where);
  Config config;
  config.latent_channels =
      json_get_or<int64_t>(json, "latent_channels", config.latent_channels, where);
  config.head_dim = json_get_or<int64_t>(json, "attention_head_dim", config.head_dim, where);
  config.encoder = half_from_json(json, "encoder_", where);
  config.decoder = half_from_json(json, "decoder_", where);
  config.latent_scale = json_get_or<double>(json, "scaling_factor", config.latent_scale, where);
  config.validate(where);
  return config;
}

}  // namespace unipic::dc_ae
