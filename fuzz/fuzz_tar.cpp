#include <cstdint>
#include <cstdlib>
#include <span>

#include "data/tar_samples.h"
#include "unipic/error.h"

namespace {

using namespace unipic::data;

void require(bool ok) {
  if (!ok) std::abort();
}

void require_inside(uint64_t offset, uint64_t part_size, size_t size) {
  require(offset <= size && part_size <= size - offset);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const auto entries = list_tar(std::as_bytes(std::span(data, size)), "fuzz", 1000);
    for (const auto& entry : entries) require_inside(entry.offset, entry.size, size);
    for (const auto& sample : group_tar_entries(entries)) {
      require(!sample.key.empty());
      require_inside(sample.image.offset, sample.image.size, size);
      require_inside(sample.caption.offset, sample.caption.size, size);
    }
  } catch (const unipic::Error&) {
  }
  return 0;
}
