#pragma once

#include <functional>
#include <string>

#include "serve/images_request.h"

// `POST /v1/chat/completions`: from a conversation to work.

namespace unipic::serve {

struct ChatRequest {
  Work work;              // unless `reply` is there
  std::string reply;      // what there is to say without any work
  std::string source_id;  // of a kept picture that is edited; empty: none
  bool streams = false;
  bool wants_usage = false;     // at a stream's end
  bool wants_progress = false;  // with `streams`
};

// The kept picture of an id, as a PNG file; nothing if there is none.
using FindPicture = std::function<std::optional<std::string>(const std::string& id)>;

// The last message of the user says what to do, with the last picture of the conversation. Throws
// `ApiError`.
ChatRequest chat_request(const Fields& fields, const RequestRules& rules, const FindPicture& find);

}  // namespace unipic::serve
