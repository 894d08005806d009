#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>

#include "base/check.h"
#include "support/places.h"
#include "support/temporary_folder.h"
#include "unipic/image.h"

namespace unipic::test {

// A file of tests/io/data. NAME.ppm there is what Pillow 11.3 reads from the image NAME, upright
// and over white.
inline std::filesystem::path io_data(const std::string& name) {
  return test::tests_folder() / "io/data" / name;
}

inline Image read_ppm(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string magic;
  Image image;
  int64_t max_value = 0;
  in >> magic >> image.width >> image.height >> max_value;
  check(magic == "P6" && max_value == 255 && in.get() == '\n', "{}: no PPM", path.string());
  image.pixels.assign(std::istreambuf_iterator<char>(in), {});
  check(image.pixels.size() == static_cast<size_t>(3 * image.width * image.height), "{}: cut short",
        path.string());
  return image;
}

// The largest difference of a channel; 1000 if the sides differ.
inline int max_difference(const Image& a, const Image& b) {
  if (a.width != b.width || a.height != b.height) return 1000;
  int largest = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i) {
    largest = std::max(largest, std::abs(a.pixels[i] - b.pixels[i]));
  }
  return largest;
}

// A smooth picture with a value of its own in every corner.
inline Image gradient(int64_t width, int64_t height) {
  Image image{.width = width, .height = height, .pixels = {}};
  for (int64_t y = 0; y < height; ++y) {
    for (int64_t x = 0; x < width; ++x) {
      image.pixels.push_back(static_cast<uint8_t>(255 * x / std::max<int64_t>(width - 1, 1)));
      image.pixels.push_back(static_cast<uint8_t>(255 * y / std::max<int64_t>(height - 1, 1)));
      image.pixels.push_back(static_cast<uint8_t>(100 + 100 * (x + y) / (width + height)));
    }
  }
  return image;
}

inline std::span<const std::byte> as_bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

// Calls `read` with `file` cut short at every length, and with every bit of it flipped; it may
// throw `Error`, nothing else. Returns how often it threw for a cut.
template <typename Read>
size_t survive_damage(const std::string& file, const Read& read) {
  const auto throws = [&](const std::string& damaged) {
    try {
      read(as_bytes(damaged));
      return false;
    } catch (const Error&) {
      return true;
    }
  };
  size_t num_refused = 0;
  for (size_t length = 0; length < file.size(); ++length) {
    num_refused += throws(file.substr(0, length)) ? 1 : 0;
  }
  for (size_t bit = 0; bit < 8 * file.size(); ++bit) {
    auto damaged = file;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    throws(damaged);
  }
  return num_refused;
}

}  // namespace unipic::test
