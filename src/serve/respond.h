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

// Whether the one who sent `request`, which is being served, is gone.
std::function<bool()> gone_check(const httplib::Request& request);

}  // namespace unipic::serve
