#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "train/recipe/typed_value.h"

namespace unipic::train {

// The visitor that writes settings as a recipe, each with its help as a comment.
class RecipePrinter {
 public:
  template <typename Settings>
  static std::string print(Settings& settings) {
    RecipePrinter printer("");
    settings.visit(printer);
    return printer.text();
  }

  template <typename T>
  void field(std::string_view name, const T& setting, std::string_view help) {
    lines_.emplace_back(dotted("", name) + " = " + to_toml(value_of(setting)), help);
  }
  template <typename Settings>
  void group(std::string_view name, Settings& settings, std::string_view help = "") {
    add_section(name, "[{}]", settings, help);
  }
  template <typename Settings>
  void tables(std::string_view name, std::vector<Settings>& list, std::string_view help = "") {
    if (list.empty()) lines_.emplace_back(dotted("", name) + " = []", help);
    for (auto& settings : list) add_section(name, "[[{}]]", settings, help);
  }

 private:
  explicit RecipePrinter(std::string key) : key_(std::move(key)) {}

  template <typename Settings>
  void add_section(std::string_view name, fmt::format_string<const std::string&> header,
                   Settings& settings, std::string_view help) {
    const auto key = dotted(key_, name);
    RecipePrinter printer(key);
    settings.visit(printer);
    add_section_text(fmt::format(header, key), help, printer.text());
  }
  void add_section_text(const std::string& header, std::string_view help, const std::string& body);
  std::string text() const;

  const std::string key_;
  std::vector<std::pair<std::string, std::string>> lines_;  // `key = value`, help
  // Kept apart, because in TOML a key after a section's header belongs to that section.
  std::string sections_;
};

// The visitor that gives settings as one table.
class RecipeTableMaker {
 public:
  template <typename Settings>
  static RecipeValue table_of(Settings& settings) {
    RecipeTableMaker maker;
    settings.visit(maker);
    return {.value = std::move(maker.table_)};
  }

  template <typename T>
  void field(std::string_view name, const T& setting, std::string_view /*help*/) {
    table_.push_back({std::string(name), {}, value_of(setting)});
  }
  template <typename Settings>
  void group(std::string_view name, Settings& settings, std::string_view /*help*/ = "") {
    table_.push_back({std::string(name), {}, table_of(settings)});
  }
  template <typename Settings>
  void tables(std::string_view name, std::vector<Settings>& list, std::string_view /*help*/ = "") {
    RecipeArray array;
    for (auto& settings : list) array.push_back(table_of(settings));
    table_.push_back({std::string(name), {}, {.value = std::move(array)}});
  }

 private:
  RecipeTable table_;
};

}  // namespace unipic::train
