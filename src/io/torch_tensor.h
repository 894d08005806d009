#pragma once

#include <string_view>

#include "io/pickle.h"
#include "io/tensor_view.h"
#include "io/torch_storage.h"

namespace unipic::io {

// Whether the value is a call of one of torch's functions that rebuild a tensor.
bool is_torch_tensor(const Pickle& pickle, const PickleNode& node);

// The tensor that such a call would rebuild. Throws `Error` unless every element lies inside its
// storage and the storage has the size that the pickle says. `where` names the pickle, `tensor` the
// file and the tensor: "x.bin: tensor 'a'".
TensorView read_torch_tensor(const Pickle& pickle, const PickleNode& node,
                             const TorchStorages& storages, std::string_view where,
                             std::string_view tensor);

}  // namespace unipic::io
