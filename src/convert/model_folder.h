#pragma once

#include <filesystem>
#include <string>

#include "base/json.h"
#include "io/tensor_view.h"

// The folder of one network as the transformers and diffusers libraries publish it.

namespace unipic::convert {

// A config.json's contents with its place.
struct ConfigFile {
  Json json;
  std::string where;
};
// Throws `Error` if it is missing or malformed.
ConfigFile read_config(const std::filesystem::path& folder, const char* name = "config.json");

// Its weights: one file or an index of several. Throws `Error` if there are none.
io::TensorFile open_weights(const std::filesystem::path& folder);

}  // namespace unipic::convert
