#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "train/recipe/suggestion.h"
#include "train/recipe/value.h"

// From the values of a recipe to the types of settings and back. `read_value` throws `UsageError`
// that names the place, the dotted key, what was wanted and what was found.

namespace unipic::train {

// How an optional that holds nothing is written. An optional string cannot hold this text.
inline constexpr std::string_view kUnset = "none";

template <typename T>
concept RecipeInteger = std::integral<T> && !std::same_as<T, bool>;

// An enumeration is read and written by name. Beside it stands, found by its argument's type,
// `constexpr auto recipe_names(E)`: an array of pairs of name and enumerator.
template <typename T>
concept RecipeEnum = std::is_enum_v<T> && requires(T t) {
  recipe_names(t);
};

void read_value(const RecipeValue& value, std::string_view key, bool& out);
void read_value(const RecipeValue& value, std::string_view key, double& out);
void read_value(const RecipeValue& value, std::string_view key, std::string& out);
template <RecipeInteger T>
void read_value(const RecipeValue& value, std::string_view key, T& out);
template <RecipeEnum T>
void read_value(const RecipeValue& value, std::string_view key, T& out);
template <typename T>
void read_value(const RecipeValue& value, std::string_view key, std::optional<T>& out);
template <typename T>
void read_value(const RecipeValue& value, std::string_view key, std::vector<T>& out);
template <typename T>
void read_value(const RecipeValue& value, std::string_view key,
                std::map<std::string, T, std::less<>>& out);

RecipeValue value_of(bool setting);
RecipeValue value_of(double setting);
RecipeValue value_of(const std::string& setting);
template <RecipeInteger T>
RecipeValue value_of(T setting);
template <RecipeEnum T>
RecipeValue value_of(T setting);
template <typename T>
RecipeValue value_of(const std::optional<T>& setting);
template <typename T>
RecipeValue value_of(const std::vector<T>& settings);
template <typename T>
RecipeValue value_of(const std::map<std::string, T, std::less<>>& settings);

int64_t read_integer(const RecipeValue& value, std::string_view key, int64_t least, int64_t most);
// The string, or an override's value as typed: `name=42` needs no quotes.
std::string read_string(const RecipeValue& value, std::string_view key, std::string_view wanted);
// The index that the member `name` of a table is, for a list of `size` at `key`.
size_t read_index(const RecipeMember& member, std::string_view key, size_t size);
// Throws `UsageError`: the string `found` is none of `names`.
[[noreturn]] void refuse_name(const RecipeValue& value, std::string_view key,
                              std::string_view found, const std::vector<std::string>& names);

// A list: an array in `value` replaces it; a table of indices, as the override `betas.0=0.8` makes,
// changes the elements that it names. `read_element(value, key, element)` reads one.
template <typename T, typename ReadElement>
void read_list(const RecipeValue& value, std::string_view key, std::vector<T>& out,
               std::string_view wanted, ReadElement&& read_element) {
  if (const auto* table = std::get_if<RecipeTable>(&value.value)) {
    for (const auto& member : *table) {
      const size_t index = read_index(member, key, out.size());
      T element = out[index];
      read_element(member.value, dotted(key, member.name), element);
      out[index] = std::move(element);
    }
    return;
  }
  const auto* array = std::get_if<RecipeArray>(&value.value);
  if (array == nullptr) refuse(value, key, wanted);
  std::vector<T> elements;
  for (const auto& item : *array) {
    T element = {};
    read_element(item, dotted(key, std::to_string(elements.size())), element);
    elements.push_back(std::move(element));
  }
  out = std::move(elements);
}

template <RecipeInteger T>
void read_value(const RecipeValue& value, std::string_view key, T& out) {
  constexpr auto kInt64Max = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  constexpr auto kMost = static_cast<uint64_t>(std::numeric_limits<T>::max());
  out = static_cast<T>(read_integer(value, key, static_cast<int64_t>(std::numeric_limits<T>::min()),
                                    static_cast<int64_t>(std::min(kMost, kInt64Max))));
}

template <RecipeEnum T>
void read_value(const RecipeValue& value, std::string_view key, T& out) {
  std::vector<std::string> names;
  const auto found = read_string(value, key, "a name");
  for (const auto& [name, enumerator] : recipe_names(out)) {
    if (found == name) {
      out = enumerator;
      return;
    }
    names.emplace_back(name);
  }
  refuse_name(value, key, found, names);
}

template <typename T>
void read_value(const RecipeValue& value, std::string_view key, std::optional<T>& out) {
  const auto* text = std::get_if<std::string>(&value.value);
  if (text != nullptr && *text == kUnset) {
    out.reset();
    return;
  }
  T content = {};
  read_value(value, key, content);
  out = std::move(content);
}

template <typename T>
void read_value(const RecipeValue& value, std::string_view key, std::vector<T>& out) {
  read_list(value, key, out, "an array",
            [](const RecipeValue& item, const std::string& item_key, T& element) {
              read_value(item, item_key, element);
            });
}

// Entries are added or changed; those not named stay.
template <typename T>
void read_value(const RecipeValue& value, std::string_view key,
                std::map<std::string, T, std::less<>>& out) {
  const auto* table = std::get_if<RecipeTable>(&value.value);
  if (table == nullptr) refuse(value, key, "a table");
  for (const auto& member : *table) {
    T content = {};
    read_value(member.value, dotted(key, member.name), content);
    out.insert_or_assign(member.name, std::move(content));
  }
}

template <RecipeInteger T>
RecipeValue value_of(T setting) {
  check(std::in_range<int64_t>(setting), "{} is above the largest integer a recipe can hold",
        setting);
  return {.value = static_cast<int64_t>(setting)};
}

template <RecipeEnum T>
RecipeValue value_of(T setting) {
  for (const auto& [name, enumerator] : recipe_names(setting)) {
    if (enumerator == setting) return value_of(std::string(name));
  }
  throw Error("an enumerator has no name");
}

template <typename T>
RecipeValue value_of(const std::optional<T>& setting) {
  return setting.has_value() ? value_of(*setting) : value_of(std::string(kUnset));
}

template <typename T>
RecipeValue value_of(const std::vector<T>& settings) {
  RecipeArray values;
  for (const T& setting : settings) values.push_back(value_of(setting));
  return {.value = std::move(values)};
}

template <typename T>
RecipeValue value_of(const std::map<std::string, T, std::less<>>& settings) {
  RecipeTable members;
  for (const auto& [name, setting] : settings) members.push_back({name, {}, value_of(setting)});
  return {.value = std::move(members)};
}

}  // namespace unipic::train
