#include "base/json.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "base/mapped_file.h"

namespace unipic {
namespace {

constexpr size_t kMaxDepth = 64;

// Builds the document from the parser's events. nlohmann's own builder looks for each key among all
// earlier ones, minutes for a vocabulary, and lets a key appear twice.
class Builder : public nlohmann::json_sax<Json> {
 public:
  explicit Builder(std::string_view where) : where_(where) {}

  Json take() { return std::move(root_); }

  bool null() override { return add(nullptr), true; }
  bool boolean(bool value) override { return add(value), true; }
  bool number_integer(number_integer_t value) override { return add(value), true; }
  bool number_unsigned(number_unsigned_t value) override { return add(value), true; }
  bool number_float(number_float_t value, const string_t&) override { return add(value), true; }
  bool string(string_t& value) override { return add(std::move(value)), true; }
  bool binary(binary_t&) override { return false; }

  bool start_object(size_t) override { return open(Json::object()), true; }
  bool start_array(size_t) override { return open(Json::array()), true; }
  bool key(string_t& name) override {
    key_ = std::move(name);
    return true;
  }
  bool end_array() override {
    open_.pop_back();
    return true;
  }
  bool end_object() override {
    check_keys(open_.back()->get_ref<const Json::object_t&>());
    open_.pop_back();
    return true;
  }

  bool parse_error(size_t byte, const std::string&, const Json::exception& error) override {
    const bool malformed = dynamic_cast<const Json::parse_error*>(&error) != nullptr;
    check(!malformed, "{}: JSON is malformed at byte {}", where_, byte);
    throw Error(fmt::format("{}: JSON holds a value out of range", where_));
  }

 private:
  Json& add(Json value) {
    if (open_.empty()) return root_ = std::move(value);
    if (open_.back()->is_array()) return open_.back()->emplace_back(std::move(value));
    auto& members = open_.back()->get_ref<Json::object_t&>();
    return members.emplace_back(std::move(key_), std::move(value)).second;
  }

  void open(Json value) {
    check(open_.size() < kMaxDepth, "{}: JSON is nested deeper than {} levels", where_, kMaxDepth);
    open_.push_back(&add(std::move(value)));
  }

  void check_keys(const Json::object_t& members) const {
    std::vector<std::string_view> keys;
    keys.reserve(members.size());
    for (const auto& member : members) keys.push_back(member.first);
    std::sort(keys.begin(), keys.end());
    const auto twice = std::adjacent_find(keys.begin(), keys.end());
    if (twice != keys.end()) {
      throw Error(fmt::format("{}: JSON key {} appears twice", where_, Json(*twice).dump()));
    }
  }

  std::string_view where_;
  Json root_;
  std::vector<Json*> open_;  // The arrays and objects being filled, outermost first.
  std::string key_;
};

const Json& member(const Json& object, std::string_view key, std::string_view where) {
  check(object.is_object(), "{}: is not a JSON object", where);
  const auto found = object.find(key);
  check(found != object.end(), "{}: '{}' is missing", where, key);
  return *found;
}

}  // namespace

Json parse_json(std::string_view text, std::string_view where) {
  Builder builder(where);
  Json::sax_parse(text, &builder);
  return builder.take();
}

Json read_json(const std::filesystem::path& path, size_t max_bytes) {
  const auto file = MappedFile::open(path);
  const auto bytes = file->bytes();
  check(bytes.size() <= max_bytes, "{}: {} bytes of JSON, at most {} are read", path.string(),
        bytes.size(), max_bytes);
  return parse_json({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path.string());
}

template <>
std::string json_get(const Json& object, std::string_view key, std::string_view where) {
  const auto& value = member(object, key, where);
  check(value.is_string(), "{}: '{}' is not a string", where, key);
  return value.get<std::string>();
}

template <>
bool json_get(const Json& object, std::string_view key, std::string_view where) {
  const auto& value = member(object, key, where);
  check(value.is_boolean(), "{}: '{}' is not true or false", where, key);
  return value.get<bool>();
}

template <>
double json_get(const Json& object, std::string_view key, std::string_view where) {
  const auto& value = member(object, key, where);
  check(value.is_number(), "{}: '{}' is not a number", where, key);
  const auto number = value.get<double>();
  check(std::isfinite(number), "{}: '{}' is not finite", where, key);
  return number;
}

template <>
int64_t json_get(const Json& object, std::string_view key, std::string_view where) {
  const auto& value = member(object, key, where);
  const bool fits = value.is_number_integer() &&
                    (!value.is_number_unsigned() || value.get<uint64_t>() <= INT64_MAX);
  check(fits, "{}: '{}' is not a whole number", where, key);
  return value.get<int64_t>();
}

}  // namespace unipic
