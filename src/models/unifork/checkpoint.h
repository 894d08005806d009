#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "backbones/qwen2/generation_config.h"
#include "convert/weight_source.h"
#include "models/unifork/config.h"
#include "models/unifork/model.h"
#include "ops/weight_placement.h"
#include "text/tokenizer.h"

namespace unipic::unifork {

// Where the parts of a trained UniFork lie (specs/unifork.md §2). The paths that its config.json
// states were right on the machine that trained it; what they name is looked for in the folder and
// beside it, by the last parts of the paths. Optional ones that are not there are empty.
struct CheckpointFiles {
  std::filesystem::path folder;
  std::filesystem::path tower_config;   // of VILA-U's image tokenizer
  std::filesystem::path tower_folder;   // optional: its weights, where the folder has none
  std::filesystem::path siglip_config;  // optional
  std::filesystem::path preprocessor;   // optional
};

// An opened checkpoint: mapped, nothing read yet but headers, configs and the tokenizer.
struct Checkpoint {
  CheckpointFiles files;
  Config config;
  convert::WeightSource weights;  // under the names of `UniForkImpl`
  text::Tokenizer tokenizer;
  qwen2::GenerationConfig generation;
  // What a user should know: what was guessed, put right or left out. One line each.
  std::vector<std::string> warnings;
};

// Throws `Error` for what is missing or malformed. The weights of the depth transformer are the
// trained ones of the folder, whatever its config.json says: without its member
// "unfreeze_mm_vision_tower" the authors' code draws with random ones instead, without a word.
Checkpoint open_checkpoint(const std::filesystem::path& folder);

// The networks, ready to compute without gradients. Throws `Error` that lists missing and misshapen
// tensors.
UniFork load_model(const Checkpoint& checkpoint, const ops::Placement& placement);

// Whether a parameter or buffer of that name takes part in what the model computes, apart from
// training its tokenizer.
bool is_used(std::string_view name);

}  // namespace unipic::unifork
