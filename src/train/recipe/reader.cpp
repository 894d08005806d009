#include "train/recipe/reader.h"

#include <algorithm>
#include <utility>

#include "io/printable.h"
#include "train/recipe/suggestion.h"

namespace unipic::train {
namespace {

const RecipeTable& table_of(const RecipeValue& value, std::string_view key) {
  const auto* table = std::get_if<RecipeTable>(&value.value);
  if (table == nullptr) refuse(value, key, "a table");
  return *table;
}

}  // namespace

RecipeReader::RecipeReader(const RecipeValue& value, std::string key)
    : table_(table_of(value, key)), key_(std::move(key)) {}

const RecipeValue* RecipeReader::find(std::string_view name) {
  known_.emplace_back(name);
  const auto member = std::ranges::find(table_, name, &RecipeMember::name);
  return member == table_.end() ? nullptr : &member->value;
}

void RecipeReader::refuse_unknown() const {
  for (const auto& member : table_) {
    check_usage(std::ranges::find(known_, member.name) != known_.end(), "{}: unknown key {}{}",
                member.where, io::printable(dotted(key_, member.name)),
                suggestion(member.name, known_));
  }
}

}  // namespace unipic::train
