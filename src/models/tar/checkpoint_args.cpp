#include "models/tar/checkpoint_args.h"

#include <charconv>
#include <cmath>

#include "base/check.h"

namespace unipic::tar {
namespace {

// The whole of `text` as a number; nothing for another text.
template <typename Number>
std::optional<Number> parsed(const std::string& text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

}  // namespace

std::optional<std::string> CheckpointArgs::text(const std::string& name) const {
  const auto found = scalars_.find(name);
  if (found == scalars_.end() || found->second == "none") return std::nullopt;
  return found->second;
}

std::optional<int64_t> CheckpointArgs::integer(const std::string& name) const {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const auto number = parsed<int64_t>(*value);
  check(number.has_value(), "{}: '{}' is '{}', no whole number", where_, name, *value);
  return number;
}

std::optional<double> CheckpointArgs::number(const std::string& name) const {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const auto number = parsed<double>(*value);
  check(number.has_value() && std::isfinite(*number), "{}: '{}' is '{}', no number", where_, name,
        *value);
  return number;
}

std::optional<bool> CheckpointArgs::flag(const std::string& name) const {
  const auto value = text(name);
  if (!value) return std::nullopt;
  check(*value == "true" || *value == "false", "{}: '{}' is '{}', neither True nor False", where_,
        name, *value);
  return *value == "true";
}

void CheckpointArgs::expect(const std::string& name, const std::string& expected) const {
  const auto value = text(name);
  check(!value || *value == expected, "{}: '{}' is '{}', only '{}' is supported", where_, name,
        *value, expected);
}

}  // namespace unipic::tar
