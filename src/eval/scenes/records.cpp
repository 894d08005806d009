#include "eval/scenes/records.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/atomic_file.h"
#include "base/check.h"

namespace unipic::eval {
namespace fs = std::filesystem;

namespace {

constexpr const char* kItems = "items.jsonl";
constexpr const char* kSettings = "settings.json";
constexpr const char* kPictures = "pictures";

Json to_json(const Record& record) {
  return {{"id", record.id},
          {"part", record.part},
          {"category", record.category},
          {"held_out", record.held_out},
          {"correct", record.correct},
          {"asked", record.asked},
          {"found", record.found}};
}

Record from_json(const Json& json, std::string_view where) {
  return {.id = json_get<std::string>(json, "id", where),
          .part = json_get<std::string>(json, "part", where),
          .category = json_get<std::string>(json, "category", where),
          .held_out = json_get<bool>(json, "held_out", where),
          .correct = json_get<bool>(json, "correct", where),
          .asked = json_get<std::string>(json, "asked", where),
          .found = json_get<std::string>(json, "found", where)};
}

}  // namespace

Records::Records(fs::path folder, const Json& settings) : folder_(std::move(folder)) {
  std::error_code error;
  fs::create_directories(folder_ / kPictures, error);
  check(!error, "{}: cannot be made: {}", folder_.string(), error.message());
  const auto path = folder_ / kSettings;
  if (fs::exists(path)) {
    check_usage(read_json(path) == settings,
                "{}: holds results of another model, detector or settings; see {}",
                folder_.string(), kSettings);
  } else {
    check_usage(!fs::exists(folder_ / kItems), "{}: holds results of unknown settings",
                folder_.string());
    write_file_atomically(path, settings.dump(2) + "\n");
  }
  read_items();
}

void Records::read_items() {
  const auto path = folder_ / kItems;
  if (!fs::exists(path)) return;
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  // A line without an end was being written when the program was killed.
  const size_t whole = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
  if (whole < text.size()) fs::resize_file(path, whole);
  size_t number = 1;
  for (size_t begin = 0; begin < whole; ++number) {
    const size_t end = text.find('\n', begin);
    const auto where = fmt::format("{}:{}", path.string(), number);
    const auto line = std::string_view(text).substr(begin, end - begin);
    auto record = from_json(parse_json(line, where), where);
    records_[record.id] = std::move(record);
    begin = end + 1;
  }
}

const Record* Records::find(const std::string& id) const {
  const auto found = records_.find(id);
  return found == records_.end() ? nullptr : &found->second;
}

void Records::add(Record record) {
  if (!folder_.empty()) {
    std::ofstream out(folder_ / kItems, std::ios::binary | std::ios::app);
    // An answer may hold anything, also half of a letter.
    out << to_json(record).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    out.flush();
    check(out.good(), "{}: cannot write", (folder_ / kItems).string());
  }
  auto id = record.id;
  records_[std::move(id)] = std::move(record);
}

fs::path Records::picture_path(const std::string& id) const {
  auto name = id;
  std::replace(name.begin(), name.end(), '/', '_');
  return folder_ / kPictures / (name + ".png");
}

void Records::keep_picture(const std::string& id, const Image& image) const {
  if (!folder_.empty()) write_image(picture_path(id), image);
}

std::optional<Image> Records::picture(const std::string& id) const {
  if (folder_.empty() || !fs::exists(picture_path(id))) return std::nullopt;
  return read_image(picture_path(id));
}

}  // namespace unipic::eval
