#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace unipic::optim {

enum class Algorithm { kAdamW, kMuon };

constexpr auto recipe_names(Algorithm) {
  using enum Algorithm;
  return std::array{std::pair<std::string_view, Algorithm>{"adamw", kAdamW},
                    std::pair<std::string_view, Algorithm>{"muon", kMuon}};
}

}  // namespace unipic::optim
