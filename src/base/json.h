#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/check.h"

namespace unipic {

using Json = nlohmann::ordered_json;

// The value of a JSON text. `where` names the text in messages. Throws `Error` with the byte
// offset on malformed text, a duplicate key, nesting deeper than 64 levels or invalid UTF-8.
Json parse_json(std::string_view text, std::string_view where);

// As `parse_json`; a file above `max_bytes` is refused before it is read.
Json read_json(const std::filesystem::path& path, size_t max_bytes = size_t{256} << 20);

// The member `key` of `object` as a `T`. Throws `Error` that names `where` and `key` if it is
// missing, of another type, or a number that `T` cannot hold.
template <typename T>
T json_get(const Json& object, std::string_view key, std::string_view where);

// As `json_get`, with `fallback` for a member that is missing or null.
template <typename T>
T json_get_or(const Json& object, std::string_view key, T fallback, std::string_view where) {
  const auto member = object.is_object() ? object.find(key) : object.end();
  if (member == object.end() || member->is_null()) return fallback;
  return json_get<T>(object, key, where);
}

}  // namespace unipic
