#include "serve/page.h"

#include <algorithm>

#include "serve/api_error.h"
#include "serve/embedded_files.h"

namespace unipic::serve {
namespace {

const char* mime_type_of(std::string_view name) {
  if (name.ends_with(".html")) return "text/html; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  if (name.ends_with(".json")) return "application/json";
  return "application/octet-stream";
}

void send(std::string_view name, httplib::Response& response) {
  const auto files = embedded_files();
  const auto found = std::ranges::find(files, name, &EmbeddedFile::name);
  if (found == files.end()) throw ApiError(404, "there is no such page");
  response.set_header("Cache-Control", "no-cache");
  response.set_header("Content-Security-Policy",
                      "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; "
                      "script-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
                      "form-action 'none'");
  response.set_content(found->content.data(), found->content.size(), mime_type_of(name));
}

}  // namespace

void add_page(httplib::Server& server) {
  server.Get("/", [](const auto&, auto& response) { send("index.html", response); });
  server.Get("/favicon.ico", [](const auto&, auto& response) { send("favicon.svg", response); });
  server.Get("/openapi.json", [](const auto&, auto& response) { send("openapi.json", response); });
  server.Get("/web/([a-z0-9_.-]{1,64})",
             [](const auto& request, auto& response) { send(request.matches[1].str(), response); });
}

}  // namespace unipic::serve
