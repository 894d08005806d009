#include "text/added_tokens.h"

#include "text/utf8.h"

namespace unipic::text {
namespace {

// Where the white space that ends at `end` begins, `from` at the earliest.
size_t skip_space_before(std::string_view text, size_t end, size_t from) {
  while (end > from) {
    size_t begin = end - 1;
    while (begin > from && (static_cast<uint8_t>(text[begin]) & 0xC0) == 0x80) --begin;
    if (!is_white_space(read_code_point(text.substr(begin, end - begin)).code_point)) break;
    end = begin;
  }
  return end;
}

size_t skip_space_after(std::string_view text, size_t begin) {
  while (begin < text.size()) {
    const auto read = read_code_point(text.substr(begin));
    if (!is_white_space(read.code_point)) break;
    begin += read.length;
  }
  return begin;
}

}  // namespace

uint64_t AddedTokenMatcher::edge(size_t node, char byte) {
  return static_cast<uint64_t>(node) << 8 | static_cast<uint8_t>(byte);
}

void AddedTokenMatcher::add(std::string_view spelling, const AddedToken& token) {
  can_begin_[static_cast<uint8_t>(spelling[0])] = true;
  size_t node = 0;
  for (const char byte : spelling) {
    const auto [next, is_new] = edges_.try_emplace(edge(node, byte), nodes_.size());
    if (is_new) nodes_.emplace_back();
    node = next->second;
  }
  nodes_[node] = {token.id, token.lstrip, token.rstrip};
}

std::optional<AddedTokenMatcher::Match> AddedTokenMatcher::find(std::string_view text,
                                                                size_t from) const {
  for (size_t begin = from; begin < text.size(); ++begin) {
    if (!can_begin_[static_cast<uint8_t>(text[begin])]) continue;
    if (const auto match = match_at(text, begin, from)) return match;
  }
  return std::nullopt;
}

std::optional<AddedTokenMatcher::Match> AddedTokenMatcher::match_at(std::string_view text,
                                                                    size_t begin,
                                                                    size_t from) const {
  size_t node = 0, longest = 0, end = 0;
  for (size_t at = begin; at < text.size(); ++at) {
    const auto next = edges_.find(edge(node, text[at]));
    if (next == edges_.end()) break;
    node = next->second;
    if (nodes_[node].id < 0) continue;
    longest = node;
    end = at + 1;
  }
  if (longest == 0) return std::nullopt;
  const auto& [id, lstrip, rstrip] = nodes_[longest];
  return Match{lstrip ? skip_space_before(text, begin, from) : begin,
               rstrip ? skip_space_after(text, end) : end, id};
}

}  // namespace unipic::text
