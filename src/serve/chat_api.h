#pragma once

#include <httplib.h>

#include "serve/chat_request.h"
#include "serve/services.h"

namespace unipic::serve {

// `POST /v1/chat/completions`.
class ChatApi {
 public:
  explicit ChatApi(Services& services) : services_(services) {}
  void add_to(httplib::Server& server);

 private:
  void answer(const httplib::Request& request, httplib::Response& response);
  void answer_at_once(const ChatRequest& chat, Job& job, const std::function<bool()>& is_gone,
                      httplib::Response& response);

  Services& services_;
};

}  // namespace unipic::serve
