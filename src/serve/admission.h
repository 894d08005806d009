#pragma once

#include <httplib.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "serve/engine.h"
#include "serve/guard.h"

namespace unipic::serve {

// Hands requests' work to the engine, so much at a time of each client. Thread-safe.
class Admission {
 public:
  Admission(Engine& engine, const Guard& guard, size_t max_of_client)
      : engine_(engine), guard_(guard), max_of_client_(max_of_client) {}

  // The job counts as its client's until it has told its last event. Throws `ApiError` 429 for a
  // client who has too many, `Busy` and `Unavailable` as the engine does.
  std::shared_ptr<Job> submit(const httplib::Request& request, Work work);

 private:
  struct Place {
    std::string client;
    std::weak_ptr<const Job> job;
  };

  Engine& engine_;
  const Guard& guard_;
  const size_t max_of_client_;
  std::mutex mutex_;
  std::vector<Place> places_;
};

}  // namespace unipic::serve
