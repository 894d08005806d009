#include "train/recipe/value.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "io/printable.h"

namespace unipic::train {
namespace {

bool is_bare(std::string_view name) {
  const auto is_bare_character = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !name.empty() && std::ranges::all_of(name, is_bare_character);
}

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (code < 0x20 || code == 0x7f) {
      out += fmt::format("\\u{:04X}", code);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// The shortest text that reads back as `number` and as a float.
std::string float_text(double number) {
  auto text = fmt::format("{}", number);
  if (text.find_first_of(".einf") == std::string::npos) text += ".0";
  return text;
}

struct TomlWriter {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return float_text(value); }
  std::string operator()(const std::string& value) const { return toml_string(value); }
  std::string operator()(const RecipeArray& values) const {
    std::vector<std::string> texts;
    for (const auto& value : values) texts.push_back(to_toml(value));
    return fmt::format("[{}]", fmt::join(texts, ", "));
  }
  std::string operator()(const RecipeTable& members) const {
    std::vector<std::string> texts;
    for (const auto& [name, where, value] : members) {
      texts.push_back(dotted("", name) + " = " + to_toml(value));
    }
    return fmt::format("{{{}}}", fmt::join(texts, ", "));
  }
};

struct JsonWriter {
  Json operator()(const auto& value) const { return value; }
  Json operator()(const RecipeArray& values) const {
    auto json = Json::array();
    for (const auto& value : values) json.push_back(to_json(value));
    return json;
  }
  Json operator()(const RecipeTable& members) const {
    auto json = Json::object();
    for (const auto& [name, where, value] : members) json[name] = to_json(value);
    return json;
  }
};

struct Describer {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(int64_t value) const { return fmt::format("the integer {}", value); }
  std::string operator()(double value) const {
    return fmt::format("the number {}", float_text(value));
  }
  std::string operator()(const std::string& value) const {
    return fmt::format("the string \"{}\"", io::printable(value));
  }
  std::string operator()(const RecipeArray& values) const {
    return fmt::format("an array of {}", values.size());
  }
  std::string operator()(const RecipeTable&) const { return "a table"; }
};

}  // namespace

std::string dotted(std::string_view prefix, std::string_view name) {
  auto key = is_bare(name) ? std::string(name) : toml_string(name);
  return prefix.empty() ? key : fmt::format("{}.{}", prefix, key);
}

std::string describe(const RecipeValue& value) { return std::visit(Describer(), value.value); }

void refuse(const RecipeValue& value, std::string_view key, std::string_view wanted) {
  throw UsageError(fmt::format("{}: {} wants {}, found {}", value.where, io::printable(key), wanted,
                               describe(value)));
}

std::string to_toml(const RecipeValue& value) { return std::visit(TomlWriter(), value.value); }

Json to_json(const RecipeValue& value) { return std::visit(JsonWriter(), value.value); }

}  // namespace unipic::train
