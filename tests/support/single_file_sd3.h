#pragma once

#include <ATen/ATen.h>

#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "support/tensor_files.h"

// Tensors of diffusers' folders as Stability AI's checkpoint files have them. Written the other way
// round than what reads such files, so that a mistake in either shows.

namespace unipic::test {

inline Tensors with_prefix(const std::string& prefix, const Tensors& tensors) {
  Tensors renamed;
  for (const auto& [name, tensor] : tensors) renamed[prefix + name] = tensor;
  return renamed;
}

// A block of the transformer: its tensors before and after.
class OriginalBlock {
 public:
  OriginalBlock(const Tensors& diffusers, Tensors& original, int64_t layer)
      : diffusers_(diffusers),
        original_(original),
        from_("transformer_blocks." + std::to_string(layer) + "."),
        to_("joint_blocks." + std::to_string(layer) + ".") {}

  void convert(bool is_last) {
    rename("norm1.linear", "x_block.adaLN_modulation.1");
    rename("ff.net.0.proj", "x_block.mlp.fc1");
    rename("ff.net.2", "x_block.mlp.fc2");
    attention("x_block.attn", {"attn.to_q", "attn.to_k", "attn.to_v"}, "attn.norm_q", "attn.norm_k",
              "attn.to_out.0");
    attention("context_block.attn", {"attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj"},
              "attn.norm_added_q", "attn.norm_added_k", "attn.to_add_out");
    attention("x_block.attn2", {"attn2.to_q", "attn2.to_k", "attn2.to_v"}, "attn2.norm_q",
              "attn2.norm_k", "attn2.to_out.0");
    rename("ff_context.net.0.proj", "context_block.mlp.fc1");
    rename("ff_context.net.2", "context_block.mlp.fc2");
    rename("norm1_context.linear", "context_block.adaLN_modulation.1", is_last);
  }

  static at::Tensor other_order(const at::Tensor& scale_and_shift) {
    const auto halves = scale_and_shift.chunk(2);
    return at::cat({halves[1], halves[0]});
  }

 private:
  static constexpr const char* kEndings[] = {".weight", ".bias"};

  void rename(const std::string& name, const std::string& original, bool swap = false) {
    for (const std::string ending : kEndings) {
      const auto found = diffusers_.find(from_ + name + ending);
      if (found == diffusers_.end()) continue;
      original_[to_ + original + ending] = swap ? other_order(found->second) : found->second;
    }
  }

  void attention(const std::string& original, const std::vector<std::string>& qkv,
                 const std::string& q_norm, const std::string& k_norm, const std::string& out) {
    if (!diffusers_.contains(from_ + qkv[0] + ".weight")) return;
    for (const std::string ending : kEndings) {
      std::vector<at::Tensor> parts;
      for (const auto& name : qkv) parts.push_back(diffusers_.at(from_ + name + ending));
      original_[to_ + original + ".qkv" + ending] = at::cat(parts);
    }
    rename(q_norm, original + ".ln_q");
    rename(k_norm, original + ".ln_k");
    rename(out, original + ".proj");
  }

  const Tensors& diffusers_;
  Tensors& original_;
  std::string from_, to_;
};

inline Tensors original_transformer(const Tensors& diffusers, int64_t num_layers) {
  Tensors original = {{"pos_embed", diffusers.at("pos_embed.pos_embed")}};
  for (const std::string ending : {"weight", "bias"}) {
    const auto rename = [&](const std::string& name, const std::string& theirs) {
      original[theirs + "." + ending] = diffusers.at(name + "." + ending);
    };
    rename("pos_embed.proj", "x_embedder.proj");
    rename("time_text_embed.timestep_embedder.linear_1", "t_embedder.mlp.0");
    rename("time_text_embed.timestep_embedder.linear_2", "t_embedder.mlp.2");
    rename("time_text_embed.text_embedder.linear_1", "y_embedder.mlp.0");
    rename("time_text_embed.text_embedder.linear_2", "y_embedder.mlp.2");
    rename("context_embedder", "context_embedder");
    rename("proj_out", "final_layer.linear");
    original["final_layer.adaLN_modulation.1." + ending] =
        OriginalBlock::other_order(diffusers.at("norm_out.linear." + ending));
  }
  for (int64_t layer = 0; layer < num_layers; ++layer)
    OriginalBlock(diffusers, original, layer).convert(layer + 1 == num_layers);
  return original;
}

// Of an autoencoder of four levels.
inline Tensors original_vae(const Tensors& diffusers) {
  static const std::vector<std::pair<std::regex, std::string>> kRules = {
      {std::regex("down_blocks\\.(\\d)\\.resnets"), "down.$1.block"},
      {std::regex("down_blocks\\.(\\d)\\.downsamplers\\.0"), "down.$1.downsample"},
      {std::regex("up_blocks\\.0\\.resnets"), "up.3.block"},
      {std::regex("up_blocks\\.1\\.resnets"), "up.2.block"},
      {std::regex("up_blocks\\.2\\.resnets"), "up.1.block"},
      {std::regex("up_blocks\\.3\\.resnets"), "up.0.block"},
      {std::regex("up_blocks\\.0\\.upsamplers\\.0"), "up.3.upsample"},
      {std::regex("up_blocks\\.1\\.upsamplers\\.0"), "up.2.upsample"},
      {std::regex("up_blocks\\.2\\.upsamplers\\.0"), "up.1.upsample"},
      {std::regex("mid_block\\.resnets\\.0"), "mid.block_1"},
      {std::regex("mid_block\\.resnets\\.1"), "mid.block_2"},
      {std::regex("mid_block\\.attentions\\.0"), "mid.attn_1"},
      {std::regex("group_norm"), "norm"},
      {std::regex("to_([qkv])\\."), "$1."},
      {std::regex("to_out\\.0"), "proj_out"},
      {std::regex("conv_norm_out"), "norm_out"},
      {std::regex("conv_shortcut"), "nin_shortcut"},
  };
  Tensors original;
  for (const auto& [name, tensor] : diffusers) {
    auto renamed = name;
    for (const auto& [pattern, with] : kRules) renamed = std::regex_replace(renamed, pattern, with);
    const bool is_pointwise = tensor.dim() == 2;  // the middle attention's projections
    original[renamed] = is_pointwise ? tensor.unsqueeze(-1).unsqueeze(-1) : tensor;
  }
  return original;
}

}  // namespace unipic::test
