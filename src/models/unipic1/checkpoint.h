#pragma once

#include <torch/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "convert/weight_source.h"
#include "models/unipic1/config.h"
#include "models/unipic1/model.h"
#include "text/tokenizer.h"

namespace unipic::unipic1 {

// Where the parts of a checkpoint lie. Optional parts that are not there are empty.
struct CheckpointFiles {
  std::filesystem::path folder;             // as the user gave it, for messages
  std::filesystem::path model_config = {};  // optional; the published folder has none
  std::filesystem::path weights = {};       // pytorch_model.bin, model.safetensors or their index
  std::filesystem::path vae = {};           // optional: kl16.ckpt, unless `weights` holds vae.*
  std::filesystem::path llm_folder = {};  // Qwen2.5-1.5B-Instruct: config, tokenizer, base weights
  std::filesystem::path vision_folder = {};  // optional: siglip2-so400m-patch16-512
};

// Finds the parts below `folder`, in the published layout or as `unipic convert` writes them. A
// model_config.json may lie in the folder or beside it, a folder `checkpoint` in it. Throws `Error`
// that says what is missing.
CheckpointFiles find_checkpoint(const std::filesystem::path& folder);

// An opened checkpoint: mapped, nothing read yet but headers, configs and the tokenizer.
struct Checkpoint {
  CheckpointFiles files;
  Config config;
  convert::WeightSource weights;  // under the names of `UniPic1Impl`
  text::Tokenizer tokenizer;
  double repetition_penalty = 1.0;  // of the language model's generation_config.json
};

// Throws `Error` for anything malformed. Sizes that no config states come from the tensors' shapes.
Checkpoint open_checkpoint(const std::filesystem::path& folder);

// Gives `model` its weights. Returns the tensors it has no use for, other than those that are known
// to be idle. With `keep_int8` layers whose weights come in 8 bits keep them so. Throws `Error`
// that lists missing and misshapen tensors.
std::vector<std::string> load_model(UniPic1& model, const Checkpoint& checkpoint,
                                    torch::ScalarType dtype, torch::Device device,
                                    bool keep_int8 = false);

// Whether a tensor of the published files is part of no computation (specs/unipic1.md §1).
bool is_known_idle(const Config& config, std::string_view name);

// What a MAR, a VAE and a head of these shapes are configured as; head counts and steps, which
// shapes do not tell, stay as in `config`.
void infer_config(Config& config, const convert::WeightSource& weights);

}  // namespace unipic::unipic1
