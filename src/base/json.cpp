#include "base/json.h"

#include <cmath>
#include <cstdint>
#include <set>
#include <vector>

#include "base/mapped_file.h"

namespace unipic {
namespace {

constexpr int kMaxDepth = 64;

// Watches the parse: refuses deep nesting and duplicate keys, which nlohmann accepts.
class Guard {
 public:
  explicit Guard(std::string_view where) : where_(where) {}

  bool operator()(int depth, Json::parse_event_t event, Json& value) {
    using Event = Json::parse_event_t;
    if (event == Event::object_start || event == Event::array_start) {
      check(depth < kMaxDepth, "{}: JSON is nested deeper than {} levels", where_, kMaxDepth);
      if (event == Event::object_start) keys_.emplace_back();
    } else if (event == Event::object_end) {
      keys_.pop_back();
    } else if (event == Event::key) {
      const auto& key = value.get_ref<const std::string&>();
      check(keys_.back().insert(key).second, "{}: JSON key '{}' appears twice", where_, key);
    }
    return true;
  }

 private:
  std::string_view where_;
  std::vector<std::set<std::string>> keys_;
};

const Json& member(const Json& object, std::string_view key, std::string_view where) {
  check(object.is_object(), "{}: is not a JSON object", where);
  const auto found = object.find(key);
  check(found != object.end(), "{}: '{}' is missing", where, key);
  return *found;
}

}  // namespace

Json parse_json(std::string_view text, std::string_view where) {
  try {
    return Json::parse(text, Guard(where));
  } catch (const Json::parse_error& error) {
    throw Error(fmt::format("{}: JSON is malformed at byte {}", where, error.byte));
  } catch (const Json::exception&) {
    throw Error(fmt::format("{}: JSON holds a value out of range", where));
  }
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
