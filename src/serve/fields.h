#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace unipic::serve {

// The fields of a request by name, from a JSON object or from a form, whose values are texts. A
// field that is null or missing is not there; fields that nobody asks for are ignored. Getters
// throw `ApiError` 400 that names a field of another type or out of range.
class Fields {
 public:
  // The JSON object in a body. Throws `ApiError` for any other text.
  static Fields of_body(std::string_view body);
  static Fields of_form(std::vector<std::pair<std::string, std::string>> texts);
  explicit Fields(Json object) : object_(std::move(object)) {}

  bool has(std::string_view name) const { return find(name) != nullptr; }
  std::optional<std::string> text(std::string_view name) const;
  std::string text_or(std::string_view name, std::string fallback) const;
  // One of `choices`, or `fallback`.
  std::string choice(std::string_view name, const std::vector<std::string>& choices,
                     const std::string& fallback) const;
  std::optional<int64_t> integer(std::string_view name, int64_t least, int64_t most) const;
  std::optional<double> number(std::string_view name, double least, double most) const;
  bool flag(std::string_view name) const;  // false if it is not there
  // Any value, or null.
  const Json* find(std::string_view name) const;

 private:
  Json object_;
  bool is_form_ = false;
};

}  // namespace unipic::serve
