#include "serve/fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "serve/api_error.h"

namespace unipic::serve {
namespace {

[[noreturn]] void refuse(std::string_view name, const std::string& what) {
  throw ApiError(400, fmt::format("{} {}", name, what), std::string(name));
}

// The number that a whole text of a form is.
std::optional<double> number_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

}  // namespace

Fields Fields::of_body(std::string_view body) {
  try {
    auto json = parse_json(body, "the request");
    if (json.is_object()) return Fields(std::move(json));
  } catch (const Error& error) {
    throw ApiError(400, error.what());
  }
  throw ApiError(400, "the request is no JSON object");
}

Fields Fields::of_form(std::vector<std::pair<std::string, std::string>> texts) {
  Json object = Json::object();
  for (auto& [name, text] : texts) object[name] = std::move(text);
  Fields fields(std::move(object));
  fields.is_form_ = true;
  return fields;
}

const Json* Fields::find(std::string_view name) const {
  const auto found = object_.find(std::string(name));
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::string> Fields::text(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return {};
  if (!value->is_string()) refuse(name, "wants a text");
  return value->get<std::string>();
}

std::string Fields::text_or(std::string_view name, std::string fallback) const {
  return text(name).value_or(std::move(fallback));
}

std::string Fields::choice(std::string_view name, const std::vector<std::string>& choices,
                           const std::string& fallback) const {
  const auto chosen = text(name);
  if (!chosen) return fallback;
  if (std::ranges::find(choices, *chosen) == choices.end())
    refuse(name, fmt::format("'{}' is none of {}", *chosen, fmt::join(choices, ", ")));
  return *chosen;
}

std::optional<int64_t> Fields::integer(std::string_view name, int64_t least, int64_t most) const {
  const auto value = number(name, static_cast<double>(least), static_cast<double>(most));
  if (!value) return {};
  if (std::floor(*value) != *value) refuse(name, fmt::format("wants an integer, found {}", *value));
  return static_cast<int64_t>(*value);
}

std::optional<double> Fields::number(std::string_view name, double least, double most) const {
  const auto* value = find(name);
  if (value == nullptr) return {};
  std::optional<double> number;
  if (value->is_number()) number = value->get<double>();
  if (is_form_ && value->is_string()) number = number_of(value->get_ref<const std::string&>());
  if (!number || !std::isfinite(*number)) refuse(name, "wants a number");
  if (*number < least || *number > most)
    refuse(name, fmt::format("is {}, not within {} to {}", *number, least, most));
  return number;
}

bool Fields::flag(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return false;
  if (value->is_boolean()) return value->get<bool>();
  if (is_form_ && *value == "true") return true;
  if (is_form_ && *value == "false") return false;
  refuse(name, "wants true or false");
}

}  // namespace unipic::serve
