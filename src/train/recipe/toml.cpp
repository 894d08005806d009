#include "train/recipe/toml.h"

#include <toml++/toml.h>

#include "io/printable.h"
#include "train/recipe/toml_nesting.h"

namespace unipic::train {
namespace {

constexpr size_t kMaxBytes = size_t{1} << 20;

class Converter {
 public:
  explicit Converter(std::string_view name) : name_(name) {}

  RecipeValue convert(const toml::node& node) const {
    RecipeValue out{.value = false, .where = place(node.source())};
    node.visit([&](const auto& typed) { out.value = content(typed, out.where); });
    return out;
  }

  std::string place(const toml::source_region& source) const {
    return fmt::format("{}:{}:{}", name_, source.begin.line, source.begin.column);
  }

 private:
  using Content = decltype(RecipeValue::value);

  Content content(const toml::table& table, const std::string&) const {
    RecipeTable members;
    for (const auto& [key, node] : table) {
      members.push_back({std::string(key.str()), place(key.source()), convert(node)});
    }
    return members;
  }
  Content content(const toml::array& array, const std::string&) const {
    RecipeArray values;
    for (const auto& node : array) values.push_back(convert(node));
    return values;
  }
  template <typename T>
  Content content(const toml::value<T>& value, const std::string& where) const {
    if constexpr (std::is_constructible_v<Content, const T&>) {
      return value.get();
    } else {
      throw UsageError(fmt::format(
          "{}: a date or time has no use in a recipe; quote it to make it a string", where));
    }
  }

  std::string_view name_;
};

}  // namespace

RecipeValue parse_toml(std::string_view text, std::string_view name) {
  check_usage(text.size() <= kMaxBytes, "{}: {} bytes, at most {} are read as a recipe", name,
              text.size(), kMaxBytes);
  check_nesting(text, name);
  const Converter converter(name);
  try {
    return converter.convert(toml::parse(text));
  } catch (const toml::parse_error& error) {
    throw UsageError(
        fmt::format("{}: {}", converter.place(error.source()), io::printable(error.description())));
  }
}

}  // namespace unipic::train
