#include <cstdint>
#include <cstdlib>
#include <span>

#include "io/exif.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const int orientation = unipic::io::exif_orientation(bytes);
  if (orientation < 1 || orientation > 8) std::abort();
  const auto comment = unipic::io::exif_comment(bytes);
  // What was read as text must survive being written.
  if (comment.find('\0') == comment.npos &&
      unipic::io::exif_comment(unipic::io::exif_with_comment(comment)) != comment) {
    std::abort();
  }
  return 0;
}
