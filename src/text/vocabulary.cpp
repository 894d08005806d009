#include "text/vocabulary.h"

#include <algorithm>

#include "base/check.h"

namespace unipic::text {

void Vocabulary::add(std::string_view token, int64_t id, std::string_view where) {
  check(id >= 0 && id <= kMaxId, "{}: token '{}' has id {}, not one of 0 to {}", where, token, id,
        kMaxId);
  const auto small_id = static_cast<int32_t>(id);
  const auto [by_token, is_new_token] = ids_.try_emplace(std::string(token), small_id);
  check(by_token->second == small_id, "{}: token '{}' has both id {} and {}", where, token,
        by_token->second, id);
  const auto [by_id, is_new_id] = tokens_.try_emplace(small_id, token);
  check(by_id->second == token, "{}: id {} is both '{}' and '{}'", where, id, by_id->second, token);
  end_id_ = std::max(end_id_, id + 1);
}

std::optional<int32_t> Vocabulary::find(std::string_view token) const {
  const auto found = ids_.find(token);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

const std::string* Vocabulary::token(int64_t id) const {
  if (id < 0 || id > kMaxId) return nullptr;
  const auto found = tokens_.find(static_cast<int32_t>(id));
  return found == tokens_.end() ? nullptr : &found->second;
}

void Vocabulary::reserve(size_t num_tokens) {
  ids_.reserve(num_tokens);
  tokens_.reserve(num_tokens);
}

}  // namespace unipic::text
