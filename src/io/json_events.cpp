#include "io/json_events.h"

namespace unipic::io {

void JsonEvents::read(std::string_view text, size_t first_byte) {
  first_byte_ = first_byte;
  // The parser would take a zero byte for the end and ignore what follows.
  const size_t zero = text.find('\0');
  check(zero == std::string_view::npos, "{}: zero byte in the JSON at byte {}", where_,
        first_byte + zero);
  nlohmann::json::sax_parse(text, this);
}

bool JsonEvents::parse_error(size_t position, const std::string&,
                             const nlohmann::json::exception&) {
  throw Error(fmt::format("{}: JSON is malformed at byte {}", where_, first_byte_ + position));
}

void JsonEvents::unexpected(std::string_view what) const {
  throw Error(fmt::format("{}: {} is unexpected in {}", where_, what, place()));
}

}  // namespace unipic::io
