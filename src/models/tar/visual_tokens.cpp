#include "models/tar/visual_tokens.h"

#include "base/check.h"

namespace unipic::tar {
namespace {

int64_t id_of(const text::Tokenizer& tokenizer, const std::string& token,
              const std::string& where) {
  const auto id = tokenizer.token_id(token);
  check(id.has_value(), "{}: the tokenizer has no '{}'; is this a Tar model?", where, token);
  return *id;
}

// How many of "<`letter`0>", "<`letter`1>", ... there are, with ids one after the other.
int64_t count_from(const text::Tokenizer& tokenizer, char letter, int64_t first,
                   const std::string& where) {
  for (int64_t number = 1;; ++number) {
    const auto id = tokenizer.token_id(fmt::format("<{}{}>", letter, number));
    if (!id) return number;
    check(*id == first + number, "{}: token '<{}{}>' has id {}, expected {}", where, letter, number,
          *id, first + number);
  }
}

}  // namespace

std::vector<int64_t> VisualTokens::codes_of(std::span<const int64_t> ids,
                                            int64_t num_codes_wanted) const {
  std::vector<int64_t> codes;
  for (const int64_t id : ids) {
    if (static_cast<int64_t>(codes.size()) == num_codes_wanted) break;
    if (const auto code = code_of(id)) codes.push_back(*code);
  }
  codes.resize(static_cast<size_t>(num_codes_wanted), 0);
  return codes;
}

VisualTokens find_visual_tokens(const text::Tokenizer& tokenizer, const std::string& where) {
  VisualTokens tokens = {.start_id = id_of(tokenizer, "<im_start>", where),
                         .end_id = id_of(tokenizer, "<im_end>", where),
                         .first_scale_id = id_of(tokenizer, "<S0>", where),
                         .first_image_id = id_of(tokenizer, "<I0>", where)};
  tokens.num_scales = count_from(tokenizer, 'S', tokens.first_scale_id, where);
  tokens.num_codes = count_from(tokenizer, 'I', tokens.first_image_id, where);
  return tokens;
}

}  // namespace unipic::tar
