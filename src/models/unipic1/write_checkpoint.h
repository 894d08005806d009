#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>

#include "models/unipic1/checkpoint.h"
#include "ops/low_rank.h"
#include "text/bpe_trainer.h"

namespace unipic::unipic1 {

struct WriteOptions {
  // Of all weights; nothing keeps each tensor's own. int8: those of stacked layers, the rest bf16.
  std::optional<torch::ScalarType> dtype = {};
  std::stop_token stop = {};
  std::function<void(int64_t done, int64_t num_tensors)> on_progress = {};
  std::function<void(const std::string& name, double relative_error)> on_quantized = {};
  ops::LowRankChanges lora = {};  // what `write_converted` puts into the weights
};

// Writes `checkpoint` as one folder: model.safetensors with all weights the model uses,
// model_config.json, and the two Hugging Face folders' configs and tokenizer. Throws `Error` if
// `out` exists, tensors are missing or changes of `options.lora` do not fit, `Cancelled` when
// stopped; `out` appears only when complete.
void write_converted(const Checkpoint& checkpoint, const std::filesystem::path& out,
                     const WriteOptions& options);

// Writes `model` in the same layout, with tokenizer and configs of `files`' two Hugging Face
// folders. bf16 unless `options.dtype` says otherwise. Throws as `write_converted`.
void write_model(const UniPic1& model, const CheckpointFiles& files,
                 const std::filesystem::path& out, const WriteOptions& options = {});

// Writes a checkpoint of `config`'s sizes with random weights in the published layout (bf16 unless
// `options.dtype` says otherwise). The weights of the two Hugging Face folders, which
// pytorch_model.bin overrides, are left out. Throws as `write_converted`.
void write_random(const Config& config, uint64_t seed, const std::filesystem::path& out,
                  const WriteOptions& options);

// Writes config, tokenizer (`vocabulary` and Qwen2's added tokens, at their published ids if the
// model's vocabulary is that large) and generation settings of the language model as the published
// folder has them.
void write_llm_folder(const Config& config, const text::BpeVocabulary& vocabulary,
                      double repetition_penalty, const std::filesystem::path& folder);

// Tokens that a tokenizer has beside its vocabulary: Qwen2's and the image marker.
int64_t num_added_tokens();

}  // namespace unipic::unipic1
