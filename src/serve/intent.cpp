#include "serve/intent.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>
#include <span>

#include "base/trimmed.h"

namespace unipic::serve {
namespace {

constexpr std::array<std::string_view, 12> kPolite = {
    "please",    "can you",  "could you", "would you", "will you", "i want you to",
    "i want to", "i'd like", "now",       "then",      "let's",    "and"};
constexpr std::array<std::string_view, 10> kDraw = {"draw",    "paint",  "sketch",  "generate",
                                                    "create",  "render", "imagine", "illustrate",
                                                    "show me", "picture"};
constexpr std::array<std::string_view, 28> kChange = {
    "make", "change", "turn",     "remove",  "delete",   "erase",   "add",
    "put",  "place",  "replace",  "recolor", "recolour", "color",   "colour",
    "move", "swap",   "exchange", "set",     "give",     "convert", "apply",
    "blur", "invert", "pixelate", "edit",    "shift",    "repaint", "transform"};
constexpr std::array<std::string_view, 13> kAsk = {"what",  "how",   "is",   "are", "which",
                                                   "where", "who",   "does", "do",  "describe",
                                                   "tell",  "count", "why"};
constexpr std::array<std::string_view, 8> kThings = {
    "picture", "image", "photo", "drawing", "illustration", "painting", "photograph", "sketch"};
constexpr std::array<std::string_view, 5> kArticles = {"a", "an", "the", "me a", "me an"};

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '\''; }

// Takes `words` from the front of `text`, whatever their case, if whole words stand there.
bool take(std::string_view& text, std::string_view words) {
  if (text.size() < words.size()) return false;
  const bool fits = std::equal(words.begin(), words.end(), text.begin(), [](char a, char b) {
    return a == std::tolower(static_cast<unsigned char>(b));
  });
  if (!fits || (text.size() > words.size() && is_letter(text[words.size()]))) return false;
  text = trimmed(text.substr(words.size()));
  while (text.starts_with(',') || text.starts_with(':')) text = trimmed(text.substr(1));
  return true;
}

bool take_any(std::string_view& text, std::span<const std::string_view> choices) {
  return std::ranges::any_of(choices, [&](auto words) { return take(text, words); });
}

std::string_view without_politeness(std::string_view text) {
  text = trimmed(text);
  while (take_any(text, kPolite)) {
  }
  return text;
}

// "a picture of", "an image showing" and so on.
bool take_thing(std::string_view& text) {
  auto rest = text;
  take_any(rest, kArticles);
  if (!take_any(rest, kThings)) return false;
  constexpr std::array<std::string_view, 4> kLinks = {"of", "showing", "with", "where"};
  if (!take_any(rest, kLinks)) return false;
  text = rest;
  return true;
}

}  // namespace

Intent intent_of(std::string_view text, bool has_picture) {
  auto words = without_politeness(text);
  const bool is_question = words.ends_with('?') && words == trimmed(text);
  auto rest = words;
  if (take_any(rest, kDraw)) return Intent::kDraw;
  if (take_any(rest, kChange) && !is_question) {
    // "make a picture of a dog" draws, "make the dog red" changes.
    return take_thing(rest) || !has_picture ? Intent::kDraw : Intent::kEdit;
  }
  if (is_question || take_any(rest, kAsk)) return Intent::kAsk;
  if (!has_picture) return Intent::kDraw;
  return take_thing(words) ? Intent::kDraw : Intent::kAsk;
}

std::string subject_of(std::string_view text) {
  auto words = without_politeness(text);
  auto rest = words;
  const bool is_asked = take_any(rest, kDraw) || take(rest, "make");
  if (is_asked) {
    take(rest, "me");
    auto subject = rest;
    if (take_thing(subject)) rest = subject;
    if (!rest.empty()) words = rest;
  }
  return std::string(words);
}

}  // namespace unipic::serve
