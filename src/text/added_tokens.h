#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace unipic::text {

// A token that is cut out of the text whole, before any merging.
struct AddedToken {
  std::string content;
  int64_t id = 0;
  bool special = false;     // Decoding may leave it out.
  bool normalized = false;  // Looked for in the normalised text, in its own normalised form.
  bool lstrip = false;      // Takes the white space before it along.
  bool rstrip = false;      // Takes the white space after it along.
};

// Finds added tokens in text: the leftmost, and of those that begin there the longest.
class AddedTokenMatcher {
 public:
  static constexpr size_t kMaxBytes = 512;

  struct Match {
    size_t begin, end;
    int64_t id;
  };

  // Adds a token that stands in the text as `spelling`, of 1 to kMaxBytes bytes; of two with the
  // same spelling the later one counts.
  void add(std::string_view spelling, const AddedToken& token);

  // The first match that begins at `from` or later.
  std::optional<Match> find(std::string_view text, size_t from) const;

 private:
  struct Node {
    int64_t id = -1;  // Of the token that ends here.
    bool lstrip = false, rstrip = false;
  };
  // Of the node reached from another by a byte.
  static uint64_t edge(size_t node, char byte);
  std::optional<Match> match_at(std::string_view text, size_t begin, size_t from) const;

  std::array<bool, 256> can_begin_{};
  std::vector<Node> nodes_{Node{}};
  std::unordered_map<uint64_t, size_t> edges_;
};

// Calls `on_text` for each stretch of `text` without added tokens and `on_token` with the id of
// each added token.
void cut_out(const AddedTokenMatcher& matcher, std::string_view text, auto&& on_text,
             auto&& on_token) {
  size_t done = 0;
  while (const auto match = matcher.find(text, done)) {
    if (match->begin > done) on_text(text.substr(done, match->begin - done));
    on_token(match->id);
    done = match->end;
  }
  if (done < text.size()) on_text(text.substr(done));
}

}  // namespace unipic::text
