#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "io/pickle.h"
#include "io/tensor_view.h"

namespace unipic::io {

// The bytes of each storage of a checkpoint, by its key.
using TorchStorages = std::map<std::string, std::span<const std::byte>, std::less<>>;

// What a pickle says of a storage that it refers to.
struct TorchStorageRef {
  DType dtype = DType::kU8;
  std::string_view key;
  uint64_t num_bytes = 0;
};

// Reads ("storage", class, key, device, number of elements), which is what a persistent id of a
// torch pickle holds. Throws `Error` that begins with `where` if it holds anything else.
TorchStorageRef read_storage_ref(const Pickle& pickle, const PickleNode& persistent,
                                 std::string_view where);

}  // namespace unipic::io
