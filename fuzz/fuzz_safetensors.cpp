// safetensors files and `*.index.json`: either an Error, or views that lie inside the input.

#include <cstdint>
#include <cstdlib>

#include "base/check.h"
#include "io/safetensors.h"
#include "io/tensor_index.h"

using namespace unipic;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
  try {
    const auto file = io::parse_safetensors(bytes, "fuzz");
    size_t num_bytes = 0;
    for (const auto& [name, view] : file.tensors) {
      if (view.bytes.size() != static_cast<size_t>(view.num_elements()) * size_of(view.dtype)) {
        std::abort();
      }
      if (!view.is_row_major()) std::abort();
      num_bytes += view.bytes.size();
    }
    if (num_bytes > size) std::abort();
  } catch (const Error&) {
  }
  try {
    io::parse_tensor_index({reinterpret_cast<const char*>(data), size}, "fuzz");
  } catch (const Error&) {
  }
  return 0;
}
