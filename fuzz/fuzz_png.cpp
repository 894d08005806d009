#include <cstdlib>
#include <span>

#include "io/png.h"
#include "png_checksums.h"
#include "unipic/error.h"

namespace io = unipic::io;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr io::ImageLimits kLimits{.max_pixels = 1 << 16, .max_side = 4096};
  const auto file = unipic::fuzz::with_png_checksums(data, size);
  try {
    const auto image = io::decode_png(std::as_bytes(std::span(file)), "fuzz", kLimits);
    const bool small = image.width * image.height <= 1024;
    if (small && io::decode_png(io::encode_png(image), "again") != image) std::abort();
  } catch (const unipic::Error&) {
  }
  return 0;
}
