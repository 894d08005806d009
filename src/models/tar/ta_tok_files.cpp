#include "models/tar/ta_tok_files.h"

#include <cmath>

#include "base/check.h"
#include "io/torch_checkpoint.h"
#include "models/tar/checkpoint_file.h"

namespace unipic::tar {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPublishedTower = "siglip2-so400m-patch14-384";

// What the tensors tell of the tower, beside heads and the constant of norms.
siglip::Config tower_of(const convert::WeightSource& weights, const std::string& prefix,
                        siglip::Config config) {
  config.hidden_size = weights.size(prefix + "embeddings.patch_embedding.weight", 0);
  config.patch_size = weights.size(prefix + "embeddings.patch_embedding.weight", 2);
  config.intermediate_size = weights.size(prefix + "encoder.layers.0.mlp.fc1.weight", 0);
  config.num_layers = weights.count(prefix + "encoder.layers.", ".mlp.fc1.weight");
  return config;
}

// The config.json of the tower that `args` name, or where there is none the published one's facts.
siglip::Config read_tower(const fs::path& path, const CheckpointFile& file,
                          const std::string& prefix) {
  const auto teacher = file.args.text("args.teacher").value_or(std::string(kPublishedTower));
  const auto name = fs::path(teacher).filename();
  for (const auto& folder : {path.parent_path(), path.parent_path().parent_path()}) {
    const auto config_path = folder / name / "config.json";
    if (!name.empty() && fs::exists(config_path))
      return siglip::config_from_json(read_json(config_path), config_path.string());
  }
  check(name == kPublishedTower, "{}: the config.json of '{}' is neither beside it nor its folder",
        path.string(), teacher);
  return tower_of(file.weights, prefix, {.image_size = 384});
}

// Throws `Error` unless pictures are normalised to -1..1.
void check_normalization(const convert::WeightSource& weights) {
  for (const char* name : {"scale_layer.shift", "scale_layer.scale"}) {
    check(weights.tensor(name).eq(0.5).all().item<bool>(), "{}: '{}' is not 0.5 everywhere",
          weights.where(), name);
  }
}

// The side of a square of `area`, rounded down.
int64_t side_of(int64_t area) {
  return static_cast<int64_t>(std::sqrt(static_cast<double>(area)) + 0.5);
}

// For settings that are not in the file, what tensors tell.
TaTokConfig infer_config(const fs::path& path, const CheckpointFile& file) {
  const std::string decoder = "decoder.vision_model.";
  const std::string codes = "bottleneck.regularizer.embedding.weight";
  return {.encoder = read_tower(path, file, "encoder."),
          .code_dim = file.weights.size(codes, 1),
          .num_codes = file.weights.size(codes, 0),
          .decoder_hidden_dim = file.weights.size(decoder + "encoder.layers.0.mlp.fc1.weight", 0),
          .decoder_grid =
              side_of(file.weights.size(decoder + "embeddings.position_embedding.weight", 0))};
}

}  // namespace

convert::Opened<TaTok> open_ta_tok(const fs::path& path, const TaTokParts& parts) {
  auto file = open_checkpoint_file(path);
  const auto config = ta_tok_config(file.args, infer_config(path, file));
  config.validate(path.string());
  if (parts.encoder) check_normalization(file.weights);
  return {TaTok(config, parts), std::move(file.weights)};
}

convert::Opened<siglip::VisionModel> open_ta_tok_vision(const fs::path& path,
                                                        std::string_view prefix) {
  const auto file = open_checkpoint_file(path);
  const auto config = read_tower(path, file, std::string(prefix));
  config.validate(path.string());
  return {siglip::VisionModel(config, siglip::VisionModelImpl::Ending::kPooling),
          std::move(open_checkpoint_file(path, prefix).weights)};
}

TaTok load_ta_tok(const fs::path& path, const ops::Placement& placement, const TaTokParts& parts) {
  auto tokenizer = convert::load(open_ta_tok(path, parts), placement);
  tokenizer->keep_codebook();
  return tokenizer;
}

}  // namespace unipic::tar
