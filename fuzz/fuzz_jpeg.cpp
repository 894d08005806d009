#include <cstdint>
#include <span>

#include "io/jpeg.h"
#include "unipic/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr unipic::io::ImageLimits kLimits{.max_pixels = 1 << 16, .max_side = 4096};
  try {
    unipic::io::decode_jpeg(std::as_bytes(std::span(data, size)), "fuzz", kLimits);
  } catch (const unipic::Error&) {
  }
  return 0;
}
