#pragma once

#include <optional>
#include <string_view>

#include "io/tensor_view.h"

namespace unipic::io {

// Whether a torch checkpoint may name this Python global ("module.name"). Those it may name are
// data types and ways to rebuild tensors; none is ever called.
bool is_torch_global(std::string_view global);

// The element type of a storage class, as "torch.FloatStorage"; bytes for an untyped storage.
std::optional<DType> torch_storage_dtype(std::string_view global);

// The type that a torch dtype names, as "torch.float32"; nothing for one that `DType` lacks.
std::optional<DType> torch_dtype(std::string_view global);

// The reverse of `torch_storage_dtype`; empty for a type without a storage class of its own.
std::string_view torch_storage_of(DType dtype);
// The reverse of `torch_dtype`.
std::string_view torch_dtype_name(DType dtype);

}  // namespace unipic::io
