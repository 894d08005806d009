#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "serve/chat_request.h"
#include "serve/pictures.h"

namespace unipic::serve {

// What comes back from a chat request, in OpenAI's words.
class ChatReply {
 public:
  ChatReply(const ChatRequest& request, std::string id);

  // The body of a reply at once: a text that a model wrote, pictures, or a text without a model.
  Json whole_text(const std::string& text, const Answered& answered) const;
  Json whole_pictures(const std::vector<KeptPicture>& pictures, const Drawn& drawn) const;
  Json whole_reply(const std::string& text) const;

  // Chunks of a stream, each a server-sent event; empty where the request does not want them.
  std::string text(const std::string& piece);
  std::string pictures(const std::vector<KeptPicture>& pictures);
  std::string waiting(const Waiting& waiting);
  std::string progress(const Step& step);
  std::string preview(const Preview& preview);
  // The last chunks and the mark of the end.
  std::string end(bool is_complete, int64_t num_prompt_tokens, int64_t num_tokens);

 private:
  Json envelope(const std::string& object) const;
  Json whole(Json message, bool is_complete, Json usage) const;
  std::string chunk(Json delta, Json finish_reason, Json more = Json::object());

  const ChatRequest& request_;
  std::string id_;
  int64_t created_;
  bool has_role_ = false;  // the first chunk says who speaks
};

}  // namespace unipic::serve
