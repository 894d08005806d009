#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"

namespace unipic::train {

struct RecipeValue;
struct RecipeMember;
using RecipeArray = std::vector<RecipeValue>;
using RecipeTable = std::vector<RecipeMember>;

// What a recipe or an override says for one key, and where it says so.
struct RecipeValue {
  std::variant<bool, int64_t, double, std::string, RecipeArray, RecipeTable> value;
  std::string where = {};  // begins messages: "recipe.toml:3:8", "override 'lr=x'"
  std::string typed = {};  // an override's value as it was typed, else empty
};

struct RecipeMember {
  std::string name;
  std::string where;
  RecipeValue value;
};

// The dotted key of `name` inside the table `prefix`, with quotes where TOML needs them.
std::string dotted(std::string_view prefix, std::string_view name);

// The value and its type, fit for a message: 'the string "fast"', 'the number 0.5', 'a table'.
std::string describe(const RecipeValue& value);

// Throws `UsageError`: `key` wants another kind of value than it was given.
[[noreturn]] void refuse(const RecipeValue& value, std::string_view key, std::string_view wanted);

// As TOML on one line; tables are inline.
std::string to_toml(const RecipeValue& value);
Json to_json(const RecipeValue& value);

}  // namespace unipic::train
