// Torch checkpoints of either layout, and with them zip and pickle: either an Error, or views that
// lie inside the input.

#include <cstdint>
#include <cstdlib>

#include "base/check.h"
#include "io/pickle.h"
#include "io/torch_checkpoint.h"
#include "io/torch_globals.h"

using namespace unipic;

namespace {

void check_views(const io::TensorFile& file, std::span<const std::byte> bytes) {
  for (const auto& [name, view] : file.tensors) {
    if (view.bytes.empty()) continue;
    const bool inside = view.bytes.data() >= bytes.data() &&
                        view.bytes.data() + view.bytes.size() <= bytes.data() + bytes.size();
    if (!inside || view.num_elements() == 0) std::abort();
    size_t last = 0;
    for (size_t dim = 0; dim < view.shape.size(); ++dim) {
      last += static_cast<size_t>(view.shape[dim] - 1) * static_cast<size_t>(view.strides[dim]);
    }
    if ((last + 1) * size_of(view.dtype) != view.bytes.size()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
  for (const auto* key : {"", "model"}) {
    try {
      check_views(io::parse_torch_checkpoint(bytes, "fuzz", key), bytes);
    } catch (const Error&) {
    }
  }
  // The pickle reader alone, so that an input need not be a whole archive to reach it.
  try {
    io::parse_pickle(bytes, 0, "fuzz", io::is_torch_global);
  } catch (const Error&) {
  }
  return 0;
}
