#include "backbones/kl_vae/diffusers_names.h"

#include <array>
#include <charconv>
#include <utility>

namespace unipic::kl_vae {
namespace {

using Names = std::pair<std::string_view, std::string_view>;

constexpr std::array<Names, 7> kOfMiddle = {{{"resnets.0.", "block_1."},
                                             {"resnets.1.", "block_2."},
                                             {"attentions.0.group_norm.", "attn_1.norm."},
                                             {"attentions.0.to_q.", "attn_1.q."},
                                             {"attentions.0.to_k.", "attn_1.k."},
                                             {"attentions.0.to_v.", "attn_1.v."},
                                             {"attentions.0.to_out.0.", "attn_1.proj_out."}}};

bool take(std::string_view& name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  return true;
}

// The number before the next dot, which is taken, too.
std::optional<int64_t> take_number(std::string_view& name) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end == name.data() + name.size() || *end != '.') return {};
  name.remove_prefix(static_cast<size_t>(end - name.data()) + 1);
  return number;
}

std::string with_shortcut(std::string_view rest) {
  return take(rest, "conv_shortcut.") ? "nin_shortcut." + std::string(rest) : std::string(rest);
}

// "B.resnets.R.conv1.weight" and "B.downsamplers.0.conv.weight" after "down_blocks.", for one.
std::optional<std::string> name_in_levels(std::string_view rest, bool is_up, const Config& config) {
  const auto block = take_number(rest);
  if (!block) return {};
  const int64_t level = is_up ? config.num_levels() - 1 - *block : *block;
  const auto before = fmt::format("{}.{}.", is_up ? "up" : "down", level);
  if (take(rest, is_up ? "upsamplers.0.conv." : "downsamplers.0.conv."))
    return before + (is_up ? "upsample.conv." : "downsample.conv.") + std::string(rest);
  if (!take(rest, "resnets.")) return {};
  const auto number = take_number(rest);
  if (!number) return {};
  return fmt::format("{}block.{}.{}", before, *number, with_shortcut(rest));
}

std::optional<std::string> name_in_half(std::string_view rest, const Config& config) {
  if (take(rest, "down_blocks.")) return name_in_levels(rest, /*is_up=*/false, config);
  if (take(rest, "up_blocks.")) return name_in_levels(rest, /*is_up=*/true, config);
  if (take(rest, "conv_norm_out.")) return "norm_out." + std::string(rest);
  if (!take(rest, "mid_block.")) return std::string(rest);
  for (const auto& [theirs, ours] : kOfMiddle) {
    if (take(rest, theirs)) return fmt::format("mid.{}{}", ours, rest);
  }
  return {};
}

// "L.block.R.conv1.weight" and "L.downsample.conv.weight" after "down.", for one.
std::string levels_in_diffusers(std::string_view rest, bool is_up, const Config& config) {
  const auto level = take_number(rest);
  check(level.has_value(), "a VAE has no level '{}'", rest);
  const int64_t block = is_up ? config.num_levels() - 1 - *level : *level;
  const auto before = fmt::format("{}_blocks.{}.", is_up ? "up" : "down", block);
  if (take(rest, is_up ? "upsample.conv." : "downsample.conv."))
    return before + (is_up ? "upsamplers.0.conv." : "downsamplers.0.conv.") + std::string(rest);
  take(rest, "block.");
  const auto number = take_number(rest);
  check(number.has_value(), "a VAE has no block '{}'", rest);
  const bool is_shortcut = take(rest, "nin_shortcut.");
  return fmt::format("{}resnets.{}.{}{}", before, *number, is_shortcut ? "conv_shortcut." : "",
                     rest);
}

std::string half_in_diffusers(std::string_view rest, const Config& config) {
  if (take(rest, "down.")) return levels_in_diffusers(rest, /*is_up=*/false, config);
  if (take(rest, "up.")) return levels_in_diffusers(rest, /*is_up=*/true, config);
  if (take(rest, "norm_out.")) return "conv_norm_out." + std::string(rest);
  if (!take(rest, "mid.")) return std::string(rest);
  for (const auto& [theirs, ours] : kOfMiddle) {
    if (take(rest, ours)) return fmt::format("mid_block.{}{}", theirs, rest);
  }
  return "mid_block." + std::string(rest);
}

}  // namespace

std::string name_in_diffusers(std::string_view name, const Config& config) {
  for (const std::string_view half : {"encoder.", "decoder."}) {
    auto rest = name;
    if (take(rest, half)) return std::string(half) + half_in_diffusers(rest, config);
  }
  return std::string(name);
}

Json config_to_diffusers(const Config& config, std::string_view where) {
  check(config.encoder_attention_levels.empty() && config.decoder_attention_levels.empty() &&
            config.first_multiplier == config.multipliers.front(),
        "{}: a VAE with attention outside of its middle has no place in diffusers' layout", where);
  Json channels = Json::array(), down = Json::array(), up = Json::array();
  for (int64_t level = 0; level < config.num_levels(); ++level) {
    channels.push_back(config.channels(level));
    down.push_back("DownEncoderBlock2D");
    up.push_back("UpDecoderBlock2D");
  }
  return {{"_class_name", "AutoencoderKL"},
          {"act_fn", "silu"},
          {"block_out_channels", std::move(channels)},
          {"down_block_types", std::move(down)},
          {"in_channels", 3},
          {"latent_channels", config.latent_channels},
          {"layers_per_block", config.num_res_blocks},
          {"mid_block_add_attention", true},
          {"norm_num_groups", config.norm_groups},
          {"out_channels", 3},
          {"up_block_types", std::move(up)},
          {"use_post_quant_conv", config.has_quant_convs},
          {"use_quant_conv", config.has_quant_convs}};
}

std::optional<std::string> name_of_diffusers(std::string_view name, const Config& config) {
  for (const std::string_view half : {"encoder.", "decoder."}) {
    auto rest = name;
    if (!take(rest, half)) continue;
    const auto found = name_in_half(rest, config);
    return found ? std::optional(std::string(half) + *found) : std::nullopt;
  }
  return std::string(name);  // the quant convolutions
}

}  // namespace unipic::kl_vae
