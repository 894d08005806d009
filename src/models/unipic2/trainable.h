#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "diffusion/flow_match.h"
#include "models/unipic2/parts.h"
#include "models/unipic2/prompt_reader.h"
#include "ops/low_rank.h"

namespace unipic::unipic2 {

struct TrainableOptions {
  std::filesystem::path llm_folder = {};  // of a Metaquery; empty: in or beside the model's folder
  int64_t num_t5_tokens = 256;
  ops::Placement placement = {};
};

// A UniPic 2 whose networks can learn: a Kontext, or a Metaquery where there is a conditioner.
// Nothing does until `let_learn`.
struct TrainableModel {
  std::filesystem::path folder;
  sd3::Transformer transformer = nullptr;
  LatentCodec codec;
  double shift = 1;
  std::unique_ptr<PromptReader> prompts;
  std::vector<ModelPart> parts;  // the transformer first, then those of `prompts`

  // Latents of pictures, C, H and W of [C, H, W]. Throws `UsageError` for a size that does not
  // divide into tokens.
  std::vector<int64_t> latent_shape(int64_t width, int64_t height) const;
};

// Opens a published folder. Throws `Error` for what is missing, malformed or does not fit.
TrainableModel open_trainable(const std::filesystem::path& folder, const TrainableOptions& options);

// The part of that name. Throws `UsageError` that lists the model's if there is none.
const ModelPart& part_named(const TrainableModel& model, const std::string& name);

// Gives the part fp32 weights in memory of its own that take gradients.
void let_learn(const ModelPart& part);

// Writes the folder of a model to `out`, which must not exist: the parts called `changed` with
// their modules' weights in fp32, everything else as it was. `transformer` takes the place of the
// model's.
void write_model(const TrainableModel& model, const sd3::Transformer& transformer,
                 const std::vector<std::string>& changed, const std::filesystem::path& out);

// The same with changes of low rank in the transformer, and nothing else new. Throws `Error` for a
// change that fits no layer.
void write_merged(const std::filesystem::path& folder, const ops::LowRankChanges& changes,
                  const std::filesystem::path& out);

// A transformer of its own whose weights lie in the memory of `transformer`'s.
sd3::Transformer shared_copy(const sd3::Transformer& transformer);

}  // namespace unipic::unipic2
