#include "data/line_file.h"

#include <system_error>

#include "base/atomic_file.h"
#include "base/check.h"

namespace unipic::data {
namespace {

bool is_there(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

std::filesystem::path with_idx(std::filesystem::path path) { return path += ".idx"; }

std::filesystem::path index_path(const std::filesystem::path& path,
                                 const LineFileOptions& options) {
  if (!options.index.empty()) return options.index;
  const auto replaced = std::filesystem::path(path).replace_extension(".idx");
  if (!is_there(with_idx(path)) && replaced != path && is_there(replaced)) return replaced;
  return with_idx(path);
}

}  // namespace

LineFile::LineFile(const std::filesystem::path& path, const LineFileOptions& options)
    : file_(MappedFile::open(path)) {
  const auto bytes = file_->bytes();
  text_ = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  check(!text_.starts_with("\x1f\x8b"), "{}: is compressed with gzip; unpack it first",
        path.string());
  const auto index = index_path(path, options);
  if (is_there(index)) {
    open_index(index);
  } else {
    check(options.index.empty() || options.write_index, "{}: index is missing", index.string());
    make_index(index, options.write_index);
  }
  check(index_->size() > 0, "{}: has no lines", path.string());
}

void LineFile::open_index(const std::filesystem::path& path) {
  index_file_ = MappedFile::open(path);
  index_.emplace(index_file_->bytes(), text_, path.string());
}

void LineFile::make_index(const std::filesystem::path& path, bool write) {
  index_in_memory_ = make_line_index(text_);
  if (write) {
    write_file_atomically(path, std::as_bytes(std::span(index_in_memory_)));
    index_in_memory_ = {};
    return open_index(path);
  }
  index_.emplace(std::as_bytes(std::span(index_in_memory_)), text_, path.string());
}

}  // namespace unipic::data
