#include "serve/respond.h"

#include "serve/http_server.h"

namespace unipic::serve {

std::function<bool()> gone_check(const httplib::Request& request) {
  const auto& connection = HttpServer::connection_of(request);
  return [&connection] { return connection.is_gone(); };
}

}  // namespace unipic::serve
