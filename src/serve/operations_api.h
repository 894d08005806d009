#pragma once

#include <httplib.h>

#include "serve/metrics.h"
#include "serve/services.h"

namespace unipic::serve {

// How the server is: /health, /props, /slots, /metrics and /v1/models.
class OperationsApi {
 public:
  OperationsApi(Services& services, Metrics& metrics) : services_(services), metrics_(metrics) {}
  void add_to(httplib::Server& server);

 private:
  Json props() const;
  Json slots() const;
  Json models() const;
  Json model(const ModelName& model) const;

  Services& services_;
  Metrics& metrics_;
};

}  // namespace unipic::serve
