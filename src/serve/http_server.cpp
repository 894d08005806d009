#include "serve/http_server.h"

#include <pthread.h>

#include <algorithm>
#include <cassert>
#include <chrono>
#include <exception>
#include <utility>

#include "base/background_threads.h"
#include "base/check.h"
#include "serve/error_response.h"

namespace unipic::serve {
namespace {

// httplib reads the headers of a form's parts, up to 12 KiB each, with std::regex, which takes up
// to 300 bytes of stack for each of their bytes. The usual 8 MiB suffice; systems may give less.
void give_new_threads_enough_stack() {
  constexpr size_t kBytes = size_t{8} << 20;
  pthread_attr_t attributes;
  size_t bytes = 0;
  pthread_getattr_default_np(&attributes);
  pthread_attr_getstacksize(&attributes, &bytes);
  if (bytes < kBytes) {
    pthread_attr_setstacksize(&attributes, kBytes);
    pthread_setattr_default_np(&attributes);
  }
  pthread_attr_destroy(&attributes);
}

TlsContext tls_of(const HttpServerOptions& options) {
  check_usage(options.tls_certificate.empty() == options.tls_key.empty(),
              "TLS needs both a certificate and a key");
  return options.tls_certificate.empty() ? nullptr
                                         : load_tls(options.tls_certificate, options.tls_key);
}

std::string default_message(const httplib::Request& request, int status) {
  if (status == 404) return "there is no " + request.method + " " + request.path;
  if (status == 400) return "the request cannot be understood";
  if (status == 413) return "the body is above the limit";
  return status < 500 ? "the request was refused" : "the server failed";
}

}  // namespace

// Travels with the request in a callback that httplib has for clients only.
struct HttpServer::CameBy {
  Connection* connection;
  bool operator()(uint64_t, uint64_t) const { return true; }
};

Connection* HttpServer::find_connection(const httplib::Request& request) {
  const auto* came_by = request.progress.target<CameBy>();
  return came_by == nullptr ? nullptr : came_by->connection;
}

Connection& HttpServer::connection_of(const httplib::Request& request) {
  Connection* connection = find_connection(request);
  assert(connection != nullptr);
  return *connection;
}

HttpServer::HttpServer(HttpServerOptions options)
    : options_(std::move(options)),
      tls_(tls_of(options_)),
      listener_(options_.host, options_.port),
      room_(listener_, tls_.get(), options_.limits,
            {.max_connections = options_.max_connections,
             .max_requests =
                 static_cast<size_t>(options_.num_threads) + options_.max_waiting_requests}) {
  // What httplib says of the connection in its answers.
  keep_alive_max_count_ = static_cast<size_t>(options_.max_requests_of_connection);
  keep_alive_timeout_sec_ =
      std::chrono::duration_cast<std::chrono::seconds>(options_.limits.idle).count();
  // It cuts streams off once this is closed; here answers are completed.
  svr_sock_ = listener_.socket();

  set_error_handler([](const httplib::Request& request, httplib::Response& response) {
    const auto* connection = find_connection(request);
    if (connection != nullptr && connection->body_error()) {
      write_error(*connection->body_error(), response);
    } else if (response.body.empty() && !response.content_provider_) {
      write_error(ApiError(response.status, default_message(request, response.status)), response);
    }
  });
  set_post_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
    const auto* connection = find_connection(request);
    if (connection == nullptr || !(connection->must_end() || room_.is_stopping())) return;
    response.headers.erase("Keep-Alive");
    response.headers.erase("Connection");
    response.set_header("Connection", "close");
  });
  set_exception_handler(
      [](const httplib::Request&, httplib::Response& response, const std::exception_ptr& error) {
        write_error(api_error_of(error), response);
      });
}

void HttpServer::serve() {
  give_new_threads_enough_stack();
  BackgroundThreads threads(options_.num_threads);
  room_.run([&](Connection& connection) {
    threads.start([this, &connection] { serve_request(connection); });
  });
}

void HttpServer::serve_request(Connection& connection) {
  bool has_next = false;
  try {
    has_next = answer_one(connection);
  } catch (const std::exception&) {
    // Out of memory outside of a handler: only this client's connection is lost.
  }
  has_next ? connection.expect_next() : connection.end();
  room_.give_back(connection);
}

// Whether another request may follow.
bool HttpServer::answer_one(Connection& connection) {
  const bool is_last = connection.is_last_request() ||
                       connection.num_requests() >= options_.max_requests_of_connection;
  bool client_closes = false;
  const bool is_done =
      process_request(connection, is_last, client_closes,
                      [&](httplib::Request& request) { request.progress = CameBy{&connection}; });
  return is_done && !is_last && !client_closes && !connection.must_end();
}

}  // namespace unipic::serve
