#include <span>

#include "io/png_text.h"
#include "png_checksums.h"
#include "unipic/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto file = unipic::fuzz::with_png_checksums(data, size);
  try {
    unipic::io::read_png_text(std::as_bytes(std::span(file)), "fuzz");
  } catch (const unipic::Error&) {
  }
  return 0;
}
