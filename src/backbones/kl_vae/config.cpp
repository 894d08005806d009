#include "backbones/kl_vae/config.h"

#include <algorithm>
#include <numeric>

namespace unipic::kl_vae {
namespace {

// Any size works for stating levels as resolutions; this is the one the published config uses.
constexpr int64_t kResolution = 256;

std::vector<int64_t> whole_numbers(const Json& json, std::string_view key, std::string_view where) {
  check(json.contains(key) && json[key].is_array(), "{}: '{}' is not a list", where, key);
  std::vector<int64_t> numbers;
  for (const auto& item : json[key]) {
    check(item.is_number_integer(), "{}: '{}' holds something other than whole numbers", where,
          key);
    numbers.push_back(item.get<int64_t>());
  }
  return numbers;
}

std::vector<int64_t> levels_at(const std::vector<int64_t>& resolutions, int64_t full,
                               int64_t num_levels) {
  std::vector<int64_t> levels;
  for (int64_t level = 0; level < num_levels; ++level) {
    if (std::ranges::count(resolutions, full >> level) > 0) levels.push_back(level);
  }
  return levels;
}

Json resolutions_of(const std::vector<int64_t>& levels) {
  Json resolutions = Json::array();
  for (const int64_t level : levels) resolutions.push_back(kResolution >> level);
  return resolutions;
}

}  // namespace

void Config::set_channels(int64_t first, const std::vector<int64_t>& of_levels,
                          std::string_view where) {
  check(!of_levels.empty() && of_levels.size() <= 8, "{}: {} VAE levels, not within 1..8", where,
        of_levels.size());
  base_channels = 0;
  auto all = of_levels;
  all.push_back(first);
  for (const int64_t count : all) {
    check(count >= 1 && count <= 65536, "{}: a VAE level of {} channels, not within 1..65536",
          where, count);
    base_channels = std::gcd(base_channels, count);
  }
  first_multiplier = first / base_channels;
  multipliers.clear();
  for (const int64_t count : of_levels) multipliers.push_back(count / base_channels);
}

void Config::validate(std::string_view where) const {
  const auto in_range = [](int64_t value, int64_t limit) { return value >= 1 && value <= limit; };
  check(in_range(num_levels(), 8), "{}: {} VAE levels, not within 1..8", where, num_levels());
  check(in_range(base_channels, 65536), "{}: 'ch' is {}, not within 1..65536", where,
        base_channels);
  check(in_range(num_res_blocks, 64), "{}: 'num_res_blocks' is {}, not within 1..64", where,
        num_res_blocks);
  check(in_range(latent_channels, 65536), "{}: 'embed_dim' is {}, not within 1..65536", where,
        latent_channels);
  check(in_range(first_multiplier, 1024),
        "{}: the first convolution's multiplier {} is not in 1..1024", where, first_multiplier);
  for (const int64_t multiplier : multipliers) {
    check(in_range(multiplier, 1024), "{}: 'ch_mult' holds {}, not within 1..1024", where,
          multiplier);
    check(in_range(norm_groups, 65536) && base_channels * multiplier % norm_groups == 0,
          "{}: {} channels do not divide into {} norm groups", where, base_channels * multiplier,
          norm_groups);
  }
  check(base_channels * first_multiplier % norm_groups == 0,
        "{}: {} channels do not divide into {} norm groups", where,
        base_channels * first_multiplier, norm_groups);
}

Config config_from_json(const Json& json, std::string_view where) {
  Config config;
  config.base_channels = json_get<int64_t>(json, "ch", where);
  config.multipliers = whole_numbers(json, "ch_mult", where);
  config.num_res_blocks = json_get<int64_t>(json, "num_res_blocks", where);
  config.latent_channels = json_get<int64_t>(json, "embed_dim", where);
  config.norm_groups = json_get_or<int64_t>(json, "norm_groups", 32, where);
  config.validate(where);
  const auto full = json_get_or<int64_t>(json, "resolution", kResolution, where);
  check(full >= 1, "{}: 'resolution' is {}, not positive", where, full);
  config.encoder_attention_levels =
      levels_at(whole_numbers(json, "encoder_attn_resolutions", where), full, config.num_levels());
  config.decoder_attention_levels =
      levels_at(whole_numbers(json, "decoder_attn_resolutions", where), full, config.num_levels());
  return config;
}

Json config_to_json(const Config& config) {
  return {{"embed_dim", config.latent_channels},
          {"ch", config.base_channels},
          {"ch_mult", config.multipliers},
          {"num_res_blocks", config.num_res_blocks},
          {"resolution", kResolution},
          {"encoder_attn_resolutions", resolutions_of(config.encoder_attention_levels)},
          {"decoder_attn_resolutions", resolutions_of(config.decoder_attention_levels)},
          {"norm_groups", config.norm_groups}};
}

Config config_from_diffusers(const Json& json, std::string_view where) {
  const auto channels = whole_numbers(json, "block_out_channels", where);
  check(!channels.empty(), "{}: 'block_out_channels' is empty", where);
  Config config;
  config.set_channels(channels.front(), channels, where);
  config.num_res_blocks = json_get_or<int64_t>(json, "layers_per_block", 1, where);
  config.latent_channels = json_get_or<int64_t>(json, "latent_channels", 4, where);
  config.norm_groups = json_get_or<int64_t>(json, "norm_num_groups", 32, where);
  config.encoder_attention_levels = config.decoder_attention_levels = {};
  const bool has_quant = json_get_or<bool>(json, "use_quant_conv", true, where);
  const bool has_post_quant = json_get_or<bool>(json, "use_post_quant_conv", true, where);
  check(has_quant == has_post_quant, "{}: only one of the two quant convolutions is there", where);
  config.has_quant_convs = has_quant;
  const auto activation = json_get_or<std::string>(json, "act_fn", "silu", where);
  check(activation == "silu", "{}: act_fn '{}' is not silu", where, activation);
  check(json_get_or<bool>(json, "mid_block_add_attention", true, where),
        "{}: a middle without attention", where);
  config.validate(where);
  return config;
}

}  // namespace unipic::kl_vae
