#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

struct sqlite3;
struct sqlite3_stmt;

namespace unipic::serve {

// What is known of a picture that was made or sent.
struct PictureRecord {
  std::string id = {};    // given by `History::add`
  int64_t created = 0;    // seconds since 1970
  std::string task = {};  // "generate", "edit" or "upload"
  std::string prompt = {}, negative_prompt = {}, model = {};
  uint64_t seed = 0;
  int64_t width = 0, height = 0, num_inference_steps = 0;
  double guidance_scale = 0, temperature = 0, seconds = 0;
  std::string source_id = {};  // of the picture that was edited; empty: none

  Json to_json() const;
};

// Pictures with their settings in an SQLite file: what `add` returned from is there after a kill.
// Thread-safe. Throws `Error` when the file cannot be read or written.
class History {
 public:
  // Keeps the newest `max_pictures`. An empty path keeps them in memory.
  History(const std::filesystem::path& path, int64_t max_pictures);
  ~History();

  // The id under which the picture, a PNG file, is kept from now on.
  std::string add(PictureRecord record, std::string_view png);
  std::optional<PictureRecord> find(const std::string& id) const;
  std::optional<std::string> png(const std::string& id) const;
  bool remove(const std::string& id);  // false: there is none
  // The newest first, at most `limit` of those older than `before` (empty: of all), without
  // pictures that were only sent. Nothing if `before` is unknown.
  std::optional<std::vector<PictureRecord>> list(int64_t limit, const std::string& before) const;
  int64_t num_pictures() const;

 private:
  class Statement;

  void execute(const char* sql) const;
  std::optional<int64_t> row_of(const std::string& id) const;
  [[noreturn]] void fail(const char* doing) const;

  mutable std::mutex mutex_;
  std::string where_;
  int64_t max_pictures_;
  sqlite3* database_ = nullptr;
};

}  // namespace unipic::serve
