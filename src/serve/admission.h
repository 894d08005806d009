#pragma once

#include <httplib.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "serve/engine.h"

namespace unipic::serve {

// Hands requests' work to the engine, so much at a time of each client: of a key or, without one,
// of an address. Thread-safe.
class Admission {
 public:
  Admission(Engine& engine, size_t max_of_client)
      : engine_(engine), max_of_client_(max_of_client) {}

  // The job counts as its client's as long as the result lives. Throws `ApiError` 429 for a client
  // who has too many, `Busy` and `Unavailable` as the engine does.
  std::shared_ptr<Job> submit(const httplib::Request& request, Work work);

 private:
  std::shared_ptr<void> place_of(const std::string& client);

  Engine& engine_;
  const size_t max_of_client_;
  std::mutex mutex_;
  std::map<std::string, size_t> num_of_client_;
};

}  // namespace unipic::serve
