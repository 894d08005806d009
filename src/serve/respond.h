#pragma once

#include <httplib.h>

#include <functional>
#include <string>

#include "base/json.h"

namespace unipic::serve {

// Makes `response` a JSON object.
inline void respond(httplib::Response& response, const Json& body) {
  response.set_content(body.dump(-1, ' ', false, Json::error_handler_t::replace),
                       "application/json");
}

// For the log and the metrics, of a request whose answer nobody waits for: 499, as nginx has it.
inline void note_gone(httplib::Response& response) { response.status = 499; }

// Whether the one who sent `request`, which is being served, is gone.
std::function<bool()> gone_check(const httplib::Request& request);

}  // namespace unipic::serve
