#pragma once

#include <string_view>

#include "io/pickle.h"
#include "io/tensor_view.h"
#include "io/torch_storage.h"

namespace unipic::io {

struct TorchTree {
  const Pickle& pickle;
  const TorchStorages& storages;
  std::string_view where;  // begins the messages, as for `parse_pickle`
  std::string_view file;   // the same without the place inside the file
};

// The tensors and scalars of a pickled object as `open_torch_checkpoint` gives them.
TensorFile flatten(const TorchTree& tree, std::string_view key);

}  // namespace unipic::io
