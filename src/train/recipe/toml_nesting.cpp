#include "train/recipe/toml_nesting.h"

#include <algorithm>

#include "base/check.h"

namespace unipic::train {
namespace {

constexpr int kMaxBrackets = 32;
constexpr int kMaxKeyParts = 16;

// The end of the string that begins at `begin` with a quote of either kind, escapes and the
// three-quote forms included. A string that is not closed ends with its line or the text.
size_t string_end(std::string_view text, size_t begin) {
  const char quote = text[begin];
  const bool long_form = text.substr(begin, 3) == std::string(3, quote);
  const std::string closing(long_form ? 3 : 1, quote);
  for (size_t at = begin + closing.size(); at < text.size(); ++at) {
    if (text[at] == '\n' && !long_form) return at;
    if (text.substr(at, closing.size()) == closing) return at + closing.size();
    if (text[at] == '\\' && quote == '"') ++at;
  }
  return text.size();
}

}  // namespace

void check_nesting(std::string_view text, std::string_view name) {
  int brackets = 0, key_parts = 1;
  size_t line = 1;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    size_t next = at + 1;
    if (c == '"' || c == '\'') next = string_end(text, at);
    if (c == '#') next = std::min(text.find('\n', at), text.size());
    if (c == '[' || c == '{') ++brackets;
    if (c == ']' || c == '}') brackets = std::max(0, brackets - 1);
    if (c == '.') ++key_parts;
    if (c == '\n' || c == '=' || c == ',' || c == '[' || c == '{') key_parts = 1;
    check_usage(brackets <= kMaxBrackets, "{}:{}: brackets nest deeper than {} levels", name, line,
                kMaxBrackets);
    check_usage(key_parts <= kMaxKeyParts, "{}:{}: a key has more than {} parts", name, line,
                kMaxKeyParts);
    line += static_cast<size_t>(std::ranges::count(text.substr(at, next - at), '\n'));
    at = next;
  }
}

}  // namespace unipic::train
