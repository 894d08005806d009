#pragma once

#include <httplib.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "serve/connection.h"
#include "serve/listener.h"
#include "serve/tls_context.h"
#include "serve/waiting_room.h"

namespace unipic::serve {

// Its size depends on how httplib was built.
static_assert(
    requires(httplib::Request request) { request.ssl; },
    "compile with CPPHTTPLIB_OPENSSL_SUPPORT, as Debian compiled httplib");

struct HttpServerOptions {
  std::string host = "127.0.0.1";
  int port = 8080;                             // 0: one that is free
  std::filesystem::path tls_certificate = {};  // PEM; empty: plain HTTP
  std::filesystem::path tls_key = {};
  int64_t num_threads = 64;           // requests that are served at the same time
  size_t max_waiting_requests = 256;  // for a thread; more are answered 503
  size_t max_connections = 512;       // more, and who was idle for longest is cut off
  int64_t max_requests_of_connection = 1000;
  ConnectionLimits limits = {};
};

// An HTTP/1.1 server: httplib's parser and routes over connections that slow, greedy and vanished
// clients cannot hold. Errors that come without a body, of httplib or of a handler, get OpenAI's
// error object.
class HttpServer : private httplib::Server {
 public:
  // Listens from now on; clients wait until `serve`. Throws `Error` if the address or the files of
  // TLS cannot be used.
  explicit HttpServer(HttpServerOptions options);

  int port() const { return listener_.port(); }
  bool has_tls() const { return tls_ != nullptr; }

  // Where handlers are set, before `serve`: Get, Post..., set_pre_routing_handler (runs before the
  // body is read), set_exception_handler, set_logger and set_default_headers. What listens, stops
  // and limits there has no meaning here; set_error_handler and set_post_routing_handler are taken.
  httplib::Server& routes() { return *this; }

  // Serves until `stop_accepting`, and then until the requests that were being served are answered.
  void serve();
  // No new connections and requests. From any thread and from signal handlers; before `serve`, too.
  void stop_accepting() { room_.stop(); }

  // The connection a handler's request came by: for `is_gone`. Valid until the answer, with what
  // its content provider sends, is complete.
  static Connection& connection_of(const httplib::Request& request);
  // The same for a logger, which also hears of requests that could not be parsed: null for those.
  static Connection* find_connection(const httplib::Request& request);

 private:
  struct CameBy;

  void serve_request(Connection& connection);
  bool answer_one(Connection& connection);

  const HttpServerOptions options_;
  const TlsContext tls_;
  Listener listener_;
  WaitingRoom room_;
};

}  // namespace unipic::serve
