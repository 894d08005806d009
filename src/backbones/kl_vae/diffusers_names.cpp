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

}  // namespace

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
