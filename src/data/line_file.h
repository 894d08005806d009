#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/mapped_file.h"
#include "data/line_index.h"

namespace unipic::data {

struct LineFileOptions {
  // The index file. Empty: FILE.idx, or else FILE with its extension replaced by .idx, if there.
  std::filesystem::path index = {};
  // Writes a missing index, as `index` or FILE.idx. Otherwise the file is gone through at every
  // opening, and the index takes 8 bytes of memory a line.
  bool write_index = false;
};

// The lines of a mapped file, in any order, by an index. Safe to use from many threads.
class LineFile {
 public:
  // Throws `Error` if a file cannot be opened, the index is damaged or older than the file, or
  // there are no lines.
  explicit LineFile(const std::filesystem::path& path, const LineFileOptions& options = {});
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  uint64_t size() const { return index_->size(); }
  // Line `number`, from 0, without its end; valid while the object lives. Throws `Error` if the
  // index is wrong about it.
  std::string_view line(uint64_t number) const { return index_->line(text_, number); }
  std::filesystem::path path() const { return file_->path(); }

 private:
  void open_index(const std::filesystem::path& path);
  void make_index(const std::filesystem::path& path, bool write);

  std::shared_ptr<const MappedFile> file_;
  std::string_view text_;
  std::shared_ptr<const MappedFile> index_file_;  // Null if the index is in memory.
  std::vector<uint64_t> index_in_memory_;
  std::optional<LineIndex> index_;
};

}  // namespace unipic::data
