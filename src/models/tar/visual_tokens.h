#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "text/tokenizer.h"

namespace unipic::tar {

// How pictures are written in Tar's vocabulary (specs/tar.md §3.2): "<im_start>", "<S0>", a token
// "<I…>" a code, "<im_end>".
struct VisualTokens {
  int64_t start_id = 0, end_id = 0;
  int64_t first_scale_id = 0, num_scales = 0;
  int64_t first_image_id = 0, num_codes = 0;

  int64_t scale_id(int64_t scale) const { return first_scale_id + scale; }
  int64_t image_id(int64_t code) const { return first_image_id + code; }
  // The code that a token stands for; none for other tokens.
  std::optional<int64_t> code_of(int64_t id) const {
    if (id < first_image_id || id >= first_image_id + num_codes) return std::nullopt;
    return id - first_image_id;
  }
  // The codes among `ids`, cut or filled up with code 0 to `num_codes_wanted`.
  std::vector<int64_t> codes_of(std::span<const int64_t> ids, int64_t num_codes_wanted) const;

  bool operator==(const VisualTokens&) const = default;
};

// Those of a tokenizer. Throws `Error` that begins with `where` if it lacks any of them, or if
// scales or codes do not follow each other.
VisualTokens find_visual_tokens(const text::Tokenizer& tokenizer, const std::string& where);

}  // namespace unipic::tar
