#pragma once

#include <cctype>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// For reading back what the scene world writes. Not <regex>: GCC 12 warns about it under
// sanitizers.

namespace unipic::scenes::test {

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

inline std::vector<std::string> parts(const std::string& text, std::string_view separator) {
  std::vector<std::string> found;
  size_t start = 0;
  for (size_t at = text.find(separator); at != text.npos; at = text.find(separator, start)) {
    found.push_back(text.substr(start, at - start));
    start = at + separator.size();
  }
  found.push_back(text.substr(start));
  return found;
}

inline std::string lowered(std::string text) {
  for (auto& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// What the stars of `pattern` stand for in `text`, each for as little as possible; nothing if the
// whole text is not of that form.
inline std::optional<std::vector<std::string>> captures(const std::string& text,
                                                        const std::string& pattern) {
  const auto fixed = parts(pattern, "*");
  if (!text.starts_with(fixed[0])) return std::nullopt;
  std::vector<std::string> stars;
  size_t start = fixed[0].size();
  for (size_t i = 1; i < fixed.size(); ++i) {
    const bool is_last = i + 1 == fixed.size();
    if (is_last && (!text.ends_with(fixed[i]) || text.size() < start + fixed[i].size())) return {};
    const size_t at = is_last ? text.size() - fixed[i].size() : text.find(fixed[i], start);
    if (at == text.npos) return std::nullopt;
    stars.push_back(text.substr(start, at - start));
    start = at + fixed[i].size();
  }
  if (start != text.size()) return std::nullopt;
  return stars;
}

// Of the first pattern that fits.
inline std::optional<std::vector<std::string>> captures(
    const std::string& text, std::initializer_list<const char*> patterns) {
  for (const std::string pattern : patterns) {
    if (auto stars = captures(text, pattern)) return stars;
  }
  return std::nullopt;
}

// Whether the letters `word` stand in `text` with no letter beside them.
inline bool has_word(std::string_view text, std::string_view word) {
  const auto is_letter = [&](size_t at) {
    return at < text.size() && std::isalpha(static_cast<unsigned char>(text[at])) != 0;
  };
  for (size_t at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    if ((at == 0 || !is_letter(at - 1)) && !is_letter(at + word.size())) return true;
  }
  return false;
}

// Wrong articles, doubled spaces or stops, and braces of a form that was not filled in.
inline bool has_slips(const std::string& text) {
  const auto words = parts(lowered(text), " ");
  for (size_t i = 0; i < words.size(); ++i) {
    const bool ends = i + 1 == words.size();
    const bool vowel =
        !ends && std::string_view("aeiou").find(words[i + 1][0]) != std::string::npos;
    if (words[i].empty() || (words[i] == "a" && (ends || vowel))) return true;
    if (words[i] == "an" && !vowel) return true;
  }
  return text.find("..") != text.npos || text.find(" .") != text.npos ||
         text.find_first_of("{}") != text.npos;
}

}  // namespace unipic::scenes::test
