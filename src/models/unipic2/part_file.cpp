#include "models/unipic2/part_file.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"
#include "io/tensor_file.h"

namespace unipic::unipic2 {
namespace fs = std::filesystem;

namespace {

// How a part is recognised in a file.
struct PartNames {
  std::string_view what, tensor;
  std::array<std::string_view, 2> prefixes;  // before all of its names; a file of its own has none
  std::string_view tensor_of_diffusers = {};
};

// In the order of `Part`.
constexpr std::array<PartNames, 5> kParts = {{
    {"transformer of SD3",
     "x_embedder.proj.weight",
     {"model.diffusion_model.", ""},
     "transformer_blocks.0.attn.to_q.weight"},
    {"autoencoder",
     "decoder.mid.block_1.conv1.weight",
     {"first_stage_model.", ""},
     "decoder.mid_block.resnets.0.conv1.weight"},
    {"CLIP-L",
     "text_model.embeddings.token_embedding.weight",
     {"text_encoders.clip_l.transformer.", ""}},
    {"CLIP-G",
     "text_model.embeddings.token_embedding.weight",
     {"text_encoders.clip_g.transformer.", ""}},
    {"T5",
     "encoder.block.0.layer.0.SelfAttention.q.weight",
     {"text_encoders.t5xxl.transformer.", ""}},
}};

const PartNames& names_of(Part part) { return kParts.at(static_cast<size_t>(part)); }

std::optional<std::string_view> find_prefix(const io::TensorFile& file, const PartNames& names) {
  for (const auto prefix : names.prefixes) {
    if (file.tensors.contains(std::string(prefix) + std::string(names.tensor))) return prefix;
  }
  return {};
}

}  // namespace

bool holds_part(const fs::path& file, Part part) {
  return find_prefix(io::open_tensor_file(file), names_of(part)).has_value();
}

convert::WeightSource open_part(const fs::path& path, Part part) {
  const auto file = io::open_tensor_file(path);
  const auto& names = names_of(part);
  const auto prefix = find_prefix(file, names);
  check(prefix || !file.tensors.contains(names.tensor_of_diffusers),
        "{}: has diffusers' names, which need the config.json beside it; give its folder",
        path.string());
  check(prefix.has_value(), "{}: holds no {}: there is no tensor '{}{}'", path.string(), names.what,
        names.prefixes.front(), names.tensor);
  const auto place =
      prefix->empty() ? "" : ", " + std::string(prefix->substr(0, prefix->size() - 1));
  convert::WeightSource source(path.string() + place);
  source.add(file, [&](std::string_view name) {
    return name.starts_with(*prefix) ? std::optional(std::string(name.substr(prefix->size())))
                                     : std::nullopt;
  });
  return source;
}

}  // namespace unipic::unipic2
