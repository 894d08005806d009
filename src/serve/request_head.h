#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace unipic::serve {

struct HeadLimits {
  size_t max_target_bytes = 2048;
  size_t max_line_bytes = 8000;  // httplib refuses lines from 8192 on
  uint64_t max_body_bytes = uint64_t{32} << 20;
};

// What the line and the headers of a request say of its body, and the same head once more in a
// form that httplib cannot misread.
struct RequestHead {
  std::string text = {};
  uint64_t content_length = 0;  // 0 also for chunks
  bool is_chunked = false;
  bool wants_close = false;  // no other request is to come over this connection
};

// Reads the head of a request, with the empty line at its end. A head that two readers might
// understand in two ways is refused, as is a body of another encoding or above the limit. Throws
// `ApiError`: 400, 405, 413, 414, 415, 431 or 501.
RequestHead parse_request_head(std::string_view bytes, const HeadLimits& limits);

}  // namespace unipic::serve
