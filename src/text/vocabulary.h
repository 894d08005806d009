#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace unipic::text {

// Tokens and their ids, one to one.
class Vocabulary {
 public:
  static constexpr int64_t kMaxId = (int64_t{1} << 24) - 1;

  // Throws `Error` that names `where` if the id is out of range or another token's, or the token
  // has another id. A pair that is there already is no error.
  void add(std::string_view token, int64_t id, std::string_view where);

  std::optional<int32_t> find(std::string_view token) const;
  // Null for an id without a token. Valid until the next `add`.
  const std::string* token(int64_t id) const;
  // One above the largest id.
  int64_t end_id() const { return end_id_; }
  size_t size() const { return tokens_.size(); }
  void reserve(size_t num_tokens);

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  std::unordered_map<std::string, int32_t, Hash, std::equal_to<>> ids_;
  std::unordered_map<int32_t, std::string> tokens_;
  int64_t end_id_ = 0;
};

}  // namespace unipic::text
