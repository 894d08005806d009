#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "io/tensor_view.h"

namespace unipic::io {

// The file name of the shard that holds each tensor.
using ShardOfTensor = std::map<std::string, std::string, std::less<>>;

// Reads `*.index.json`, which safetensors and torch share. Throws `Error` that begins with `name`
// if there is no `weight_map` or a shard's name is more than the name of a file in the same folder.
ShardOfTensor parse_tensor_index(std::string_view json, std::string_view name);

// The tensors that an index lists, out of the shards beside it. `open_shard` reads one shard.
// Tensors that a shard has beyond the index are left out; one that it lacks is an `Error`.
TensorFile open_shards(const std::filesystem::path& index_path, const ShardOfTensor& shard_of,
                       TensorFile (*open_shard)(const std::filesystem::path&));

}  // namespace unipic::io
