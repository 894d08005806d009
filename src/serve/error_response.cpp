#include "serve/error_response.h"

#include <fmt/format.h>

namespace unipic::serve {
namespace {

constexpr int kRetryAfterS = 1;

// Messages may quote what a client sent, which need not be UTF-8.
std::string body_of(const ApiError& error) {
  return error.to_json().dump(-1, ' ', false, Json::error_handler_t::replace);
}

httplib::Headers headers_of(int status) {
  if (status == 401) return {{"WWW-Authenticate", "Bearer"}};
  if (status == 405) return {{"Allow", "GET, HEAD, POST, DELETE, OPTIONS"}};
  if (status == 429 || status == 503) return {{"Retry-After", std::to_string(kRetryAfterS)}};
  return {};
}

const char* reason_of(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 413:
      return "Payload Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    default:
      return "Refused";
  }
}

}  // namespace

void write_error(const ApiError& error, httplib::Response& response) {
  response.status = error.status();
  response.set_content(body_of(error), "application/json");
  for (const auto& [name, value] : headers_of(error.status())) {
    if (!response.has_header(name)) response.set_header(name, value);
  }
}

std::string last_response(const ApiError& error) {
  const std::string body = body_of(error);
  std::string text = fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n"
      "Connection: close\r\n",
      error.status(), reason_of(error.status()), body.size());
  for (const auto& [name, value] : headers_of(error.status())) {
    text += fmt::format("{}: {}\r\n", name, value);
  }
  return text + "\r\n" + body;
}

}  // namespace unipic::serve
