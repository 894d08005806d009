#pragma once

#include <string>

#include "serve/admission.h"
#include "serve/engine.h"
#include "serve/history.h"
#include "serve/images_request.h"
#include "serve/limits.h"

namespace unipic::serve {

// What the handlers of requests work with; outlives them.
struct Services {
  Engine& engine;
  Admission& admission;
  History& history;
  RequestLimits limits;
  bool needs_key = false;
  bool has_tls = false;

  RequestRules rules() const { return {limits, engine.models().names(), engine.facts()}; }
};

}  // namespace unipic::serve
