#include "text/added_token_files.h"

#include <charconv>
#include <set>
#include <string>

#include "base/check.h"
#include "text/vocabulary.h"

namespace unipic::text {
namespace {

AddedToken parse_token(const Json& token, int64_t id, std::string_view where) {
  const auto place = fmt::format("{}: added token {}", where, id);
  check(!json_get_or<bool>(token, "single_word", false, place), "{}: single_word is not supported",
        place);
  return {.content = json_get<std::string>(token, "content", place),
          .id = id,
          .special = json_get_or<bool>(token, "special", false, place),
          .normalized = json_get_or<bool>(token, "normalized", false, place),
          .lstrip = json_get_or<bool>(token, "lstrip", false, place),
          .rstrip = json_get_or<bool>(token, "rstrip", false, place)};
}

int64_t parse_id(std::string_view digits, std::string_view where) {
  int64_t id = -1;
  const auto* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, id);
  check(error == std::errc() && stop == end && id >= 0 && id <= Vocabulary::kMaxId,
        "{}: '{}' in added_tokens_decoder is not an id from 0 to {}", where, digits,
        Vocabulary::kMaxId);
  return id;
}

// The token that `value` is or describes, or each of several.
void collect_tokens(const Json& value, std::set<std::string>& tokens) {
  if (value.is_string()) {
    tokens.insert(value.get<std::string>());
  } else if (value.is_array()) {
    for (const auto& element : value) collect_tokens(element, tokens);
  } else if (value.is_object() && value.contains("content")) {
    collect_tokens(value.at("content"), tokens);
  }
}

}  // namespace

std::vector<AddedToken> parse_added_tokens(const Json& tokens, std::string_view where) {
  check(tokens.is_array(), "{}: 'added_tokens' is not an array", where);
  std::vector<AddedToken> added;
  for (const auto& token : tokens) {
    const auto id = json_get<int64_t>(token, "id", fmt::format("{}: added_tokens", where));
    added.push_back(parse_token(token, id, where));
  }
  return added;
}

std::vector<AddedToken> parse_added_tokens_decoder(const Json& decoder, std::string_view where) {
  check(decoder.is_object(), "{}: 'added_tokens_decoder' is not a JSON object", where);
  std::vector<AddedToken> added;
  for (const auto& [id, token] : decoder.get_ref<const Json::object_t&>()) {
    added.push_back(parse_token(token, parse_id(id, where), where));
  }
  return added;
}

std::vector<AddedToken> parse_added_tokens_json(const Json& ids, const Json& special_tokens_map,
                                                std::string_view where) {
  check(ids.is_object(), "{}: is not a JSON object", where);
  std::set<std::string> special;
  if (special_tokens_map.is_object()) {
    for (const auto& [role, tokens] : special_tokens_map.get_ref<const Json::object_t&>()) {
      collect_tokens(tokens, special);
    }
  }
  std::vector<AddedToken> added;
  for (const auto& [content, id] : ids.get_ref<const Json::object_t&>()) {
    check(id.is_number_unsigned() && id.get<uint64_t>() <= Vocabulary::kMaxId,
          "{}: the id of '{}' is not a whole number from 0 to {}", where, content,
          Vocabulary::kMaxId);
    added.push_back(
        {.content = content, .id = id.get<int64_t>(), .special = special.contains(content)});
  }
  return added;
}

}  // namespace unipic::text
