#include "train/recipe/typed_value.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "io/printable.h"

namespace unipic::train {

void read_value(const RecipeValue& value, std::string_view key, bool& out) {
  const auto* found = std::get_if<bool>(&value.value);
  if (found == nullptr) refuse(value, key, "true or false");
  out = *found;
}

void read_value(const RecipeValue& value, std::string_view key, double& out) {
  if (const auto* integer = std::get_if<int64_t>(&value.value)) {
    out = static_cast<double>(*integer);
    return;
  }
  const auto* found = std::get_if<double>(&value.value);
  if (found == nullptr) refuse(value, key, "a number");
  if (!std::isfinite(*found)) refuse(value, key, "a finite number");
  out = *found;
}

void read_value(const RecipeValue& value, std::string_view key, std::string& out) {
  out = read_string(value, key, "a string");
}

RecipeValue value_of(bool setting) { return {.value = setting}; }
RecipeValue value_of(double setting) { return {.value = setting}; }
RecipeValue value_of(const std::string& setting) { return {.value = setting}; }

int64_t read_integer(const RecipeValue& value, std::string_view key, int64_t least, int64_t most) {
  const auto* found = std::get_if<int64_t>(&value.value);
  if (found == nullptr) refuse(value, key, "an integer");
  if (*found < least || *found > most) {
    refuse(value, key, fmt::format("an integer from {} to {}", least, most));
  }
  return *found;
}

std::string read_string(const RecipeValue& value, std::string_view key, std::string_view wanted) {
  if (const auto* found = std::get_if<std::string>(&value.value)) return *found;
  if (value.typed.empty()) refuse(value, key, wanted);
  return value.typed;
}

size_t read_index(const RecipeMember& member, std::string_view key, size_t size) {
  size_t index = 0;
  const auto* end = member.name.data() + member.name.size();
  const auto [parsed_end, failure] = std::from_chars(member.name.data(), end, index);
  check_usage(failure == std::errc() && parsed_end == end && index < size,
              "{}: {} is a list of {}, '{}' is no index into it", member.where, io::printable(key),
              size, io::printable(member.name));
  return index;
}

void refuse_name(const RecipeValue& value, std::string_view key, std::string_view found,
                 const std::vector<std::string>& names) {
  throw UsageError(fmt::format("{}: {} has no choice '{}'{}", value.where, io::printable(key),
                               io::printable(found), suggestion(found, names)));
}

}  // namespace unipic::train
