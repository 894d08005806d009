#include "models/unipic2/weights.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace unipic::unipic2 {
namespace {

using convert::TensorPart;
using convert::WeightSource;

// The original's modulations that only shift and scale do so in this order; ours the other way
// round, as diffusers' do.
enum class Swapped { kNever, kInLastBlock, kAlways };

struct Renamed {
  std::string_view ours, theirs;     // where names begin, * being the number of a block
  int64_t index = 0, num_parts = 1;  // of the rows of theirs
  Swapped swapped = Swapped::kNever;
};

constexpr std::array<Renamed, 33> kTransformer = {{
    {"pos_embed.pos_embed", "pos_embed"},
    {"pos_embed.proj.", "x_embedder.proj."},
    {"time_text_embed.timestep_embedder.linear_1.", "t_embedder.mlp.0."},
    {"time_text_embed.timestep_embedder.linear_2.", "t_embedder.mlp.2."},
    {"time_text_embed.text_embedder.linear_1.", "y_embedder.mlp.0."},
    {"time_text_embed.text_embedder.linear_2.", "y_embedder.mlp.2."},
    {"context_embedder.", "context_embedder."},
    {"transformer_blocks.*.norm1.linear.", "joint_blocks.*.x_block.adaLN_modulation.1."},
    {"transformer_blocks.*.norm1_context.linear.",
     "joint_blocks.*.context_block.adaLN_modulation.1.", 0, 1, Swapped::kInLastBlock},
    {"transformer_blocks.*.attn.to_q.", "joint_blocks.*.x_block.attn.qkv.", 0, 3},
    {"transformer_blocks.*.attn.to_k.", "joint_blocks.*.x_block.attn.qkv.", 1, 3},
    {"transformer_blocks.*.attn.to_v.", "joint_blocks.*.x_block.attn.qkv.", 2, 3},
    {"transformer_blocks.*.attn.norm_q.", "joint_blocks.*.x_block.attn.ln_q."},
    {"transformer_blocks.*.attn.norm_k.", "joint_blocks.*.x_block.attn.ln_k."},
    {"transformer_blocks.*.attn.to_out.0.", "joint_blocks.*.x_block.attn.proj."},
    {"transformer_blocks.*.attn.add_q_proj.", "joint_blocks.*.context_block.attn.qkv.", 0, 3},
    {"transformer_blocks.*.attn.add_k_proj.", "joint_blocks.*.context_block.attn.qkv.", 1, 3},
    {"transformer_blocks.*.attn.add_v_proj.", "joint_blocks.*.context_block.attn.qkv.", 2, 3},
    {"transformer_blocks.*.attn.norm_added_q.", "joint_blocks.*.context_block.attn.ln_q."},
    {"transformer_blocks.*.attn.norm_added_k.", "joint_blocks.*.context_block.attn.ln_k."},
    {"transformer_blocks.*.attn.to_add_out.", "joint_blocks.*.context_block.attn.proj."},
    {"transformer_blocks.*.attn2.to_q.", "joint_blocks.*.x_block.attn2.qkv.", 0, 3},
    {"transformer_blocks.*.attn2.to_k.", "joint_blocks.*.x_block.attn2.qkv.", 1, 3},
    {"transformer_blocks.*.attn2.to_v.", "joint_blocks.*.x_block.attn2.qkv.", 2, 3},
    {"transformer_blocks.*.attn2.norm_q.", "joint_blocks.*.x_block.attn2.ln_q."},
    {"transformer_blocks.*.attn2.norm_k.", "joint_blocks.*.x_block.attn2.ln_k."},
    {"transformer_blocks.*.attn2.to_out.0.", "joint_blocks.*.x_block.attn2.proj."},
    {"transformer_blocks.*.ff.net.0.proj.", "joint_blocks.*.x_block.mlp.fc1."},
    {"transformer_blocks.*.ff.net.2.", "joint_blocks.*.x_block.mlp.fc2."},
    {"transformer_blocks.*.ff_context.net.0.proj.", "joint_blocks.*.context_block.mlp.fc1."},
    {"transformer_blocks.*.ff_context.net.2.", "joint_blocks.*.context_block.mlp.fc2."},
    {"norm_out.linear.", "final_layer.adaLN_modulation.1.", 0, 1, Swapped::kAlways},
    {"proj_out.", "final_layer.linear."},
}};

// What of a name a pattern stands for, and what follows.
struct Match {
  std::string_view number, rest;
};
std::optional<Match> match(std::string_view name, std::string_view pattern) {
  const auto star = std::min(pattern.find('*'), pattern.size());
  if (!name.starts_with(pattern.substr(0, star))) return {};
  name.remove_prefix(star);
  if (star == pattern.size()) return Match{{}, name};
  const auto end = std::min(name.find_first_not_of("0123456789"), name.size());
  if (!name.substr(end).starts_with(pattern.substr(star + 1))) return {};
  return Match{name.substr(0, end), name.substr(end + pattern.size() - star - 1)};
}

std::string filled(std::string_view pattern, const Match& match) {
  const auto star = std::min(pattern.find('*'), pattern.size());
  std::string name(pattern.substr(0, star));
  name += match.number;
  if (star < pattern.size()) name += pattern.substr(star + 1);
  return name += match.rest;
}

bool starts_with_any(std::string_view name, std::initializer_list<std::string_view> prefixes) {
  return std::ranges::any_of(prefixes, [&](auto prefix) { return name.starts_with(prefix); });
}

}  // namespace

convert::Renaming transformer_renaming(int64_t num_layers) {
  const auto part_of = [last = std::to_string(num_layers - 1)](const std::string& name) {
    for (const auto& renamed : kTransformer) {
      const auto found = match(name, renamed.ours);
      if (!found) continue;
      const bool is_swapped = renamed.swapped == Swapped::kAlways ||
                              (renamed.swapped == Swapped::kInLastBlock && found->number == last);
      return TensorPart{.name = filled(renamed.theirs, *found),
                        .index = renamed.index,
                        .num_parts = renamed.num_parts,
                        .swaps_halves = is_swapped};
    }
    return TensorPart{.name = name};
  };
  return {.part_of = part_of};
}

TensorPart clip_projection(const WeightSource& file) {
  constexpr std::string_view kOfOpenClip = "text_projection";
  if (file.contains(kOfOpenClip)) return {.name = std::string(kOfOpenClip), .transposes = true};
  return {.name = "text_projection.weight"};
}

convert::Renaming clip_renaming(const WeightSource& file) {
  return {.part_of =
              [projection = clip_projection(file)](const std::string& name) {
                return name == "text_projection.weight" ? projection : TensorPart{.name = name};
              },
          .is_idle =
              [](std::string_view name) {
                return starts_with_any(
                    name, {"text_projection", "logit_scale", "vision_model.", "visual_projection.",
                           "text_model.embeddings.position_ids"});
              }};
}

std::string t5_embedding(const WeightSource& file) {
  constexpr std::string_view kShared = "shared.weight";
  return std::string(file.contains(kShared) ? kShared : "encoder.embed_tokens.weight");
}

convert::Renaming t5_renaming(const WeightSource& file) {
  return {.part_of =
              [embedding = t5_embedding(file)](const std::string& name) {
                return TensorPart{.name = name == "shared.weight" ? embedding : name};
              },
          .is_idle =
              [](std::string_view name) {
                return starts_with_any(name, {"encoder.embed_tokens.", "decoder.", "lm_head.",
                                              "logit_scale", "spiece_model"});
              }};
}

convert::Renaming vae_renaming() {
  return {.part_of = [](const std::string& name) { return TensorPart{.name = name}; }};
}

}  // namespace unipic::unipic2
