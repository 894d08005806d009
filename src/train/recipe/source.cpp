#include "train/recipe/source.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/mapped_file.h"
#include "io/printable.h"
#include "train/recipe/toml.h"

namespace unipic::train {
namespace {

constexpr size_t kMaxFiles = 8;
constexpr std::string_view kBaseKey = "base";

// Takes `base` out of a recipe; an empty path if it names none.
std::filesystem::path take_base(RecipeValue& recipe, const std::filesystem::path& path) {
  auto& table = std::get<RecipeTable>(recipe.value);
  const auto member = std::ranges::find(table, kBaseKey, &RecipeMember::name);
  if (member == table.end()) return {};
  const auto* text = std::get_if<std::string>(&member->value.value);
  if (text == nullptr || text->empty()) {
    refuse(member->value, kBaseKey, "the path of another recipe");
  }
  const std::filesystem::path base(*text);
  if (base.is_absolute()) refuse(member->value, kBaseKey, "a path relative to this recipe");
  table.erase(member);
  return path.parent_path() / base;
}

RecipeValue read_file(const std::filesystem::path& path) {
  const auto file = MappedFile::open(path);
  const auto bytes = file->bytes();
  return parse_toml({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path.string());
}

// Everything before the first `=` that is not inside a quoted part of the key.
size_t equals_sign(std::string_view text) {
  char quote = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    if (quote != 0) {
      if (text[at] == quote) quote = 0;
    } else if (text[at] == '"' || text[at] == '\'') {
      quote = text[at];
    } else if (text[at] == '=') {
      return at;
    }
  }
  return std::string_view::npos;
}

RecipeValue parse_typed_value(std::string_view typed, std::string_view where) {
  RecipeValue value{.value = std::string(typed)};
  try {
    auto document = parse_toml(fmt::format("value = {}", typed), where);
    auto& members = std::get<RecipeTable>(document.value);
    if (members.size() == 1) value = std::move(members.front().value);
  } catch (const UsageError&) {  // not TOML: the string it is
  }
  return value;
}

// Line and column mean nothing on a command line.
void set_where(RecipeValue& value, const std::string& where) {
  value.where = where;
  if (auto* array = std::get_if<RecipeArray>(&value.value)) {
    for (auto& element : *array) set_where(element, where);
  } else if (auto* table = std::get_if<RecipeTable>(&value.value)) {
    for (auto& member : *table) {
      member.where = where;
      set_where(member.value, where);
    }
  }
}

}  // namespace

std::vector<RecipeValue> read_recipe_files(const std::filesystem::path& path) {
  std::vector<RecipeValue> recipes;
  std::set<std::filesystem::path> seen;
  for (auto next = path; !next.empty();) {
    const auto name = next.string();
    check_usage(seen.insert(std::filesystem::weakly_canonical(next)).second,
                "{}: is its own base, through {} recipes", name, recipes.size());
    check_usage(recipes.size() < kMaxFiles, "{}: more than {} recipes, each the base of the next",
                name, kMaxFiles);
    recipes.push_back(read_file(next));
    next = take_base(recipes.back(), next);
  }
  std::ranges::reverse(recipes);
  return recipes;
}

RecipeValue parse_override(std::string_view text) {
  const auto where = fmt::format("override '{}'", io::printable(text));
  const size_t equals = equals_sign(text);
  check_usage(equals != std::string_view::npos && equals > 0, "{}: wants the form key=value",
              where);
  check_usage(io::is_utf8(text) && text.find('\n') == std::string_view::npos,
              "{}: is not one line of UTF-8", where);

  const auto key = text.substr(0, equals);
  RecipeValue root;
  try {
    root = parse_toml(fmt::format("{} = 0", key), where);
  } catch (const UsageError&) {
    throw UsageError(fmt::format("{}: '{}' is not a dotted key", where, io::printable(key)));
  }
  auto* innermost = &root;
  while (auto* table = std::get_if<RecipeTable>(&innermost->value)) {
    check_usage(table->size() == 1, "{}: '{}' is not a dotted key", where, io::printable(key));
    innermost = &table->front().value;
  }
  const auto typed = text.substr(equals + 1);
  *innermost = parse_typed_value(typed, where);
  innermost->typed = typed;
  set_where(root, where);
  return root;
}

}  // namespace unipic::train
