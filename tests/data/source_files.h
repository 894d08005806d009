#pragma once

#include <filesystem>
#include <string>

#include "data/source.h"
#include "support/error.h"
#include "support/picture.h"

namespace unipic::test {

// A PNG file as bytes.
inline std::string png_bytes(const Image& image) {
  const TemporaryFolder folder;
  write_image(folder / "p.png", image);
  return read_file(folder / "p.png");
}

// The message of the `SampleError` that sample `index` throws; of another error, "fatal: ...".
inline std::string sample_error(const data::Source& source, uint64_t index) {
  try {
    source.sample(0, index);
  } catch (const data::SampleError& error) {
    return error.what();
  } catch (const Error& error) {
    return std::string("fatal: ") + error.what();
  }
  return "no error";
}

}  // namespace unipic::test
