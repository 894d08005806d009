#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "io/tensor_view.h"

namespace unipic::ops {

using MappedFiles = std::vector<std::shared_ptr<const MappedFile>>;

// The torch type of a file's elements, and back. The latter throws `Error` for types that no file
// format has (complex numbers, quantised types).
at::ScalarType scalar_type_of(io::DType dtype);
io::DType dtype_of(at::ScalarType type);

// The tensor that `view` shows: the mapped bytes themselves where their alignment allows, otherwise
// a copy. It keeps `files` alive and must not be written to.
at::Tensor tensor_from_file(const io::TensorView& view, const MappedFiles& files);

// If `tensor` shows mapped bytes: lets the system take back their pages. They are read again from
// the file when they are needed.
void forget_pages(const at::Tensor& tensor);

}  // namespace unipic::ops
