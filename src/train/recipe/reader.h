#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "train/recipe/typed_value.h"

namespace unipic::train {

// The visitor that fills settings from a table of a recipe. What the table does not mention keeps
// its value.
class RecipeReader {
 public:
  // Fills `settings` from `value`, a table at the dotted `key`. Throws `UsageError` naming the
  // first thing that does not fit; `settings` may then be filled in part.
  template <typename Settings>
  static void read(const RecipeValue& value, const std::string& key, Settings& settings) {
    RecipeReader reader(value, key);
    settings.visit(reader);
    reader.refuse_unknown();
  }

  template <typename T>
  void field(std::string_view name, T& setting, std::string_view /*help*/) {
    if (const auto* value = find(name)) read_value(*value, dotted(key_, name), setting);
  }
  template <typename Settings>
  void group(std::string_view name, Settings& settings, std::string_view /*help*/ = "") {
    if (const auto* value = find(name)) read(*value, dotted(key_, name), settings);
  }
  template <typename Settings>
  void tables(std::string_view name, std::vector<Settings>& list, std::string_view /*help*/ = "") {
    if (const auto* value = find(name)) {
      read_list(*value, dotted(key_, name), list, "an array of tables", read<Settings>);
    }
  }

 private:
  RecipeReader(const RecipeValue& value, std::string key);

  // What the table says for `name`, or null; `name` is known from now on.
  const RecipeValue* find(std::string_view name);
  void refuse_unknown() const;

  const RecipeTable& table_;
  const std::string key_;
  std::vector<std::string> known_;
};

}  // namespace unipic::train
