#include "text/stream_decoder.h"

#include <utility>

#include "text/utf8.h"

namespace unipic::text {

std::string StreamDecoder::push(int64_t id) {
  if (skip_special_ && tokenizer_.is_special(id)) return {};
  auto bytes = std::exchange(incomplete_, {}) + tokenizer_.bytes_of(id);
  const size_t num_final = bytes.size() - num_incomplete_bytes(bytes);
  incomplete_ = bytes.substr(num_final);
  bytes.resize(num_final);
  return replace_invalid_utf8(bytes);
}

std::string StreamDecoder::finish() { return replace_invalid_utf8(std::exchange(incomplete_, {})); }

}  // namespace unipic::text
