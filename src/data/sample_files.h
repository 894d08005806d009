#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/json.h"
#include "io/image.h"

namespace unipic::data {

// Reads the files that samples name. Safe to use from many threads.
class SampleFiles {
 public:
  // Relative names are looked up in `root`. If `confined`, names that lead out of it, be it by
  // "..", a link or an absolute path, are refused. Throws `Error` unless `root` is a folder.
  SampleFiles(const std::filesystem::path& root, bool confined, const io::ImageLimits& limits);

  // The image, text (UTF-8, white space at its ends removed) or JSON in the file `name`. All throw
  // `Error`.
  Image image(std::string_view name) const;
  std::string text(std::string_view name) const;
  Json json(std::string_view name) const;

  const std::filesystem::path& root() const { return root_; }

 private:
  std::filesystem::path find(std::string_view name) const;

  std::filesystem::path root_;
  bool confined_;
  io::ImageLimits limits_;
};

// `bytes` as a caption or another short text: without white space at its ends. Throws `Error` that
// begins with `name` if it is longer than 1 MiB or no UTF-8.
std::string short_text(std::string_view bytes, std::string_view name);

// `text` without spaces, tabs and line ends before and after it.
std::string_view trimmed(std::string_view text);

}  // namespace unipic::data
