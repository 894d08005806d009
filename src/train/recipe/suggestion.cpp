#include "train/recipe/suggestion.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace unipic::train {

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

std::string suggestion(std::string_view word, std::span<const std::string> known) {
  constexpr size_t kMaxLength = 64;  // beyond it a word is no typing mistake
  if (known.empty()) return "";
  if (word.size() <= kMaxLength) {
    const auto distance = [&](const std::string& name) { return edit_distance(word, name); };
    const auto& nearest = *std::ranges::min_element(known, {}, distance);
    if (distance(nearest) <= std::max<size_t>(1, std::max(word.size(), nearest.size()) / 3)) {
      return fmt::format("; did you mean '{}'?", nearest);
    }
  }
  return fmt::format("; known are {}", fmt::join(known, ", "));
}

}  // namespace unipic::train
