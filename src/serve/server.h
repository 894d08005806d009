#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "serve/engine.h"
#include "serve/guard.h"
#include "serve/http_server.h"
#include "serve/limits.h"
#include "serve/models.h"

namespace unipic::serve {

struct ServerOptions {
  ModelsOptions models;
  EngineOptions engine;
  HttpServerOptions http;
  GuardOptions guard;
  RequestLimits limits;
  size_t max_requests_of_key = 16;  // at the same time, of a key or, without keys, an address
  std::filesystem::path history;    // SQLite file; empty: in memory
  int64_t max_history = 10'000;     // pictures
  // One JSON object a request. May be empty.
  std::function<void(const std::string& line)> on_access = {};
  std::function<void(const std::string& url)> on_listening = {};
};

// Serves until `stop` is called from another thread or a signal handler.
class Server {
 public:
  // Listens. Throws `Error` for what cannot work: an address, a key file, the history.
  explicit Server(ServerOptions options);
  ~Server();

  // Loads the model and answers until `stop`; then running requests have `grace` to finish before
  // they are cancelled. Throws `Error` if the model cannot be loaded.
  void run();
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace unipic::serve
