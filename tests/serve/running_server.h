#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "serve/http_server.h"
#include "serve/raw_client.h"

namespace unipic::test {

// A server with limits that are over quickly and these routes: GET /hello; POST /size, which
// answers the number of bytes of the body or of the files of a form; GET /wait, which answers once
// it is released or its client is gone.
class RunningServer {
 public:
  static serve::HttpServerOptions options() {
    using namespace std::chrono_literals;
    serve::HttpServerOptions options;
    options.port = 0;
    options.num_threads = 4;
    options.limits.idle = 2s;
    options.limits.head = 100ms;
    options.limits.rate = {.window = 100ms, .bytes = 100};
    options.limits.linger = 100ms;
    options.limits.request.max_body_bytes = 1 << 20;
    return options;
  }

  explicit RunningServer(serve::HttpServerOptions with = options()) : server(std::move(with)) {
    add_routes();
    thread_ = std::jthread([this] { server.serve(); });
  }
  ~RunningServer() {
    is_released = true;
    stop();
  }

  void stop() {
    server.stop_accepting();
    if (thread_.joinable()) thread_.join();
  }
  RawClient connect() const { return RawClient(server.port()); }

  serve::HttpServer server;
  std::atomic<int> num_waiting = 0;  // handlers of GET /wait
  std::atomic<int> num_gone = 0;     // of which the client went
  std::atomic<bool> is_released = false;

 private:
  void add_routes() {
    auto& routes = server.routes();
    routes.Get("/hello",
               [](const auto&, auto& response) { response.set_content("hello", "text/plain"); });
    routes.Post("/size", [](const auto& request, auto& response) {
      auto size = request.body.size();
      for (const auto& [name, file] : request.files) size += file.content.size();
      response.set_content(std::to_string(size), "text/plain");
    });
    routes.Get("/wait", [this](const auto& request, auto& response) {
      const auto& connection = serve::HttpServer::connection_of(request);
      ++num_waiting;
      while (!is_released && !connection.is_gone()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      if (connection.is_gone()) ++num_gone;
      --num_waiting;
      response.set_content("done", "text/plain");
    });
  }

  std::jthread thread_;
};

}  // namespace unipic::test
