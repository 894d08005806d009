#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "base/json.h"
#include "unipic/image.h"

namespace unipic::eval {

// What came of one item of the suite.
struct Record {
  std::string id;        // "geneval/0012/3", "edit/add/seen/0003", "qa/count/held_out/0001"
  std::string part;      // "geneval", "edit" or "qa"
  std::string category;  // a tag of GenEval, a kind of edit or of question
  bool held_out = false;
  bool correct = false;
  std::string asked = {};
  std::string found = {};  // what was wrong, or the answer
};

// The records of a run, and of the runs before it in the same folder: items.jsonl, pictures/ and
// settings.json there. Without a folder they are only held in memory.
class Records {
 public:
  Records() = default;
  // Goes on where `folder` stands. Throws `UsageError` if it holds results under other `settings`,
  // `Error` if it cannot be read or written.
  Records(std::filesystem::path folder, const Json& settings);

  const std::filesystem::path& folder() const { return folder_; }
  // The record of this item, or null.
  const Record* find(const std::string& id) const;
  // Keeps it; with a folder it is in the hands of the system when this returns.
  void add(Record record);

  // Keeps a picture of an item, if there is a folder, and gives it back.
  void keep_picture(const std::string& id, const Image& image) const;
  std::optional<Image> picture(const std::string& id) const;

 private:
  std::filesystem::path picture_path(const std::string& id) const;
  void read_items();

  std::filesystem::path folder_;
  std::map<std::string, Record> records_;
};

}  // namespace unipic::eval
