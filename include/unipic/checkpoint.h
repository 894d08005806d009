#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "unipic/options.h"

namespace unipic {

// One tensor of a file.
struct TensorInfo {
  std::string name;
  std::string dtype;  // "BF16", "F32", ...
  std::vector<int64_t> shape;
  uint64_t num_bytes = 0;
};

// What `inspect` found in a file or a model folder.
struct Inspection {
  std::string kind;  // "unipic1 checkpoint", "tensor file", "picture"
  std::vector<std::pair<std::string, std::string>> facts = {};  // in the order to show them
  std::vector<TensorInfo> tensors = {};                         // sorted by name
};

// Looks into a model folder, a tensor file or a picture without loading it. Throws `Error` if it is
// none of these or is malformed.
Inspection inspect(const std::filesystem::path& path);

struct ConvertOptions {
  // A folder of a LoRA adapter as PEFT keeps it, to be put into the weights of a model folder.
  // Empty: none.
  std::filesystem::path lora = {};
  // The type of all weights in the result; the default keeps each tensor's own. With `kInt8`
  // stacked layers of a model folder have weights in 8 bits and the rest is bf16.
  enum class Target { kKeep, kF32, kBF16, kInt8 } target = Target::kKeep;
  std::stop_token stop =
      {};  // a requested stop ends the work with `Cancelled`, leaving nothing behind
  std::function<void(int64_t done, int64_t num_tensors)> on_progress = {};
  // Told of every weight that becomes 8 bits: the root of its mean square error over that of its
  // numbers.
  std::function<void(const std::string& name, double relative_error)> on_quantized = {};
};

// Writes the checkpoint in folder `in` (or a single tensor file) as safetensors: one folder with
// one weight file, configs and tokenizer, which `Pipeline::load` takes; or one file. Throws `Error`
// if `out` exists, or `in` is incomplete or does not fit the adapter.
void convert_checkpoint(const std::filesystem::path& in, const std::filesystem::path& out,
                        const ConvertOptions& options = {});

// Writes a checkpoint of family `family` ("unipic1") of the real size with random weights in the
// published layout, for measuring without a download. Throws `Error` if `out` exists.
void write_random_checkpoint(const std::string& family, const std::filesystem::path& out,
                             uint64_t seed, const ConvertOptions& options = {});

}  // namespace unipic
