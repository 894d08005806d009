#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "train/recipe/printer.h"
#include "train/recipe/reader.h"
#include "train/recipe/source.h"

// Settings from TOML files and dotted overrides. Settings are a struct with one list of fields:
//
//   template <typename Visitor>
//   void visit(Visitor& v) {
//     v.field("steps", steps, "optimizer steps");            // what `read_value` takes
//     v.group("optimizer", optimizer, "AdamW");              // a struct with `visit`: [optimizer]
//     v.tables("stage", stages, "run one after another");    // a vector of such: [[stage]]
//   }

namespace unipic::train {

// `settings`, changed by what `recipe` says. Throws `UsageError` on an unknown key or a value that
// does not fit.
template <typename Settings>
Settings apply_recipe(Settings settings, const RecipeValue& recipe) {
  RecipeReader::read(recipe, "", settings);
  return settings;
}

template <typename Settings>
Settings apply_overrides(Settings settings, const std::vector<std::string>& overrides) {
  for (const auto& text : overrides) RecipeReader::read(parse_override(text), "", settings);
  return settings;
}

// The settings of the recipe at `path`: the defaults, changed by its bases, itself and then
// `overrides` in order. Throws `Error` if a file cannot be read, `UsageError` for what it says.
template <typename Settings>
Settings read_recipe(const std::filesystem::path& path,
                     const std::vector<std::string>& overrides = {}, Settings defaults = {}) {
  for (const auto& recipe : read_recipe_files(path)) {
    RecipeReader::read(recipe, "", defaults);
  }
  return apply_overrides(std::move(defaults), overrides);
}

// The settings as a complete recipe that reads back to the same, with help in comments.
template <typename Settings>
std::string print_recipe(Settings settings) {
  return RecipePrinter::print(settings);
}

template <typename Settings>
Json recipe_to_json(Settings settings) {
  return to_json(RecipeTableMaker::table_of(settings));
}

}  // namespace unipic::train
