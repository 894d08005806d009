#include "data/brace_pattern.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/check.h"

namespace unipic::data {
namespace {

constexpr size_t kMaxNames = 1'000'000;

std::optional<uint64_t> whole_number(std::string_view text) {
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::vector<std::string> range(std::string_view first, std::string_view last,
                               std::string_view pattern) {
  const auto begin = whole_number(first);
  const auto end = whole_number(last);
  check(begin && end && *begin <= *end, "'{}': {{{}..{}}} is not a range of numbers", pattern,
        first, last);
  check(*end - *begin < kMaxNames, "'{}': more than {} names", pattern, kMaxNames);
  const bool padded = first.size() > 1 && first.front() == '0';
  const size_t width = padded ? first.size() : 0;
  std::vector<std::string> names;
  for (uint64_t offset = 0; offset <= *end - *begin; ++offset) {
    names.push_back(fmt::format("{:0{}}", *begin + offset, width));
  }
  return names;
}

// What the text between two braces stands for.
std::vector<std::string> choices(std::string_view inside, std::string_view pattern) {
  check(!inside.empty() && inside.find('{') == inside.npos,
        "'{}': braces may be neither empty nor nested", pattern);
  if (const auto dots = inside.find(".."); dots != inside.npos) {
    return range(inside.substr(0, dots), inside.substr(dots + 2), pattern);
  }
  std::vector<std::string> names;
  for (size_t begin = 0; begin <= inside.size();) {
    const auto comma = std::min(inside.find(',', begin), inside.size());
    names.emplace_back(inside.substr(begin, comma - begin));
    begin = comma + 1;
  }
  return names;
}

std::vector<std::string> each_with_each(const std::vector<std::string>& starts,
                                        const std::vector<std::string>& ends,
                                        std::string_view pattern) {
  check(starts.size() <= kMaxNames / ends.size(), "'{}': more than {} names", pattern, kMaxNames);
  std::vector<std::string> names;
  names.reserve(starts.size() * ends.size());
  for (const auto& start : starts) {
    for (const auto& end : ends) names.push_back(start + end);
  }
  return names;
}

}  // namespace

std::vector<std::string> expand_braces(std::string_view pattern) {
  std::vector<std::string> names = {""};
  auto rest = pattern;
  for (size_t open; (open = rest.find('{')) != rest.npos;) {
    const auto close = rest.find('}', open);
    check(close != rest.npos, "'{}': a brace is not closed", pattern);
    names = each_with_each(names, {std::string(rest.substr(0, open))}, pattern);
    names =
        each_with_each(names, choices(rest.substr(open + 1, close - open - 1), pattern), pattern);
    rest.remove_prefix(close + 1);
  }
  return each_with_each(names, {std::string(rest)}, pattern);
}

}  // namespace unipic::data
