#pragma once

#include <httplib.h>

#include <string>

#include "serve/api_error.h"

namespace unipic::serve {

// Makes `response` say `error`, as OpenAI's error object and with the headers its status calls for.
void write_error(const ApiError& error, httplib::Response& response);

// The bytes of such a response, after which the connection ends: for requests that never get as far
// as a `httplib::Response`.
std::string last_response(const ApiError& error);

}  // namespace unipic::serve
